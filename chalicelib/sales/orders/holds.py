"""What keeps an order from being picked: holds that people place, and those that follow from credit and payment."""

from decimal import Decimal

from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.work import Work
from chalicelib.sales.credit import service as credit
from chalicelib.sales.orders import amounts
from chalicelib.sales.orders.content import Header
from chalicelib.sales.orders.errors import OrderOnHold
from chalicelib.sales.orders.hold_schemas import HoldKind, Payment, PaymentStatus, SalesOrderHold
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

_ZERO = Decimal(0)
_OWED = frozenset({SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS, SalesOrderStatus.DONE})


def place(work: Work, row: SalesOrder, kind: HoldKind, note: str | None = None) -> None:
    """Puts an order on hold, or replaces the hold of that kind."""
    lift(row, kind)
    hold = SalesOrderHold(kind=kind, placed_at=work.now, placed_by=work.call.actor, note=note)
    row.holds = [*(row.holds or []), hold]


def lift(row: SalesOrder, kind: HoldKind) -> None:
    """Lifts the hold of that kind, if there is one."""
    row.holds = [hold for hold in row.holds or [] if hold.kind is not kind] or None


def has(row: SalesOrder, kind: HoldKind) -> bool:
    """Whether the order has a hold of that kind."""
    return any(hold.kind is kind for hold in row.holds or [])


def require_none(row: SalesOrder) -> None:
    """OrderOnHold when the order has any hold."""
    if row.holds:
        raise OrderOnHold([hold.kind for hold in row.holds])


def payment(row: SalesOrder) -> Payment:
    """What is known of the payment."""
    return row.payment or Payment(status=PaymentStatus.UNPAID)


def settle_deposit(work: Work, row: SalesOrder, header: Header) -> None:
    """Puts the order on hold while its deposit is wanted and not paid."""
    paid = payment(row)
    is_secured = paid.status is PaymentStatus.AUTHORIZED or paid.status.is_settled
    if is_secured or paid.paid >= amounts.deposit(header, row.total, row.currency):
        lift(row, HoldKind.PAYMENT)
    elif not has(row, HoldKind.PAYMENT):
        place(work, row, HoldKind.PAYMENT)


def refs(work: Work, row: SalesOrder) -> list[Ref]:
    """The keys of what is read for the credit, for reading them together with other rows."""
    return [] if row.customer_id is None else credit.refs(work, row.customer_id, row.currency)


def settle_credit(work: Work, row: SalesOrder, *, is_let_through: bool = False) -> None:
    """Takes of the customer's credit what the order needs, and gives back what it does not need any more. An order that
    needs more than is left goes on hold, unless it is let through."""
    taken, needed = row.credit_taken or _ZERO, _needed(row)
    if needed <= taken or row.customer_id is None:
        if needed < taken and row.customer_id is not None:
            credit.give_back(work, row.customer_id, row.currency, taken - needed)
    else:
        found = credit.of_customer(work, row.customer_id, row.currency)
        if found.limit is None and not found.is_counted:
            return
        if not is_let_through and not found.covers(needed - taken):
            if not has(row, HoldKind.CREDIT):
                place(work, row, HoldKind.CREDIT)
            return
        credit.take(work, found, needed - taken)
    row.credit_taken = needed or None
    lift(row, HoldKind.CREDIT)


def move_credit(work: Work, row: SalesOrder, customer_id: str) -> None:
    """Counts an order in the credit of another customer, into whom its own was merged."""
    if row.credit_taken and row.customer_id is not None:
        credit.give_back(work, row.customer_id, row.currency, row.credit_taken)
        credit.take(work, credit.of_customer(work, customer_id, row.currency), row.credit_taken)


def _needed(row: SalesOrder) -> Decimal:
    """What the customer owes for the order, or will."""
    paid = payment(row)
    if row.status not in _OWED or paid.status.is_settled:
        return _ZERO
    return max(_ZERO, row.total - paid.paid)


def uses_credit(row: SalesOrder) -> bool:
    """Whether a limit has been looked at for the order."""
    return row.credit_taken is not None or has(row, HoldKind.CREDIT)
