"""API schemas of stock."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.decimals import Quantity, SignedQuantity
from chalicelib.kernel.lists import PageQuery

Reference = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,63}$",
        description="The business reason, such as the number of a delivery note.",
        examples=["PO-2026-000017"],
    ),
]
Note = Annotated[str, Meta(max_length=500, description="Free text.")]
MAX_LINES = 40
"""Each line writes a balance and a movement, and the first balance at a location adds a condition; two more of the
transaction's 100 actions are the journal entry and the stored answer."""
MAX_TRANSFER_LINES = 20
MAX_SKUS = 100
MAX_SKU_LENGTH = 64

OnHand = Annotated[Decimal, Meta(description="The quantity on hand: reserved plus available.")]
Reserved = Annotated[Decimal, Meta(description="The quantity that is reserved for orders.")]
Available = Annotated[Decimal, Meta(description="The quantity that is not reserved.")]
Seq = Annotated[int, Meta(description="Counts the movements of an item at a location: 1, 2, 3, without gaps.")]
AsOfTime = Annotated[datetime, Meta(tz=True, description="The time of the requested quantity.")]


class MovementKind(StrEnum):
    """The kind of movement. `receipt`, `transfer_in` and `shipment_reversal` add stock, `transfer_out` and `shipment`
    remove it, `adjustment` does either."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SHIPMENT = "shipment"
    SHIPMENT_REVERSAL = "shipment_reversal"


class AdjustmentReason(StrEnum):
    """The reason of an adjustment. `counted`: a count found another quantity. `correction`: an entry was wrong.
    `opening`: stock from before NovexERP."""

    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    COUNTED = "counted"
    SAMPLE = "sample"
    CORRECTION = "correction"
    OPENING = "opening"


class ReceiptLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that is received at a location."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Quantity, Meta(description="The received quantity.")]


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A receipt of goods. `reference` identifies their origin, such as a delivery note."""

    lines: Annotated[
        list[ReceiptLine],
        Meta(min_length=1, max_length=MAX_LINES, description="The received items; each item once for each location."),
    ]
    reference: Reference | None = None
    note: Note | None = None


class AdjustmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of an item at a location."""

    item_id: ItemId
    location_id: LocationId
    change: Annotated[SignedQuantity, Meta(description="The quantity to add, or to remove if negative.")]


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of quantities on hand."""

    lines: Annotated[
        list[AdjustmentLine],
        Meta(min_length=1, max_length=MAX_LINES, description="The corrections; each item once for each location."),
    ]
    reason: Annotated[AdjustmentReason, Meta(description="The reason of the correction.")]
    reference: Reference | None = None
    note: Note | None = None


class TransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to move from one location to another."""

    item_id: ItemId
    from_location_id: Annotated[LocationId, Meta(description="The id of the source location.")]
    to_location_id: Annotated[LocationId, Meta(description="The id of the destination location.")]
    quantity: Annotated[Quantity, Meta(description="The quantity to move.")]


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A transfer of stock between locations. Both sides change in one transaction."""

    lines: Annotated[
        list[TransferLine],
        Meta(min_length=1, max_length=MAX_TRANSFER_LINES, description="Items to move, each once for each location."),
    ]
    reference: Reference | None = None
    note: Note | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """The change of an item at a location by an operation."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Decimal, Meta(description="The added quantity, or the removed quantity if negative.")]
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand afterwards.")]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a receipt, adjustment or transfer."""

    id: Annotated[
        str,
        Meta(
            description="The id of the operation; also the `reference` of its movements if none was given.",
            examples=["rcv_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    moved: Annotated[list[Moved], Meta(description="The changes, in the order of the lines.")]


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item at a location. on_hand = reserved + available."""

    item_id: ItemId
    location_id: LocationId
    on_hand: OnHand
    reserved: Reserved
    available: Available
    blocked: Annotated[
        bool, Meta(description="Whether new reservations and receipts are refused: its item or location is archived.")
    ]
    moved_at: Annotated[datetime, Meta(description="When the quantity on hand last changed.")]
    version: Annotated[int, Meta(description="Increases with every change, including reservations.")]


class BalanceQuery(PageQuery, frozen=True, kw_only=True):
    """The balances of an item, of a location, or of both."""

    item_id: ItemId | None = None
    location_id: LocationId | None = None


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the quantity on hand of an item at a location. It is immutable: a correction is another movement."""

    seq: Seq
    kind: Annotated[MovementKind, Meta(description="The kind of movement.")]
    quantity: Annotated[Decimal, Meta(description="The added quantity, or the removed quantity if negative.")]
    balance: Annotated[Decimal, Meta(description="The quantity on hand after it.")]
    at: Annotated[datetime, Meta(description="When it happened.")]
    reference: Annotated[str, Meta(description="The given reference, or the id of the operation or shipment.")]
    reason: Annotated[str | None, Meta(description="The reason of an adjustment.")]
    note: Annotated[str | None, Meta(description="Free text.")]
    actor: Annotated[str, Meta(description="The `sub` of a user's token, or `system:` and a part of NovexERP.")]


class LedgerQuery(PageQuery, frozen=True, kw_only=True):
    """The movements of an item at a location, newest first."""

    item_id: ItemId
    location_id: LocationId
    kind: Annotated[MovementKind, Meta(description="Only movements of this kind.")] | None = None
    reference: Annotated[Reference, Meta(description="Only movements with exactly this reference.")] | None = None


class AsOfQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The item, the location and the time."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime


class AsOf(msgspec.Struct, frozen=True, kw_only=True):
    """The quantity on hand at a time."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand at that time.")]
    seq: Annotated[int, Meta(description="The last movement up to that time; 0 before the first.")]


class AvailabilityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The available quantities at a location, or in a warehouse's default location, or else the sum of all
    locations."""

    skus: Annotated[
        str, Meta(min_length=1, max_length=6600, description=f"Up to {MAX_SKUS} SKUs, separated by commas.")
    ]
    location_id: LocationId | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Only the default location of this warehouse.")] | None = None


class ItemAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item in the requested locations."""

    sku: Sku
    item_id: ItemId
    on_hand: OnHand
    reserved: Reserved
    available: Annotated[Decimal, Meta(description="The available quantity, without blocked balances.")]
    locations: Annotated[list[Balance], Meta(description="The balances of the sum.")]


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of the requested SKUs."""

    data: Annotated[list[ItemAvailability], Meta(description="One entry for each known SKU, in the given order.")]
    unknown: Annotated[list[str], Meta(description="The SKUs that no item has.")]
