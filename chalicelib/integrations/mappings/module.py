"""The declaration of mappings."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "integrations.mappings",
    tables=("tables",),
    writers={"mappings": BY_USE_CASES},
)
