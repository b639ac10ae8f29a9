"""What the API says about stock."""

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
        description="What it was done for, such as the number of a delivery note.",
        examples=["PO-2026-000017"],
    ),
]
Note = Annotated[str, Meta(max_length=500, description="Free text.")]
MAX_LINES = 40
"""Each line writes a balance and a movement, and the first balance of a location asserts that it is open; two more
actions of the transaction's hundred are the journal's and the stored answer's."""
MAX_TRANSFER_LINES = 20
MAX_SKUS = 100
MAX_SKU_LENGTH = 64

OnHand = Annotated[Decimal, Meta(description="What lies there: reserved and available together.")]
Reserved = Annotated[Decimal, Meta(description="What is set aside for orders.")]
Available = Annotated[Decimal, Meta(description="What can be promised.")]
Seq = Annotated[int, Meta(description="Counts the movements of an item at a location: 1, 2, 3, without gaps.")]
AsOfTime = Annotated[datetime, Meta(tz=True, description="The time in question.")]


class MovementKind(StrEnum):
    """Why stock moved. `receipt`, `transfer_in` and `shipment_reversal` add, `transfer_out` and `shipment` take away,
    `adjustment` may do either."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SHIPMENT = "shipment"
    SHIPMENT_REVERSAL = "shipment_reversal"


class AdjustmentReason(StrEnum):
    """Why what is on hand was wrong. `counted`: a count found another quantity. `correction`: an entry was wrong.
    `opening`: stock from before NovexERP."""

    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    COUNTED = "counted"
    SAMPLE = "sample"
    CORRECTION = "correction"
    OPENING = "opening"


class ReceiptLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that came in at a location."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Quantity, Meta(description="How much came in.")]


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that came in. `reference` names where from, such as a delivery note."""

    lines: Annotated[
        list[ReceiptLine],
        Meta(min_length=1, max_length=MAX_LINES, description="What came in; an item once for each location."),
    ]
    reference: Reference | None = None
    note: Note | None = None


class AdjustmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of an item at a location."""

    item_id: ItemId
    location_id: LocationId
    change: Annotated[SignedQuantity, Meta(description="What is added, or with a minus taken away.")]


class Adjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of what is on hand."""

    lines: Annotated[
        list[AdjustmentLine],
        Meta(min_length=1, max_length=MAX_LINES, description="What is corrected; an item once for each location."),
    ]
    reason: Annotated[AdjustmentReason, Meta(description="Why it is corrected.")]
    reference: Reference | None = None
    note: Note | None = None


class TransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that moves from one location to another."""

    item_id: ItemId
    from_location_id: Annotated[LocationId, Meta(description="The id of the location that it leaves.")]
    to_location_id: Annotated[LocationId, Meta(description="The id of the location that it comes to.")]
    quantity: Annotated[Quantity, Meta(description="How much moves.")]


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Stock that moves between locations. Both sides move in one transaction."""

    lines: Annotated[
        list[TransferLine],
        Meta(min_length=1, max_length=MAX_TRANSFER_LINES, description="What moves; an item once for each location."),
    ]
    reference: Reference | None = None
    note: Note | None = None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What an operation did with an item at a location."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Decimal, Meta(description="What came in, or with a minus what left.")]
    on_hand: Annotated[Decimal, Meta(description="What lies there afterwards.")]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What was done."""

    id: Annotated[
        str,
        Meta(
            description="The id of the operation; the `reference` of its movements if none was given.",
            examples=["rcv_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    moved: Annotated[list[Moved], Meta(description="What moved, in the order of the lines.")]


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of an item at a location. on_hand = reserved + available."""

    item_id: ItemId
    location_id: LocationId
    on_hand: OnHand
    reserved: Reserved
    available: Available
    blocked: Annotated[
        bool, Meta(description="Whether it takes no reservations and receipts: its item or location is archived.")
    ]
    moved_at: Annotated[datetime, Meta(description="When stock came or went last.")]
    version: Annotated[int, Meta(description="Rises with every change, reservations included.")]


class BalanceQuery(PageQuery, frozen=True, kw_only=True):
    """Of an item, of a location, or of both."""

    item_id: ItemId | None = None
    location_id: LocationId | None = None


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One change of what is on hand of an item at a location. It never changes: a correction is another movement."""

    seq: Seq
    kind: Annotated[MovementKind, Meta(description="Why stock moved.")]
    quantity: Annotated[Decimal, Meta(description="What came in, or with a minus what left.")]
    balance: Annotated[Decimal, Meta(description="What was on hand after it.")]
    at: Annotated[datetime, Meta(description="When it happened.")]
    reference: Annotated[str, Meta(description="What it was done for: given, or the id of the operation or shipment.")]
    reason: Annotated[str | None, Meta(description="The reason of an adjustment.")]
    note: Annotated[str | None, Meta(description="Free text.")]
    actor: Annotated[str, Meta(description="Who did it: a user's subject, or `system:` and a part of NovexERP.")]


class LedgerQuery(PageQuery, frozen=True, kw_only=True):
    """The movements of an item at a location, newest first."""

    item_id: ItemId
    location_id: LocationId
    kind: Annotated[MovementKind, Meta(description="Only movements of this kind.")] | None = None
    reference: Annotated[Reference, Meta(description="Only movements with exactly this reference.")] | None = None


class AsOfQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which balance, and when."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime


class AsOf(msgspec.Struct, frozen=True, kw_only=True):
    """What was on hand at a time."""

    item_id: ItemId
    location_id: LocationId
    at: AsOfTime
    on_hand: Annotated[Decimal, Meta(description="What lay there then.")]
    seq: Annotated[int, Meta(description="The last movement up to then, 0 before the first.")]


class AvailabilityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """With a location, or a warehouse (its default location), one read serves all; else every location is summed."""

    skus: Annotated[
        str, Meta(min_length=1, max_length=6600, description=f"Up to {MAX_SKUS} SKUs, separated by commas.")
    ]
    location_id: LocationId | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Asks for its default location.")] | None = None


class ItemAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of an item, in all the locations that were asked for."""

    sku: Sku
    item_id: ItemId
    on_hand: OnHand
    reserved: Reserved
    available: Annotated[Decimal, Meta(description="What can be promised; blocked balances do not count.")]
    locations: Annotated[list[Balance], Meta(description="The balances that make it up.")]


class Availability(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of the SKUs that were asked for."""

    data: Annotated[list[ItemAvailability], Meta(description="One entry for each known SKU, as asked.")]
    unknown: Annotated[list[str], Meta(description="The SKUs that no item has.")]
