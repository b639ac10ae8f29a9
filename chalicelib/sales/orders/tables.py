"""Sales orders, stored in two parts: a small state row that is rewritten, and content rows that never change."""

from decimal import Decimal
from typing import Annotated

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.jobs.staged import StagedDocument
from chalicelib.kernel.address import Address
from chalicelib.kernel.call import Call
from chalicelib.kernel.decimals import Amount
from chalicelib.kernel.dynamo.attributes import Choice, Moment, Number, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.lists import Filter, View, required
from chalicelib.kernel.months import by_month
from chalicelib.kernel.privacy import ADDRESS, BUSINESS, FREE_TEXT, marked
from chalicelib.sales.orders.schemas import (
    CancelReason,
    Charge,
    Reservation,
    RoundingRule,
    SalesOrderQuery,
    SalesOrderStatus,
)

CHUNK_LINES = 50


class LineState(msgspec.Struct, array_like=True):
    """The quantities of one line. `reserved` is authoritative: the self-check compares balances with it."""

    line: int
    ordered: Decimal
    reserved: Decimal = Decimal(0)
    picked: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)


class Former(msgspec.Struct):
    """The lines before an edit that a job is processing, with the reservations that are not moved to the new lines
    yet."""

    revision: int
    lines: list[LineState]


class ContentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fixed fields of a line, without its quantities in process."""

    line: int
    item_id: str
    sku: str
    name: str
    unit: str
    location_id: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_amount: Decimal = Decimal(0)
    net: Decimal = Decimal(0)


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fixed fields of the order besides its lines. The addresses are copies."""

    billing_address: Annotated[Address | None, marked(ADDRESS)] = None
    shipping_address: Annotated[Address | None, marked(ADDRESS)] = None
    note: Annotated[str | None, marked(FREE_TEXT)] = None
    charges: list[Charge] = []
    rounding: RoundingRule = RoundingRule.HALF_UP_PER_LINE
    prices_include_tax: bool = False
    gross: Amount = Amount(0)
    discount: Amount = Amount(0)
    net: Amount = Amount(0)
    charged: Amount = Amount(0)
    tax: Amount = Amount(0)


class ContentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Up to 50 lines of an order; the first part also has the header."""

    lines: list[ContentLine]
    header: Header | None = None


class ByOpen(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_open")
    open_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByCustomer(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_customer")
    customer_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class SalesOrder(StagedDocument):
    """Access: by id (which contains the month), newest first by month; open ones (sparse index); of a customer (index).

    Limit: 1,000 write units a second for a tenant and month, which is about 300 order changes a second.
    """

    Meta = meta("sales_orders")
    entity = "sales_order"
    number = Text(BUSINESS)
    status: Choice[SalesOrderStatus] = Choice(BUSINESS, SalesOrderStatus)
    customer_id = Text(BUSINESS, null=True)
    customer_key = Text(BUSINESS, null=True)
    customer_reference = Text(BUSINESS, null=True)
    warehouse_id = Text(BUSINESS)
    other_warehouse_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    currency = Text(BUSINESS)
    total = Number(BUSINESS)
    reservation: Choice[Reservation] = Choice(BUSINESS, Reservation)
    lines: Struct[list[LineState]] = Struct(BUSINESS, list[LineState])
    revision = Whole(BUSINESS)
    last_line = Whole(BUSINESS)
    ordered_at = Moment(BUSINESS)
    open_key = Text(BUSINESS, null=True)
    former: Struct[Former] = Struct(BUSINESS, Former, null=True)
    shipments: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    cancel_reason: Choice[CancelReason] = Choice(BUSINESS, CancelReason, null=True)
    by_open = ByOpen()
    by_customer = ByCustomer()

    def warehouses(self) -> list[str]:
        """The warehouses of the order. Callers who are limited to others, or to some of them only, do not see it."""
        return [self.warehouse_id, *(self.other_warehouse_ids or ())]

    def is_visible_to(self, call: Call) -> bool:
        return call.sees(*self.warehouses())


class SalesOrderContent(Row):
    """Access: by order, revision and part. Never changed; an edit writes a new revision."""

    Meta = meta("sales_order_contents")
    partition = Text(BUSINESS, hash_key=True)
    part = Text(BUSINESS, range_key=True)
    content: Packed[ContentPart] = Packed(BUSINESS, ContentPart)


_OPEN = Filter("open", lambda row, is_open: (row.open_key is not None) is is_open)
VIEWS: tuple[View[SalesOrderQuery], ...] = (
    View(
        lambda request: ByOpen.open_key == request.tenant.key("open"),
        needs=frozenset({"open"}),
        index="by_open",
        newest_first=True,
        filters=("status",),
        when=lambda query: query.open is True,
    ),
    View(
        lambda request: ByCustomer.customer_key == request.tenant.key(required(request.query.customer_id)),
        needs=frozenset({"customer_id"}),
        index="by_customer",
        newest_first=True,
        filters=("status", _OPEN),
    ),
    *by_month(SalesOrder.partition, "status", _OPEN),
)
