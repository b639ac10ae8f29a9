"""The declaration of what imports, exports and bulk endpoints share."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "bulk",
    events="events",
    public={
        "csv_text": "registers that are read as CSV are written by the same rules",
        "kinds": "a package says how its rows are read and written",
        "upserts": "the bulk endpoints of all packages are answered in one way",
    },
)
