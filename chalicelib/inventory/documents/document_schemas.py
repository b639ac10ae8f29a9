"""API schemas of stock documents."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.documents.schemas import MOST_LINES, Note, StockAdjustmentReason, UnitCost
from chalicelib.inventory.stock.schemas import Reference
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.months import CreatedInMonth
from chalicelib.kernel.pages import CreationQuery, PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
from chalicelib.kernel.texts import formatted
from chalicelib.parties.vendors.schemas import VendorId
from chalicelib.search.index.schemas import ListSearch

PREFIXES = ("opn", "rcv", "adj", "trf")
"""Of the ids of documents, by kind."""
SHOWN_LINES = 200
"""A document shows so many of its lines; the others are listed."""


class StockDocumentKind(StrEnum):
    """What a document did. `opening`: stock from before NovexERP. `receipt`: goods came in. `adjustment`: another
    quantity was found. `transfer`: goods were moved."""

    OPENING = "opening"
    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"


class StockDocumentStatus(StrEnum):
    """`posting`: a job moves its stock, line by line. `posted`: its stock has moved. `in_transit`: goods have left, and
    not all have arrived. `reversed`: another document has taken it back."""

    POSTING = "posting"
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


class LineRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job has left out a line."""

    code: Annotated[str, Meta(description="The reason, for programs.", examples=["insufficient_stock"])]
    message: Annotated[str, Meta(description="The reason in words: what is missing, and how much there is.")]


class StockDocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a document did to one item. Its movements name the document and the line."""

    line: Annotated[int, Meta(description="The number of the line.")]
    item_id: ItemId
    sku: Annotated[str, Meta(description="The SKU of the item, as it was then.")]
    from_location_id: Annotated[
        LocationId | None,
        Meta(description="Where goods left; null when they came in, and in a warehouse that you may not see."),
    ]
    to_location_id: Annotated[LocationId | None, Meta(description="Where goods came; null when they left.")]
    quantity: Annotated[Decimal, Meta(description="The quantity that was moved, in the item's unit.")]
    counted: Annotated[Decimal | None, Meta(description="What was counted, in the item's unit; null for no count.")]
    on_hand: Annotated[
        Decimal,
        Meta(
            description="What was on hand afterwards, in the item's unit: where the goods came, else where they left, "
            "which is 0 for those who may not see that warehouse."
        ),
    ]
    arrived: Annotated[Decimal, Meta(description="Of a transfer, what has arrived, in the item's unit.")]
    lost: Annotated[Decimal, Meta(description="Of a transfer, what was lost on the way, in the item's unit.")]
    unit_cost: UnitCost | None
    unposted: Annotated[
        LineRefusal | None,
        Meta(
            description="Why a job has left out the line, or what arrived of it, so that its stock did not move; null "
            "when it has not, or has not come to it yet."
        ),
    ]


class StockDocumentHead(Schema, Stamped, frozen=True, kw_only=True):
    """The fields that a document and its summary have in common."""

    id: StockDocumentId
    kind: Annotated[StockDocumentKind, Meta(description="What it did.")]
    number: Annotated[
        str, Meta(description="The number of the document, as people name it.", examples=["RC-2026-000017"])
    ]
    status: Annotated[StockDocumentStatus, Meta(description="How far it is.")]
    reason: Annotated[StockAdjustmentReason | None, Meta(description="Of an adjustment, why; null for others.")]
    effective_on: Annotated[date, Meta(description="The day on which it happened, by the clocks of your company.")]
    vendor_id: Annotated[VendorId | None, Meta(description="Of a receipt, who has delivered it; null for none.")]
    reference: Reference | None
    line_count: Annotated[int, Meta(description=f"How many lines it has, up to {MOST_LINES:,}.")]
    unposted_lines: Annotated[
        int, Meta(description="How many lines a job has left out, because they could not be posted.")
    ]
    job_id: JobId
    warehouse_ids: Annotated[
        list[WarehouseId], Meta(description="The warehouses whose stock it moved, if you may see them.")
    ]
    reverses: Annotated[StockDocumentId | None, Meta(description="The document that it takes back; null for none.")]
    reversed_by: Annotated[StockDocumentId | None, Meta(description="The document that took it back; null for none.")]


class StockDocumentSummary(StockDocumentHead, frozen=True, kw_only=True):
    """A document in a list."""


class StockDocument(StockDocumentHead, frozen=True, kw_only=True):
    """What moved stock: its lines, who did it, and when."""

    lines: Annotated[
        list[StockDocumentLine],
        Meta(description=f"What it did to each item: the first {SHOWN_LINES} lines. All are listed by `…/lines`."),
    ]
    note: Note | None
    allowed_transitions: AllowedTransitions


class StockDocumentQuery(CreationQuery, frozen=True, kw_only=True):
    """All documents, those of a month or those of a vendor, newest first; or those that are in transit, oldest
    first."""

    q: ListSearch | None = None

    month: CreatedInMonth | None = None
    kind: Annotated[StockDocumentKind, Meta(description="Only documents of this kind.")] | None = None
    status: Annotated[StockDocumentStatus, Meta(description="Only documents with this status.")] | None = None
    vendor_id: Annotated[VendorId, Meta(description="Only receipts from this vendor.")] | None = None
    effective_from: Annotated[date, Meta(description="Only documents that are dated on this day or later.")] | None = (
        None
    )
    effective_to: Annotated[date, Meta(description="Only documents that are dated on this day or before.")] | None = (
        None
    )
    unposted: Annotated[bool, Meta(description="Whether lines of it were left out.")] | None = None
    in_transit: Annotated[bool, Meta(description="true: only transfers whose goods are on their way.")] | None = None
    warehouse_id: (
        Annotated[WarehouseId, Meta(description="Only documents that moved stock of this warehouse.")] | None
    ) = None
    reference: (
        Annotated[Reference, Meta(description="Only documents with this reference; case does not matter.")] | None
    ) = None


class StockDocumentLineQuery(PageQuery, frozen=True, kw_only=True):
    """In the order of the document."""

    unposted: Annotated[bool, Meta(description="true: only lines that were left out; false: only others.")] | None = (
        None
    )
