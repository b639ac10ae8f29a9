"""API schemas of the commands that move stock. Each makes a document (document_schemas.py)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId, Money
from chalicelib.inventory.stock.schemas import Reference
from chalicelib.inventory.warehouses.schemas import LocationId
from chalicelib.kernel.decimals import Quantity, QuantityOrZero, SignedQuantity
from chalicelib.kernel.texts import prose
from chalicelib.parties.vendors.schemas import VendorId

Note = Annotated[str, prose(500, description="Free text for people who look at the document later; null for none.")]
MOST_LINES = 10_000
LINES_AT_ONCE = 40
"""A document with more lines is posted by a job, and so is one of fewer lines that one transaction does not hold: each
line writes a stock row and a movement, and at a location that is not the default one a bin row, of which the first adds
a condition. A transaction has 100 actions."""
TRANSFER_LINES_AT_ONCE = 20
"""Each line of a transfer writes twice as much."""
_SEVERAL = "An item may stand on several lines."
EffectiveOn = Annotated[
    date,
    Meta(
        description="The day on which it happened, by the clocks of your company: not in the future, from 2000 on, and "
        "not closed. Today if absent.",
        examples=["2026-03-02"],
    ),
]
UnitCost = Annotated[
    Money,
    Meta(description="What one unit has cost; null when it is unknown, or when you may not see it."),
]


class StockAdjustmentReason(StrEnum):
    """The reason of an adjustment. `damaged`, `lost` and `sample`: goods are no longer for sale. `found`: goods turned
    up. `counted`: a count found another quantity. `correction`: an entry was wrong. `opening`: stock from before
    NovexERP. `keeper_statement`: the keeper of a warehouse says what lies there."""

    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    COUNTED = "counted"
    SAMPLE = "sample"
    CORRECTION = "correction"
    OPENING = "opening"
    KEEPER_STATEMENT = "keeper_statement"


class StockReceiptLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item that is received at a location."""

    item_id: ItemId
    location_id: LocationId
    quantity: Annotated[Quantity, Meta(description="The received quantity, in the item's unit.")]
    unit_cost: UnitCost | None = None


class StockReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that have arrived."""

    lines: Annotated[
        list[StockReceiptLine],
        Meta(min_length=1, max_length=MOST_LINES, description=f"What was received. {_SEVERAL}"),
    ]
    vendor_id: Annotated[VendorId, Meta(description="The vendor who has delivered it; null for none.")] | None = None
    effective_on: EffectiveOn | None = None
    reference: Reference | None = None
    note: Note | None = None


class StockAdjustmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of an item at a location: by a difference, or to what was counted."""

    item_id: ItemId
    location_id: LocationId
    change: (
        Annotated[
            SignedQuantity,
            Meta(description="The quantity to add, or to remove if negative, in the item's unit; not zero."),
        ]
        | None
    ) = None
    counted: Annotated[QuantityOrZero, Meta(description="The quantity that lies there, in the item's unit.")] | None = (
        None
    )
    seen: (
        Annotated[
            SignedQuantity,
            Meta(
                description="The quantity on hand there that whoever counted was shown. When it is another one by now, "
                "the count is refused."
            ),
        ]
        | None
    ) = None
    unit_cost: UnitCost | None = None


class StockAdjustment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A correction of quantities on hand."""

    lines: Annotated[
        list[StockAdjustmentLine],
        Meta(min_length=1, max_length=MOST_LINES, description=f"What to correct. {_SEVERAL}"),
    ]
    reason: Annotated[StockAdjustmentReason, Meta(description="Why the quantities are corrected.")]
    effective_on: EffectiveOn | None = None
    reference: Reference | None = None
    note: Note | None = None


class StockTransferLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to move from one location to another."""

    item_id: ItemId
    from_location_id: Annotated[LocationId, Meta(description="The id of the source location.")]
    to_location_id: Annotated[LocationId, Meta(description="The id of the destination location.")]
    quantity: Annotated[Quantity, Meta(description="The quantity to move, in the item's unit.")]


class StockTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A transfer of stock between locations. Both sides change at once, unless the goods are on their way."""

    lines: Annotated[
        list[StockTransferLine],
        Meta(min_length=1, max_length=MOST_LINES, description=f"What to move. {_SEVERAL}"),
    ]
    in_transit: Annotated[
        bool,
        Meta(
            description="Whether the goods only leave now and arrive later, in one or several parts; until then they "
            "are in no warehouse."
        ),
    ] = False
    effective_on: EffectiveOn | None = None
    reference: Reference | None = None
    note: Note | None = None


class StockOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Stock from before NovexERP."""

    lines: Annotated[
        list[StockReceiptLine],
        Meta(min_length=1, max_length=MOST_LINES, description=f"What there is. {_SEVERAL}"),
    ]
    effective_on: EffectiveOn | None = None
    reference: Reference | None = None
    note: Note | None = None


class ArrivingLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What arrives of one line of a transfer."""

    line: Annotated[int, Meta(ge=1, description="The number of the transfer's line.")]
    quantity: Annotated[QuantityOrZero, Meta(description="The quantity that arrives, in the item's unit.")]
    lost: (
        Annotated[
            QuantityOrZero, Meta(description="The quantity that was damaged or lost on the way, in the item's unit.")
        ]
        | None
    ) = None
    location_id: (
        Annotated[LocationId, Meta(description="Where it is put. Without it, the location that the line names.")] | None
    ) = None

    @property
    def total(self) -> Decimal:
        """What is no longer on its way."""
        return self.quantity + (self.lost or Decimal(0))


class ArrivingStock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What arrives of a transfer."""

    lines: Annotated[
        list[ArrivingLine],
        Meta(min_length=1, max_length=MOST_LINES, description="What arrives; the rest stays on its way."),
    ]
    effective_on: EffectiveOn | None = None


class ReverseStockDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a document is taken back."""

    effective_on: EffectiveOn | None = None
    note: Note | None = None
