"""The declaration of scanning."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "search.scan",
    routes="routes",
    samples="samples",
    public={
        "check_digits": "one definition of GS1's check digit",
        "scanned": "modules that declare things with codes are asked and answer in these types",
    },
)
