"""The declaration of demand for stock."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "sales.demand",
    routes="routes",
    tables=("tables",),
    writers={"demands": BY_USE_CASES},
    consumers=("consumers",),
    events="events",
    samples="samples",
    public={"tables": "the self-check compares the rows, page by page"},
)
