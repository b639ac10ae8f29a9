"""The tables of stock documents: small ones hold their lines, those of large ones lie in parts beside them."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.items.schemas import Money
from chalicelib.inventory.documents.document_schemas import (
    LineRefusal,
    StockDocumentKind,
    StockDocumentQuery,
    StockDocumentStatus,
)
from chalicelib.inventory.documents.schemas import StockAdjustmentReason
from chalicelib.jobs.staged import StagedDocument
from chalicelib.kernel import ids, uniques
from chalicelib.kernel.call import Call
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Choice, Day, Flag, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.months import by_month
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Partitions, Persons, marked
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import Filter, View, required

NUMBER = uniques.Kind("stock_document_number", "number", "stock document")


PART_LINES = 200
"""Lines of one part: about 12 kB, which each step of a job writes anew."""


class Arriving(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a job is going to take in of a line of a transfer. location_id: where, if not where it was sent."""

    quantity: Decimal
    lost: Decimal = Decimal(0)
    location_id: str | None = None


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line in the words of StockDocumentLine.

    seen: what whoever counted was shown. out_seq / in_seqs: the numbers of its movements, in the warehouses of the two
    locations. arriving: what a job has not taken in yet.
    """

    line: int
    item_id: str
    sku: str
    from_location_id: str | None = None
    to_location_id: str | None = None
    quantity: Decimal
    counted: Decimal | None = None
    seen: Decimal | None = None
    on_hand: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    unit_cost: Money | None = None
    unposted: LineRefusal | None = None
    out_seq: int | None = None
    in_seqs: list[int] = []
    arriving: Arriving | None = None

    @property
    def on_its_way(self) -> Decimal:
        """Of a transfer, what has left and neither arrived nor been lost."""
        return Decimal(0) if self.out_seq is None else self.quantity - self.arrived - self.lost

    def locations(self) -> list[str]:
        """The ids of the locations that it names."""
        elsewhere = self.arriving.location_id if self.arriving else None
        return [each for each in (self.from_location_id, self.to_location_id, elsewhere) if each]


class StockDocumentPart(Row):
    """Lines of a large document. Access: by document and number of the part. Written in the commits of the document."""

    Meta = meta("stock_document_parts")
    partition = Text(BUSINESS, hash_key=True)
    number = Whole(BUSINESS, range_key=True)
    lines: Packed[list[DocumentLine]] = Packed(BUSINESS, list[DocumentLine])


class ArrivingParts(msgspec.Struct, frozen=True):
    """What a job takes in of a transfer: how many lines, which parts have them, the day, and who has said so."""

    lines: int
    parts: list[int]
    effective_on: date
    by: Annotated[str, marked(USAGE)]


class ByTransit(GlobalSecondaryIndex["StockDocument"]):
    Meta = index_meta("by_transit")
    transit_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByVendor(GlobalSecondaryIndex["StockDocument"]):
    Meta = index_meta("by_vendor")
    vendor_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class StockDocument(StagedDocument):
    """Access: by id (which contains the month), newest first by month; in transit, and from a vendor (sparse indexes);
    by number (uniques).

    What is posted stays: a document is taken back by another one. sent: a transfer whose goods were, or are, on their
    way. receivers: the warehouses to which they were sent, whose people see the transfer as soon as they have left
    (partial.py). has_arrived: some of them have come, or were lost. lines: empty for a large document, whose lines are
    counted by line_count and lie in parts. on_its_way: of a large transfer, how many lines have not arrived altogether.
    """

    Meta = meta("stock_documents")
    persons = Persons(("vendors",), Partitions.MONTHS, about=("vendor_id",))
    entity = "stock_document"
    parts = (StockDocumentPart,)
    kind: Choice[StockDocumentKind] = Choice(BUSINESS, StockDocumentKind)
    number = Text(BUSINESS)
    status: Choice[StockDocumentStatus] = Choice(BUSINESS, StockDocumentStatus)
    reason: Choice[StockAdjustmentReason] = Choice(BUSINESS, StockAdjustmentReason, null=True)
    effective_on = Day(BUSINESS)
    vendor_id = Text(BUSINESS, null=True)
    vendor_key = Text(BUSINESS, null=True)
    reference = Text(BUSINESS, null=True)
    note = Text(FREE_TEXT, null=True)
    warehouse_ids: Struct[list[str]] = Struct(BUSINESS, list[str])
    lines: Packed[list[DocumentLine]] = Packed(BUSINESS, list[DocumentLine])
    line_count = Whole(BUSINESS, null=True)
    unposted_lines = Whole(BUSINESS, null=True)
    on_its_way = Whole(BUSINESS, null=True)
    arriving: Struct[ArrivingParts] = Struct(BUSINESS, ArrivingParts, null=True)
    reverses = Text(BUSINESS, null=True)
    reversed_by = Text(BUSINESS, null=True)
    sent = Flag(BUSINESS, null=True)
    receivers: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    has_arrived = Flag(BUSINESS, null=True)
    transit_key = Text(BUSINESS, null=True)
    by_transit = ByTransit()
    by_vendor = ByVendor()

    def is_visible_to(self, call: Call) -> bool:
        has_left = bool(self.receivers) and self.status is not StockDocumentStatus.POSTING
        return call.sees(*self.warehouse_ids) or (has_left and call.sees_any(*(self.receivers or ())))


def document_ref(tenant: Tenant, document_id: str) -> store.Ref:
    return store.Ref(StockDocument, tenant.key(ids.month(document_id)), document_id)


def part_ref(tenant: Tenant, document_id: str, number: int) -> store.Ref:
    return store.Ref(StockDocumentPart, tenant.key(document_id), number)


_FILTERS = (
    Filter("warehouse_id", lambda row, warehouse_id: warehouse_id in row.warehouse_ids),
    Filter("reference", lambda row, reference: folded(row.reference or "") == folded(reference)),
    Filter("effective_from", lambda row, day: row.effective_on >= day),
    Filter("effective_to", lambda row, day: row.effective_on <= day),
    Filter("unposted", lambda row, unposted: bool(row.unposted_lines) is unposted),
)
VIEWS: tuple[View[StockDocumentQuery], ...] = (
    View(
        lambda request: ByTransit.transit_key == request.tenant.key("transit"),
        needs=frozenset({"in_transit"}),
        index="by_transit",
        filters=_FILTERS,
        when=lambda query: query.in_transit is True,
    ),
    View(
        lambda request: ByVendor.vendor_key == request.tenant.key(required(request.query.vendor_id)),
        needs=frozenset({"vendor_id"}),
        index="by_vendor",
        newest_first=True,
        filters=("kind", "status", *_FILTERS),
    ),
    *by_month(StockDocument.partition, "kind", "status", *_FILTERS),
)
