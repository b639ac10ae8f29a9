"""The declaration of shipments."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "fulfilment.shipments",
    routes="routes",
    tables=("tables",),
    writers={"shipments": BY_USE_CASES},
    jobs=("staged",),
    events="events",
    permissions={
        "shipment.read": READERS,
        "shipment.write": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
        "shipment.ship": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
        "shipment.cancel": admin_and(Role.WAREHOUSE),
    },
    samples="samples",
)
