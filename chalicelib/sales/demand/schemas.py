"""What the API says about demand for an item."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.lists import PageQuery
from chalicelib.sales.orders.schemas import OrderId


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What an order holds of an item at a location, and what it waits for."""

    item_id: ItemId
    location_id: LocationId
    order_id: OrderId
    held: Annotated[Decimal, Meta(description="What is reserved for the order.")]
    waiting: Annotated[Decimal, Meta(description="What the order is short of, and gets when stock comes in.")]


class DemandQuery(PageQuery, frozen=True, kw_only=True):
    """The orders that hold an item or wait for it, the oldest first: the order in which backorders are filled."""

    item_id: ItemId
    location_id: LocationId | None = None
