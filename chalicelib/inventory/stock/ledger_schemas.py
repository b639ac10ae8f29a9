"""API schemas of the ledger of stock."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.stock.schemas import Reference, StockMovementKind
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId, WithInner
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import formatted

Seq = Annotated[int, Meta(description="Counts the movements of an item in a warehouse: 1, 2, 3, without gaps.")]
AsOfTime = Annotated[datetime, Meta(tz=True, description="The time at which the quantity is asked for.")]


MovedBy = Annotated[
    str,
    formatted(
        r"^[a-z]{2,4}_[0-9a-z]{26}$",
        "Use the id of a stock document or shipment.",
        description="The id of the stock document or shipment that moved it.",
        examples=["rcv_01k9zq3v5e7r2t8y4w6x1c9b3n"],
    ),
]


class StockMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the quantity on hand of an item in a warehouse. It is immutable: a correction is another movement."""

    seq: Seq
    item_id: ItemId
    kind: Annotated[StockMovementKind, Meta(description="What moved the stock.")]
    warehouse_id: WarehouseId
    location_id: Annotated[LocationId, Meta(description="Where the stock was moved.")]
    quantity: Annotated[
        Decimal, Meta(description="The quantity that was added, or removed if negative, in the item's unit.")
    ]
    balance: Annotated[
        Decimal, Meta(description="The quantity on hand in the warehouse afterwards, in the item's unit.")
    ]
    place_balance: Annotated[
        Decimal, Meta(description="The quantity on hand at the location afterwards, in the item's unit.")
    ]
    at: Annotated[datetime, Meta(description="When the stock was moved.")]
    effective_on: Annotated[
        date | None,
        Meta(
            description="The day on which it happened, where that is another one than the day of `at` by the clocks of "
            "your company; null otherwise."
        ),
    ]
    document_id: MovedBy
    line: Annotated[int | None, Meta(description="The line of the stock document; null for shipments.")]
    reference: Reference | None
    reason: Annotated[str | None, Meta(description="The reason of an adjustment; null for other kinds.")]
    actor: Annotated[
        str, Meta(description="Who moved it: the `subject` of a user or machine, or `system:` and a part of NovexERP.")
    ]


class LedgerQuery(PageQuery, frozen=True, kw_only=True):
    """The movements of an item in a warehouse or at a location, newest first; or those of a stock document, in the
    order of its lines, or of a shipment, oldest first. All else narrows."""

    item_id: Annotated[ItemId, Meta(description="Movements of this item.")] | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Movements in this warehouse.")] | None = None
    location_id: Annotated[LocationId, Meta(description="Movements at this location, or in it.")] | None = None
    with_inner: WithInner = True
    document_id: (
        Annotated[
            MovedBy,
            Meta(description="Only movements of this stock document or shipment; they are found without an item too."),
        ]
        | None
    ) = None
    from_: Annotated[datetime, Meta(tz=True, description="Only movements at this time or later.")] | None = (
        msgspec.field(name="from", default=None)
    )
    to: Annotated[datetime, Meta(tz=True, description="Only movements before this time.")] | None = None
    kind: Annotated[StockMovementKind, Meta(description="Only movements of this kind.")] | None = None
    reference: (
        Annotated[Reference, Meta(description="Only movements with this reference; case does not matter.")] | None
    ) = None


class LedgerChoice(PageQuery, frozen=True, kw_only=True):
    """The movements of an item in a warehouse: all, those at one bin, those at the default location, or those at a
    location and in it (`area_of`); those with these numbers."""

    item_id: str
    warehouse_id: str
    first_seq: int
    last_seq: int
    bin_id: str | None = None
    is_loose: bool | None = None
    area_of: str | None = None
    kind: StockMovementKind | None = None
    reference: str | None = None
    document_id: str | None = None


class AsOfQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The item, where it lies, and the time. A warehouse or a location is required."""

    item_id: ItemId
    warehouse_id: Annotated[WarehouseId, Meta(description="What there was in this warehouse.")] | None = None
    location_id: Annotated[LocationId, Meta(description="What there was at this location, and in it.")] | None = None
    with_inner: WithInner = True
    at: AsOfTime


class StockAsOf(msgspec.Struct, frozen=True, kw_only=True):
    """The quantity on hand at a time."""

    item_id: ItemId
    warehouse_id: WarehouseId
    location_id: Annotated[LocationId | None, Meta(description="The location that was asked for; null for all.")]
    at: AsOfTime
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand at that time, in the item's unit.")]
    seq: Annotated[int, Meta(description="`seq` of the last movement up to that time; 0 before the first.")]
