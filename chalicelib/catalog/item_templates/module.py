"""The declaration of item templates."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "catalog.item_templates",
    routes="routes",
    tables=("tables",),
    writers={"item_templates": BY_USE_CASES},
    events="events",
    samples="samples",
)
