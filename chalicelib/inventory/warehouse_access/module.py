"""What the limits of users to warehouses declare."""

from chalicelib.kernel.declaration import Module

MODULE = Module(
    "inventory.warehouse_access",
    routes="routes",
    samples="samples",
)
