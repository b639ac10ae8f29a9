"""The declaration of warehouses and locations."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.names import Nameable
from chalicelib.kernel.scans import Scannable

MODULE = Module(
    "inventory.warehouses",
    routes="routes",
    tables=("tables",),
    writers={"warehouses": BY_USE_CASES, "locations": BY_USE_CASES},
    events="events",
    permissions={"warehouse.read": READERS, "warehouse.write": admin_and(Role.WAREHOUSE)},
    samples="samples",
    scans=(Scannable("location", "scanning.find", permission="warehouse.read"),),
    names=(
        Nameable("warehouse", "names.of_warehouses", fields=("warehouse_id",), permission="warehouse.read"),
        Nameable("location", "names.of_locations", fields=("location_id",), permission="warehouse.read"),
    ),
    public={
        "names": "files of customers show the codes of warehouses",
        "places": "stock is moved between places",
        "tables": "lists of a warehouse are empty for those who may not see it",
    },
)
