"""API schemas of stock."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.kit_schemas import KindField
from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.decimals import Quantity, SignedQuantity
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import line, prose

Reference = Annotated[
    str,
    line(
        64,
        description="The business reason, such as the number of a delivery note; movements can be found by it.",
        examples=["PO-2026-000017"],
    ),
]
Note = Annotated[str, prose(500, description="Free text for people who look at the movements later.")]
MAX_LINES = 40
"""Each line writes a balance and a movement, and the first balance at a location adds a condition; two more of the
transaction's 100 actions are the journal entry and the stored answer."""
MAX_TRANSFER_LINES = 20
MAX_SKUS = 100

OnHand = Annotated[Decimal, Meta(description="The quantity on hand, in the item's unit: committed plus available.")]
Committed = Annotated[Decimal, Meta(description="The quantity that is committed for orders, in the item's unit.")]
Available = Annotated[Decimal, Meta(description="The quantity that is not committed, in the item's unit.")]
Seq = Annotated[int, Meta(description="Counts the movements of an item at a location: 1, 2, 3, without gaps.")]
AsOfTime = Annotated[datetime, Meta(tz=True, description="The time at which the quantity is asked for.")]


class StockMovementKind(StrEnum):
    """The kind of movement. `receipt`, `transfer_in` and `shipment_reversal` add stock, `transfer_out` and `shipment`
    remove it, `adjustment` does either."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SHIPMENT = "shipment"
    SHIPMENT_REVERSAL = "shipment_reversal"


class StockAdjustmentReason(StrEnum):
    """The reason of an adjustment. `damaged`, `lost` and `sample`: goods are no longer for sale. `found`: goods turned
    up. `counted`: a count found another quantity. `correction`: an entry was wrong. `opening`: stock from before
    NovexERP."""

    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    COUNTED = "counted"
    SAMPLE = "sample"
    CORRECTION = "correction"
    OPENING = "opening"


class StockReceiptLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that is received at a location."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Quantity, Meta(description="The received quantity, in the item's unit.")]


class StockReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that have arrived."""

    lines: Annotated[
        list[StockReceiptLine],
        Meta(
            min_length=1,
            max_length=MAX_LINES,
            description="What was received; each item at most once for each location.",
        ),
    ]
    reference: Reference | None = None
    note: Note | None = None


class StockAdjustmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of an item at a location."""

    item_id: ItemId
    location_id: LocationId
    change: Annotated[
        SignedQuantity, Meta(description="The quantity to add, or to remove if negative, in the item's unit; not zero.")
    ]


class StockAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of quantities on hand."""

    lines: Annotated[
        list[StockAdjustmentLine],
        Meta(
            min_length=1, max_length=MAX_LINES, description="What to correct; each item at most once for each location."
        ),
    ]
    reason: Annotated[StockAdjustmentReason, Meta(description="Why the quantities are corrected.")]
    reference: Reference | None = None
    note: Note | None = None


class StockTransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to move from one location to another."""

    item_id: ItemId
    from_location_id: Annotated[LocationId, Meta(description="The id of the source location.")]
    to_location_id: Annotated[LocationId, Meta(description="The id of the destination location.")]
    quantity: Annotated[Quantity, Meta(description="The quantity to move, in the item's unit.")]


class StockTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A transfer of stock between locations. Both sides change in one transaction."""

    lines: Annotated[
        list[StockTransferLine],
        Meta(
            min_length=1,
            max_length=MAX_TRANSFER_LINES,
            description="What to move; each item at most once for each location.",
        ),
    ]
    reference: Reference | None = None
    note: Note | None = None


class StockOperationLine(msgspec.Struct, frozen=True, kw_only=True):
    """The change of an item at a location by an operation."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[
        Decimal, Meta(description="The quantity that was added, or removed if negative, in the item's unit.")
    ]
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand afterwards, in the item's unit.")]


class StockOperation(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a receipt, adjustment or transfer."""

    id: Annotated[
        str,
        Meta(
            description="The id of the operation; also the reference of its movements when none was given.",
            examples=["rcv_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    moved: Annotated[list[StockOperationLine], Meta(description="The changes, in the order of the lines.")]


class StockBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item at a location. on_hand = committed + available."""

    item_id: ItemId
    location_id: LocationId
    on_hand: OnHand
    committed: Committed
    available: Available
    blocked: Annotated[
        bool,
        Meta(
            description="Whether new reservations and receipts are refused, because its item or location is archived."
        ),
    ]
    moved_at: Annotated[datetime, Meta(description="When the quantity on hand last changed.")]
    version: Annotated[int, Meta(description="Increases with every change, also of reservations.")]


class BalanceQuery(PageQuery, frozen=True, kw_only=True):
    """The balances of an item, of a location, or of both."""

    item_id: Annotated[ItemId, Meta(description="Only balances of this item.")] | None = None
    location_id: Annotated[LocationId, Meta(description="Only balances at this location.")] | None = None


class StockMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the quantity on hand of an item at a location. It is immutable: a correction is another movement."""

    seq: Seq
    kind: Annotated[StockMovementKind, Meta(description="What moved the stock.")]
    quantity: Annotated[
        Decimal, Meta(description="The quantity that was added, or removed if negative, in the item's unit.")
    ]
    balance: Annotated[Decimal, Meta(description="The quantity on hand afterwards, in the item's unit.")]
    at: Annotated[datetime, Meta(description="When the stock was moved.")]
    reference: Annotated[
        str, Meta(description="The reference that was given, else the id of the operation or shipment.")
    ]
    reason: Annotated[str | None, Meta(description="The reason of an adjustment; null for other kinds.")]
    note: Annotated[str | None, Meta(description="The note of the operation; null for none.")]
    actor: Annotated[
        str, Meta(description="Who moved it: the `subject` of a user or machine, or `system:` and a part of NovexERP.")
    ]


class LedgerQuery(PageQuery, frozen=True, kw_only=True):
    """The movements of an item at a location, newest first."""

    item_id: ItemId
    location_id: LocationId
    kind: Annotated[StockMovementKind, Meta(description="Only movements of this kind.")] | None = None
    reference: (
        Annotated[Reference, Meta(description="Only movements with this reference; case does not matter.")] | None
    ) = None


class AsOfQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The item, the location and the time."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime


class StockAsOf(msgspec.Struct, frozen=True, kw_only=True):
    """The quantity on hand at a time."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand at that time, in the item's unit.")]
    seq: Annotated[int, Meta(description="`seq` of the last movement up to that time; 0 before the first.")]


class AvailabilityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The available quantities at a location, or in a warehouse's default location, or else the sum of all
    locations."""

    skus: Annotated[
        str,
        line(6600, description=f"Up to {MAX_SKUS} SKUs, separated by commas; one that has a comma goes in quotes."),
    ]
    location_id: Annotated[LocationId, Meta(description="Only stock at this location.")] | None = None
    warehouse_id: (
        Annotated[WarehouseId, Meta(description="Only stock at the default location of this warehouse.")] | None
    ) = None


class ItemAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item in the requested locations."""

    sku: Sku
    item_id: ItemId
    kind: KindField
    on_hand: OnHand
    committed: Committed
    available: Annotated[
        Decimal,
        Meta(
            description="The quantity that can be committed now, in the item's unit, without that of blocked balances; "
            "of a kit, how many the available components suffice for; 0 of what has no stock."
        ),
    ]
    locations: Annotated[list[StockBalance], Meta(description="The balances that the quantities are the sums of.")]


class StockAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of the requested SKUs."""

    data: Annotated[list[ItemAvailability], Meta(description="One entry for each known SKU, in the given order.")]
    unknown: Annotated[list[str], Meta(description="The requested SKUs that no item has.")]
