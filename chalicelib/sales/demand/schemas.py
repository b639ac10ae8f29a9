"""API schemas of demand for an item."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.lists import PageQuery
from chalicelib.sales.orders.schemas import OrderId


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """The reserved and the backordered quantity of an order, for an item at a location."""

    item_id: ItemId
    location_id: LocationId
    order_id: OrderId
    held: Annotated[Decimal, Meta(description="The quantity that is reserved for the order.")]
    waiting: Annotated[Decimal, Meta(description="The backordered quantity, which is reserved when stock is received.")]


class DemandQuery(PageQuery, frozen=True, kw_only=True):
    """Orders with demand for an item, the oldest first, which is the order in which backorders are filled."""

    item_id: ItemId
    location_id: LocationId | None = None
