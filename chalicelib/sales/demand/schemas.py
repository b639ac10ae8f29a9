"""What the API says about demand for an item."""

from decimal import Decimal

import msgspec

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.lists import PageQuery


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """An order's claim on an item at a location: what it holds, and what it waits for."""

    item_id: str
    location_id: str
    order_id: str
    held: Decimal
    waiting: Decimal


class DemandQuery(PageQuery, frozen=True, kw_only=True):
    """The claims on an item, oldest order first: the order in which backorders are filled."""

    item_id: ItemId
    location_id: LocationId | None = None
