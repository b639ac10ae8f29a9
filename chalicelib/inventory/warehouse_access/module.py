"""The declaration of limits of users to warehouses."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "inventory.warehouse_access",
    routes="routes",
    samples="samples",
)
