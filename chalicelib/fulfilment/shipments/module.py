"""The declaration of shipments."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.events.queues import Queue
from chalicelib.kernel.counts import Count
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.extensions import Extension
from chalicelib.kernel.scans import Scannable
from chalicelib.kernel.searches import FoundBy, Searchable

MODULE = Module(
    "fulfilment.shipments",
    routes="routes",
    tables=("tables",),
    writers={"shipments": BY_USE_CASES, "other_tracking": BY_USE_CASES},
    jobs=("staged",),
    consumers=(
        Consumer(
            "fulfilment.addresses",
            "consumers.follow_addresses",
            Queue.DERIVED,
            events=frozenset({"sales_order.updated"}),
        ),
        Consumer(
            "fulfilment.priorities",
            "consumers.follow_priorities",
            Queue.DERIVED,
            events=frozenset({"sales_order.prioritized"}),
        ),
    ),
    events="events",
    permissions={
        "shipment.read": READERS | {Role.DRIVER},
        "shipment.recipient": admin_and(
            Role.SALES, Role.ACCOUNTING, Role.WAREHOUSE, Role.PRIVACY_OFFICER, Role.AUTOMATION, Role.DRIVER
        ),
        "shipment.write": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
        "shipment.ship": admin_and(Role.WAREHOUSE, Role.AUTOMATION),
        "shipment.over_deliver": admin_and(Role.SALES),
        "shipment.deliver": admin_and(Role.WAREHOUSE, Role.AUTOMATION, Role.DRIVER),
        "shipment.cancel": admin_and(Role.WAREHOUSE),
    },
    samples="samples",
    extensions=(
        Extension("moved_by", "shp", submodule="movements"),
        Extension("kept", "shipments", submodule="person_data"),
    ),
    searches=(Searchable("shipment", ("shp",), FoundBy.CODES, "searching.documents", permission="shipment.read"),),
    scans=(Scannable("shipment", "scanning.find", permission="shipment.read"),),
    counts=(
        Count(
            "open_shipments",
            "service.count_open",
            permission="shipment.read",
            meaning="Shipments that are drafts or packed.",
        ),
    ),
)
