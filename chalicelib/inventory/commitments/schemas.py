"""API schemas of those who wait for stock."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel.pages import PageQuery


class StockWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """What a document waits for, of an item in a warehouse."""

    item_id: ItemId
    warehouse_id: WarehouseId
    document_id: Annotated[
        str,
        Meta(description="The id of the order that waits.", examples=["so_01k9zq3v5e7r2t8y4w6x1c9b3n"]),
    ]
    quantity: Annotated[
        Decimal,
        Meta(description="The quantity that it gets as soon as there is stock, in the item's unit."),
    ]
    priority: Annotated[int, Meta(description="Lower numbers are served first, from 1 to 9.")]
    promised_on: Annotated[
        date | None,
        Meta(
            description="Of one priority, what is promised earlier is served first; null when nothing is promised, "
            "which comes last."
        ),
    ]
    since: Annotated[
        datetime, Meta(description="When it was confirmed: of one priority and date, the first one is served first.")
    ]


class WaitingQuery(PageQuery, frozen=True, kw_only=True):
    """Those who wait for an item in a warehouse, in the order in which they are served."""

    item_id: ItemId
    warehouse_id: WarehouseId


class StockHolding(msgspec.Struct, frozen=True, kw_only=True):
    """What a document has committed of an item in a warehouse."""

    item_id: ItemId
    warehouse_id: WarehouseId
    document_id: Annotated[
        str,
        Meta(description="The id of the order that has it.", examples=["so_01k9zq3v5e7r2t8y4w6x1c9b3n"]),
    ]
    quantity: Annotated[Decimal, Meta(description="The quantity that it has committed, in the item's unit.")]


class HoldersQuery(PageQuery, frozen=True, kw_only=True):
    """Those who have committed an item in a warehouse."""

    item_id: ItemId
    warehouse_id: WarehouseId
