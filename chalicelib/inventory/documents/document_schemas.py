"""API schemas of stock documents."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.documents.schemas import Note, StockAdjustmentReason, UnitCost
from chalicelib.inventory.stock.schemas import Reference
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.months import CreatedInMonth
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted

PREFIXES = ("opn", "rcv", "adj", "trf")
"""Of the ids of documents, by kind."""


class StockDocumentKind(StrEnum):
    """What a document did. `opening`: stock from before NovexERP. `receipt`: goods came in. `adjustment`: another
    quantity was found. `transfer`: goods were moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"


class StockDocumentStatus(StrEnum):
    """`posted`: its stock has moved. `in_transit`: goods have left, and not all have arrived. `reversed`: another
    document has taken it back."""

    POSTED = "posted"
    IN_TRANSIT = "in_transit"
    REVERSED = "reversed"


StockDocumentId = Annotated[
    str,
    formatted(
        rf"^({'|'.join(PREFIXES)})_[0-9a-z]{{26}}$",
        "Use the id of a stock document.",
        description="The id of the document.",
        examples=["rcv_01k9zq3v5e7r2t8y4w6x1c9b3n"],
    ),
]


class StockDocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a document did to one item. Its movements name the document and the line."""

    line: Annotated[int, Meta(description="The number of the line.")]
    item_id: ItemId
    sku: Annotated[str, Meta(description="The SKU of the item, as it was then.")]
    from_location_id: Annotated[LocationId | None, Meta(description="Where goods left; null when they came in.")]
    to_location_id: Annotated[LocationId | None, Meta(description="Where goods came; null when they left.")]
    quantity: Annotated[Decimal, Meta(description="The quantity that was moved, in the item's unit.")]
    counted: Annotated[Decimal | None, Meta(description="What was counted, in the item's unit; null for no count.")]
    on_hand: Annotated[
        Decimal,
        Meta(
            description="What was on hand afterwards, in the item's unit: where the goods came, else where they left."
        ),
    ]
    arrived: Annotated[Decimal, Meta(description="Of a transfer, what has arrived, in the item's unit.")]
    lost: Annotated[Decimal, Meta(description="Of a transfer, what was lost on the way, in the item's unit.")]
    unit_cost: UnitCost | None


class StockDocumentHead(Schema, Stamped, frozen=True, kw_only=True):
    """The fields that a document and its summary have in common."""

    id: StockDocumentId
    kind: Annotated[StockDocumentKind, Meta(description="What it did.")]
    number: Annotated[
        str, Meta(description="The number of the document, as people name it.", examples=["RC-2026-000017"])
    ]
    status: Annotated[StockDocumentStatus, Meta(description="How far it is.")]
    reason: Annotated[StockAdjustmentReason | None, Meta(description="Of an adjustment, why; null for others.")]
    reference: Reference | None
    warehouse_ids: Annotated[list[WarehouseId], Meta(description="The warehouses whose stock it moved.")]
    reverses: Annotated[StockDocumentId | None, Meta(description="The document that it takes back; null for none.")]
    reversed_by: Annotated[StockDocumentId | None, Meta(description="The document that took it back; null for none.")]


class StockDocumentSummary(StockDocumentHead, frozen=True, kw_only=True):
    """A document in a list."""


class StockDocument(StockDocumentHead, frozen=True, kw_only=True):
    """What moved stock: its lines, who did it, and when."""

    lines: Annotated[list[StockDocumentLine], Meta(description="What it did to each item.")]
    note: Note | None
    allowed_transitions: AllowedTransitions


class StockDocumentQuery(CreationQuery, frozen=True, kw_only=True):
    """All documents or those of a month, newest first; or those that are in transit, oldest first."""

    month: CreatedInMonth | None = None
    kind: Annotated[StockDocumentKind, Meta(description="Only documents of this kind.")] | None = None
    status: Annotated[StockDocumentStatus, Meta(description="Only documents with this status.")] | None = None
    in_transit: Annotated[bool, Meta(description="true: only transfers whose goods are on their way.")] | None = None
    warehouse_id: (
        Annotated[WarehouseId, Meta(description="Only documents that moved stock of this warehouse.")] | None
    ) = None
    reference: (
        Annotated[Reference, Meta(description="Only documents with this reference; case does not matter.")] | None
    ) = None
