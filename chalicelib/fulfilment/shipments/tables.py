"""The table of shipments."""

from typing import Annotated

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.fulfilment.shipments.package_schemas import Package
from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.fulfilment.shipments.schemas import ShipmentQuery, ShipmentStatus
from chalicelib.inventory.warehouses.tables import warehouse_ref
from chalicelib.jobs.staged import StagedDocument
from chalicelib.kernel import ids
from chalicelib.kernel.address import Address
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Moment, Packed, Text
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.months import by_month
from chalicelib.kernel.privacy import ADDRESS, BUSINESS, NAME, Partitions, Persons, marked
from chalicelib.kernel.tenant import SEPARATOR, Tenant, compound
from chalicelib.kernel.views import Filter, View, required


class ShipmentContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The lines of a shipment, a copy of the order's number and address, and the packages. moved: its movements in the
    ledger, the first ones first, each by its item and number."""

    picks: list[Pick]
    order_number: str
    ship_to: Annotated[Address | None, marked(ADDRESS)] = None
    packages: list[Package] = []
    moved: list[tuple[str, int]] = []


class ByOpen(GlobalSecondaryIndex["Shipment"]):
    Meta = index_meta("by_open")
    open_key = Text(BUSINESS, hash_key=True)
    queue = Text(BUSINESS, range_key=True)


class ByTracking(GlobalSecondaryIndex["Shipment"]):
    Meta = index_meta("by_tracking")
    tracking_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class OtherTracking(Row):
    """Access: by tracking number, the shipments that have it besides their first one. Written with the shipment, so a
    shipment with one number has none."""

    Meta = meta("other_tracking")
    partition = Text(BUSINESS, hash_key=True)
    shipment_id = Text(BUSINESS, range_key=True)


def tracking_key(tenant: Tenant, tracking_number: str) -> str:
    """The key of a tracking number, in any spelling. The separator of keys counts as a blank in it."""
    return tenant.key("tracking", folded(tracking_number.replace(SEPARATOR, " ")) or "-")


class Shipment(StagedDocument):
    """Access: by id (which contains the month), newest first by month; open ones, warehouse by warehouse in the order
    of picking, and by tracking number (sparse indexes); of an order, by the ids that the order stores. queue: the place
    among the open ones."""

    Meta = meta("shipments")
    entity = "shipment"
    persons = Persons(("customers",), Partitions.MONTHS, about=("order_id",))
    order_id = Text(BUSINESS)
    warehouse_id = Text(BUSINESS)
    status: Choice[ShipmentStatus] = Choice(BUSINESS, ShipmentStatus)
    content: Packed[ShipmentContent] = Packed(BUSINESS, ShipmentContent)
    carrier = Text(BUSINESS, null=True)
    tracking_number = Text(BUSINESS, null=True)
    tracking_key = Text(BUSINESS, null=True)
    tracking_url = Text(BUSINESS, null=True)
    ship_to_differs = Flag(BUSINESS, null=True)
    packed_at = Moment(BUSINESS, null=True)
    shipped_at = Moment(BUSINESS, null=True)
    delivered_at = Moment(BUSINESS, null=True)
    received_by = Text(NAME, null=True)
    returned_to = Text(BUSINESS, null=True)
    open_key = Text(BUSINESS, null=True)
    queue = Text(BUSINESS, null=True)
    by_open = ByOpen()
    by_tracking = ByTracking()

    def queue_up(self, tenant: Tenant, priority: int) -> None:
        """Gives it its place in the pick queue of its warehouse: by the order's priority, then the oldest first."""
        self.open_key, self.queue = tenant.key("open"), compound(self.warehouse_id, str(priority), self.id)

    def leave_queue(self) -> None:
        """Takes it out of the pick queue."""
        self.open_key = self.queue = None

    def tracking_numbers(self) -> list[str]:
        """Its tracking numbers: its own, then those of its packages."""
        numbers = (self.tracking_number, *(package.tracking_number for package in self.content.packages))
        return [number for number in numbers if number]

    def tracking_keys(self, tenant: Tenant) -> list[str]:
        """The keys of its tracking numbers, without duplicates."""
        return list(dict.fromkeys(tracking_key(tenant, number) for number in self.tracking_numbers()))

    def is_visible_to(self, call: Call) -> bool:
        has_left = self.status in (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED)
        return call.sees(self.warehouse_id) and (has_left or not call.is_outside)


def shipment_ref(tenant: Tenant, shipment_id: str) -> store.Ref:
    """The key of a shipment. NotFound when the id is not valid for a shipment."""
    if not ids.is_valid("shp", shipment_id):
        raise NotFound("There is no such shipment.")
    return store.Ref(Shipment, tenant.key(ids.month(shipment_id)), shipment_id)


_OPEN = Filter("open", lambda row, is_open: (row.open_key is not None) is is_open)
VIEWS: tuple[View[ShipmentQuery], ...] = (
    View(
        lambda request: ByOpen.open_key == request.tenant.key("open"),
        needs=frozenset({"open"}),
        sort="queue",
        index="by_open",
        filters=("status",),
        when=lambda query: query.open is True,
    ),
    View(
        lambda request: (
            (ByOpen.open_key == request.tenant.key("open"))
            & ByOpen.queue.startswith(f"{required(request.query.warehouse_id)}{SEPARATOR}")
        ),
        needs=frozenset({"open", "warehouse_id"}),
        sort="queue",
        index="by_open",
        filters=("status",),
        when=lambda query: query.open is True,
        visible_through=lambda request: warehouse_ref(request.tenant, required(request.query.warehouse_id)),
    ),
    *by_month(Shipment.partition, "status", "warehouse_id", _OPEN),
)
