"""API schemas of the reports on stock."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.stock.ledger_schemas import AsOfTime
from chalicelib.inventory.stock.level_schemas import Available, OnHand
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel.pages import PageQuery

MOST_MOVEMENTS = 500
"""So many movements of an item are looked at for its age."""


class StockAsOfQuery(PageQuery, frozen=True, kw_only=True):
    """What there was in a warehouse at a time."""

    warehouse_id: WarehouseId
    at: AsOfTime


class StockOnHand(msgspec.Struct, frozen=True, kw_only=True):
    """What there was of an item in a warehouse at a time."""

    item_id: ItemId
    warehouse_id: WarehouseId
    at: AsOfTime
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand at that time, in the item's unit.")]


class StockAgeingQuery(PageQuery, frozen=True, kw_only=True):
    """How old the stock of a warehouse is."""

    warehouse_id: WarehouseId


class StockAge(msgspec.Struct, frozen=True, kw_only=True):
    """How long ago that came which is on hand of an item in a warehouse, if what came first leaves first."""

    item_id: ItemId
    warehouse_id: WarehouseId
    on_hand: OnHand
    days_0_30: Annotated[Decimal, Meta(description="What came up to 30 days ago, in the item's unit.")]
    days_31_60: Annotated[Decimal, Meta(description="What came 31 to 60 days ago, in the item's unit.")]
    days_61_90: Annotated[Decimal, Meta(description="What came 61 to 90 days ago, in the item's unit.")]
    days_91_180: Annotated[Decimal, Meta(description="What came 91 to 180 days ago, in the item's unit.")]
    days_over_180: Annotated[Decimal, Meta(description="What came more than 180 days ago, in the item's unit.")]
    oldest_at: Annotated[datetime, Meta(description="When the oldest of it came.")]
    is_partial: Annotated[
        bool,
        Meta(
            description=f"Whether more than {MOST_MOVEMENTS} movements would have to be looked at. What these do not "
            "explain counts as old as the oldest of them, and may be older."
        ),
    ]


class SlowMoversQuery(PageQuery, frozen=True, kw_only=True):
    """What lies in a warehouse and has not been sold for some time."""

    warehouse_id: WarehouseId
    days: Annotated[int, Meta(ge=0, le=3650, description="For how many days nothing was sold; 90 by default.")] = 90


class SlowMover(msgspec.Struct, frozen=True, kw_only=True):
    """An item of which something is on hand in a warehouse and nothing was sold for some time."""

    item_id: ItemId
    warehouse_id: WarehouseId
    on_hand: OnHand
    available: Available
    shipped_at: Annotated[
        datetime | None,
        Meta(description="When some of it last left for a customer, even if it came back; null when none ever did."),
    ]
    idle_since: Annotated[
        datetime, Meta(description="Since when nothing was sold: the last shipment, or else when it first came.")
    ]
    idle_days: Annotated[int, Meta(description="For how many days nothing was sold.")]
