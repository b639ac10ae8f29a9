"""Sales orders, stored in two parts: a small state row that is rewritten, and content rows that never change."""

from datetime import UTC, date, datetime

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.inventory.commitments.ranks import Claim, Rank
from chalicelib.jobs.staged import StagedDocument
from chalicelib.kernel import uniques
from chalicelib.kernel.calendars import Calendar
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import Choice, Moment, Number, Packed, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.months import all_months
from chalicelib.kernel.privacy import BUSINESS, FINANCIAL, Partitions, Persons
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.kernel.views import Filter, View, required
from chalicelib.sales.orders.command_schemas import CancelReason
from chalicelib.sales.orders.content import ContentPart
from chalicelib.sales.orders.hold_schemas import Payment, SalesOrderHold
from chalicelib.sales.orders.line_states import Former, LineState, LineStates
from chalicelib.sales.orders.queries import SalesOrderQuery
from chalicelib.sales.orders.revision_schemas import RevisionChoice
from chalicelib.sales.orders.status_schemas import ReservationMode, SalesOrderStatus
from chalicelib.sales.orders.turn_schemas import Turn

CHUNK_LINES = 50
_MONTH_LETTERS = len("2026-10")
NUMBER = uniques.Kind("sales_order_number", "number", "sales order")


class SalesOrderContent(Row):
    """Access: by order, revision and part. Never changed; an edit writes a new revision."""

    Meta = meta("sales_order_contents")
    persons = Persons(("customers",), Partitions.DOCUMENTS, about=("partition",))
    partition = Text(BUSINESS, hash_key=True)
    part = Text(BUSINESS, range_key=True)
    content: Packed[ContentPart] = Packed(BUSINESS, ContentPart)

    @property
    def revision(self) -> int:
        """The number of the revision."""
        return int(parts_of(self.part)[0])


class ByOpen(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_open")
    open_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByCustomer(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_customer")
    customer_key = Text(BUSINESS, hash_key=True)
    dated = Text(BUSINESS, range_key=True)


class ByMonth(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_month")
    month_key = Text(BUSINESS, hash_key=True)
    dated = Text(BUSINESS, range_key=True)


class ByFormer(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_former")
    former_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class ByCreditHold(GlobalSecondaryIndex["SalesOrder"]):
    Meta = index_meta("by_credit_hold")
    customer_key = Text(BUSINESS, hash_key=True)
    credit_hold = Text(BUSINESS, range_key=True)


class SalesOrder(StagedDocument):
    """Access: by id (which contains the month of entry), newest first by that month; by the month of the order's date
    (index); open ones (sparse index); of a customer, by the order's date (index); by number (uniques); those that came
    from a customer that was merged, and those of a customer that are on hold for credit, unless somebody has put them
    on hold, the first first (sparse indexes). turn: None for a normal one; next_turn: the one that a job gives it.
    former_customer_ids: the customers that it has had since it was made, each merged into the next one and the last one
    into customer_id. unstocked: the numbers of the lines of items that have no stock. credit_taken: what it counts for
    in the customer's credit. dated: what the clocks of the tenant showed when the customer ordered, as
    `2026-10-31T23:30:00.000`; its month is in month_key.

    Limit: 1,000 write units a second for a tenant and month, which is about 300 order changes a second.
    """

    Meta = meta("sales_orders")
    entity = "sales_order"
    persons = Persons(("customers",), Partitions.MONTHS, about=("customer_id",))
    parts = (SalesOrderContent,)
    number = Text(BUSINESS)
    status: Choice[SalesOrderStatus] = Choice(BUSINESS, SalesOrderStatus)
    customer_id = Text(BUSINESS, null=True)
    customer_key = Text(BUSINESS, null=True)
    former_customer_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    former_key = Text(BUSINESS, null=True)
    customer_reference = Text(BUSINESS, null=True)
    salesperson_id = Text(BUSINESS, null=True)
    warehouse_id = Text(BUSINESS)
    other_warehouse_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    currency = Text(BUSINESS)
    total = Number(BUSINESS)
    reservation: Choice[ReservationMode] = Choice(BUSINESS, ReservationMode)
    lines = LineStates()
    unstocked: Struct[list[int]] = Struct(BUSINESS, list[int], null=True)
    revision = Whole(BUSINESS)
    last_line = Whole(BUSINESS)
    ordered_at = Moment(BUSINESS)
    dated = Text(BUSINESS)
    month_key = Text(BUSINESS)
    open_key = Text(BUSINESS, null=True)
    former: Struct[Former] = Struct(BUSINESS, Former, null=True)
    shipment_ids: Struct[list[str]] = Struct(BUSINESS, list[str], attr_name="shipments", null=True)
    cancel_reason: Choice[CancelReason] = Choice(BUSINESS, CancelReason, null=True)
    holds: Struct[list[SalesOrderHold]] = Struct(BUSINESS, list[SalesOrderHold], null=True)
    payment: Struct[Payment] = Struct(BUSINESS, Payment, null=True)
    credit_taken = Number(FINANCIAL, null=True)
    credit_hold = Text(BUSINESS, null=True)
    turn: Struct[Turn] = Struct(BUSINESS, Turn, null=True)
    next_turn: Struct[Turn] = Struct(BUSINESS, Turn, null=True)
    confirmed_at = Moment(BUSINESS, null=True)
    closed_at = Moment(BUSINESS, null=True)
    by_open = ByOpen()
    by_customer = ByCustomer()
    by_former = ByFormer()
    by_credit_hold = ByCreditHold()
    by_month = ByMonth()

    def stocked_lines(self) -> list[LineState]:
        """The quantities of the lines of items that have stock; kits, services and the like have none."""
        return [state for state in self.lines if state.line not in (self.unstocked or ())]

    def set_customer(self, tenant: Tenant, customer_id: str | None) -> None:
        """Sets for whom the order is; None for nobody. One that was merged into another is named by that one."""
        self.customer_id = customer_id
        self.customer_key = None if customer_id is None else tenant.key(customer_id)
        self.former_customer_ids = self.former_key = None

    def set_date(self, tenant: Tenant, ordered_at: datetime, calendar: Calendar) -> None:
        """Sets when the customer ordered."""
        self.ordered_at = ordered_at.astimezone(UTC)
        self.dated = calendar.local(ordered_at).replace(tzinfo=None).isoformat(timespec="milliseconds")
        self.month_key = tenant.key(self.dated[:_MONTH_LETTERS])

    def day(self) -> date:
        """The day on which the customer ordered, as the clocks of the tenant showed it."""
        return datetime.fromisoformat(self.dated).date()

    def warehouses(self) -> list[str]:
        """The warehouses of the order. Callers who are limited to others do not see it, and to some of them only a part
        of it (partial.py)."""
        return [self.warehouse_id, *(self.other_warehouse_ids or ())]

    def claim(self) -> Claim:
        """The order as it commits stock and waits for it. A draft does neither yet."""
        return Claim(self.id, self.rank(self.turn or Turn()))

    def rank(self, turn: Turn) -> Rank:
        """Its rank with a turn."""
        return Rank(turn.priority, turn.promised_on, self.confirmed_at or self.created_at)

    def first_customer(self) -> str | None:
        """The customer that it was made for."""
        return (self.former_customer_ids or [self.customer_id])[0]

    def is_visible_to(self, call: Call) -> bool:
        return call.sees_any(*self.warehouses())


_HELD = Filter("on_hold", lambda row, is_held: (row.holds is not None) is is_held)
_OPEN = Filter("open", lambda row, is_open: (row.open_key is not None) is is_open)
VIEWS: tuple[View[SalesOrderQuery], ...] = (
    View(
        lambda request: ByOpen.open_key == request.tenant.key("open"),
        needs=frozenset({"open"}),
        index="by_open",
        newest_first=True,
        filters=("status", "salesperson_id", _HELD),
        when=lambda query: query.open is True,
    ),
    View(
        lambda request: ByCustomer.customer_key == request.tenant.key(required(request.query.customer_id)),
        needs=frozenset({"customer_id"}),
        sort="ordered_at",
        index="by_customer",
        newest_first=True,
        filters=("status", "salesperson_id", _HELD, _OPEN),
    ),
    View(
        lambda request: (
            (ByCustomer.customer_key == request.tenant.key(required(request.query.customer_id)))
            & ByCustomer.dated.startswith(required(request.query.month))
        ),
        needs=frozenset({"customer_id", "month"}),
        sort="ordered_at",
        index="by_customer",
        newest_first=True,
        filters=("status", "salesperson_id", _HELD, _OPEN),
    ),
    View(
        lambda request: ByMonth.month_key == request.tenant.key(required(request.query.month)),
        needs=frozenset({"month"}),
        sort="ordered_at",
        index="by_month",
        newest_first=True,
        filters=("status", "salesperson_id", _HELD, _OPEN),
    ),
    all_months(SalesOrder.partition, "status", "salesperson_id", _HELD, _OPEN),
)
REVISION_VIEWS: tuple[View[RevisionChoice], ...] = (
    View(
        lambda request: SalesOrderContent.partition == request.tenant.key(request.query.order_id),
        needs=frozenset({"order_id"}),
        sort="revision",
        newest_first=True,
        filters=(Filter("is_first_part", lambda row, is_first: (row.content.header is not None) is is_first),),
    ),
)
