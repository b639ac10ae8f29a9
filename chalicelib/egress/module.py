"""The declaration of calls to other parties."""

from chalicelib.kernel.declaration import Module, Writers

MODULE = Module(
    "egress",
    tables=("tables",),
    writers={"disclosures": Writers(put=frozenset({"api_handler", "run_consumers", "run_jobs", "manage_tenants"}))},
    public={
        "mail": "packages that write to persons by mail",
        "tables": "who has the data of a person too is in the disclosure log",
    },
)
