"""API schemas of stock."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.decimals import Quantity, SignedQuantity
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
"""Each line writes a stock row and a movement, and at a location that is not the default one a bin row, of which the
first adds a condition; two more of the transaction's 100 actions are the journal entry and the stored answer."""
MAX_TRANSFER_LINES = 20


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
            description="What was received. An item may stand on several lines.",
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
        Meta(min_length=1, max_length=MAX_LINES, description="What to correct. An item may stand on several lines."),
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
            description="What to move. An item may stand on several lines.",
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
    on_hand: Annotated[Decimal, Meta(description="The quantity on hand at the location afterwards, in its unit.")]


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
