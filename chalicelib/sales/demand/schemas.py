"""API schemas of the orders that wait for an item."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.pages import PageQuery
from chalicelib.sales.orders.schemas import OrderId


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """The backordered quantity of an order, for an item at a location."""

    item_id: ItemId
    location_id: LocationId
    order_id: OrderId
    waiting: Annotated[
        Decimal,
        Meta(description="The quantity that is committed for the order as soon as there is stock, in the item's unit."),
    ]


class DemandQuery(PageQuery, frozen=True, kw_only=True):
    """Orders that wait for an item, the oldest first, which is the order in which backorders are filled."""

    item_id: ItemId
    location_id: Annotated[LocationId, Meta(description="Only demand at this location.")] | None = None
