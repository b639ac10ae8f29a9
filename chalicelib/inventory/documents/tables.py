"""The table of stock documents."""

from decimal import Decimal

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.items.schemas import Money
from chalicelib.inventory.documents.document_schemas import StockDocumentKind, StockDocumentQuery, StockDocumentStatus
from chalicelib.inventory.documents.schemas import StockAdjustmentReason
from chalicelib.kernel import ids, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Packed, Struct, Text
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.months import by_month
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import Filter, View

NUMBER = uniques.Kind("stock_document_number", "number", "stock document")


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line in the words of StockDocumentLine; quantity: signed for an adjustment."""

    line: int
    item_id: str
    sku: str
    from_location_id: str | None = None
    to_location_id: str | None = None
    quantity: Decimal
    counted: Decimal | None = None
    on_hand: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    unit_cost: Money | None = None

    @property
    def on_its_way(self) -> Decimal:
        """Of a transfer, what has neither arrived nor been lost."""
        return self.quantity - self.arrived - self.lost


class ByTransit(GlobalSecondaryIndex["StockDocument"]):
    Meta = index_meta("by_transit")
    transit_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class StockDocument(Document):
    """Access: by id (which contains the month), newest first by month; in transit (sparse index); by number (uniques).

    What is posted stays: a document is taken back by another one. sent: a transfer whose goods were, or are, on their
    way.
    """

    Meta = meta("stock_documents")
    entity = "stock_document"
    kind: Choice[StockDocumentKind] = Choice(BUSINESS, StockDocumentKind)
    number = Text(BUSINESS)
    status: Choice[StockDocumentStatus] = Choice(BUSINESS, StockDocumentStatus)
    reason: Choice[StockAdjustmentReason] = Choice(BUSINESS, StockAdjustmentReason, null=True)
    reference = Text(BUSINESS, null=True)
    note = Text(FREE_TEXT, null=True)
    warehouse_ids: Struct[list[str]] = Struct(BUSINESS, list[str])
    lines: Packed[list[DocumentLine]] = Packed(BUSINESS, list[DocumentLine])
    reverses = Text(BUSINESS, null=True)
    reversed_by = Text(BUSINESS, null=True)
    sent = Flag(BUSINESS, null=True)
    transit_key = Text(BUSINESS, null=True)
    by_transit = ByTransit()

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(*self.warehouse_ids)


def document_ref(tenant: Tenant, document_id: str) -> store.Ref:
    return store.Ref(StockDocument, tenant.key(ids.month(document_id)), document_id)


_REFERENCE = Filter("reference", lambda row, reference: folded(row.reference or "") == folded(reference))
_WAREHOUSE = Filter("warehouse_id", lambda row, warehouse_id: warehouse_id in row.warehouse_ids)
VIEWS: tuple[View[StockDocumentQuery], ...] = (
    View(
        lambda request: ByTransit.transit_key == request.tenant.key("transit"),
        needs=frozenset({"in_transit"}),
        index="by_transit",
        filters=(_WAREHOUSE, _REFERENCE),
        when=lambda query: query.in_transit is True,
    ),
    *by_month(StockDocument.partition, "kind", "status", _WAREHOUSE, _REFERENCE),
)
