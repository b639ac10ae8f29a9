"""Shipments: one small row each."""

from collections.abc import Iterable
from typing import Annotated

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.kernel.address import Address
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Moment, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.lists import View
from chalicelib.kernel.months import by_month
from chalicelib.kernel.privacy import ADDRESS, BUSINESS, marked
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders.shipping import Pick


class ShipmentContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in it and where it goes: a snapshot of the order's address."""

    picks: list[Pick]
    order_number: str
    ship_to: Annotated[Address | None, marked(ADDRESS)] = None


class Staged(msgspec.Struct):
    """A shipment too large for one transaction: `kind` is ship or reverse, `position` how many places are done."""

    kind: str
    job_id: str
    position: int = 0


class ByOpen(GlobalSecondaryIndex["Shipment"]):
    Meta = index_meta("by_open")
    open_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class Shipment(Document):
    """Access: by id (its month is in it), newest first by month; open ones (sparse index); of an order, by the ids that
    the order keeps."""

    Meta = meta("shipments")
    entity = "shipment"
    order_id = Text(BUSINESS)
    status: Choice[ShipmentStatus] = Choice(BUSINESS, ShipmentStatus)
    content: Packed[ShipmentContent] = Packed(BUSINESS, ShipmentContent)
    packages = Whole(BUSINESS, null=True)
    carrier = Text(BUSINESS, null=True)
    tracking_number = Text(BUSINESS, null=True)
    tracking_url = Text(BUSINESS, null=True)
    packed_at = Moment(BUSINESS, null=True)
    shipped_at = Moment(BUSINESS, null=True)
    open_key = Text(BUSINESS, null=True)
    staged: Struct[Staged] = Struct(BUSINESS, Staged, null=True)
    by_open = ByOpen()

    def visibility_parents(self, tenant: Tenant) -> Iterable[store.Ref]:
        return [orders.ref(tenant, self.order_id)]


VIEWS = (
    *by_month(Shipment.partition),
    View(
        lambda tenant, _: ByOpen.open_key == tenant.key("open"),
        needs=frozenset({"open"}),
        index="by_open",
        filters=("status",),
    ),
)
