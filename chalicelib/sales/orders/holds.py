"""What keeps an order from being picked: holds that people place, and those that follow from credit and payment."""

from decimal import Decimal

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.tenant import compound
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.sales.credit import service as credit
from chalicelib.sales.orders import amounts
from chalicelib.sales.orders.content import Header
from chalicelib.sales.orders.errors import OrderOnHold
from chalicelib.sales.orders.hold_schemas import HoldKind, Payment, PaymentStatus, SalesOrderHold
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder

_ZERO = Decimal(0)
_PAID = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED})
_SECURED = _PAID | {PaymentStatus.AUTHORIZED}
"""What was voided or paid back as a whole is owed like what was never paid."""
_OWED = frozenset({SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS, SalesOrderStatus.DONE})


def place(work: Work, row: SalesOrder, kind: HoldKind, note: str | None = None, *, is_automatic: bool = False) -> None:
    """Puts an order on hold, or replaces the hold of that kind."""
    lift(row, kind)
    hold = SalesOrderHold(
        kind=kind, placed_at=work.now, placed_by=work.call.actor, is_automatic=is_automatic, note=note
    )
    _set(row, [*(row.holds or []), hold])


def lift(row: SalesOrder, kind: HoldKind, *, only_automatic: bool = False) -> None:
    """Lifts the hold of that kind, if there is one; or only one that nobody has placed."""
    kept = [hold for hold in row.holds or [] if hold.kind is not kind or (only_automatic and not hold.is_automatic)]
    _set(row, kept)


def lift_all(row: SalesOrder) -> None:
    """Lifts all holds."""
    _set(row, [])


def _set(row: SalesOrder, holds: list[SalesOrderHold]) -> None:
    row.holds = holds or None
    placed = next((hold.placed_at for hold in holds if hold.kind is HoldKind.CREDIT and hold.is_automatic), None)
    row.credit_hold = None if placed is None else compound(clock.text(placed), row.id)


def _follow(work: Work, row: SalesOrder, kind: HoldKind, *, is_needed: bool) -> None:
    """Places the hold that follows from credit or payment, or lifts it again. One that somebody has placed stays."""
    if is_needed and not has(row, kind):
        place(work, row, kind, is_automatic=True)
    elif not is_needed:
        lift(row, kind, only_automatic=True)


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
    is_secured = paid.status in _SECURED or paid.paid >= amounts.deposit(header, row.total, row.currency)
    _follow(work, row, HoldKind.PAYMENT, is_needed=not is_secured)


def refs(work: Work, row: SalesOrder) -> list[Ref]:
    """The keys of what is read for the credit, for reading them together with other rows."""
    return [] if row.customer_id is None else credit.refs(work, row.customer_id, row.currency)


def settle_credit(work: Work, row: SalesOrder, *, is_let_through: bool = False) -> None:
    """Takes of the customer's credit what the order needs, and gives back what it does not need any more. An order that
    needs more than is left goes on hold, unless it is let through."""
    if row.customer_id is None:
        return
    taken, needed = row.credit_taken or _ZERO, _needed(row)
    if needed > taken:
        found = credit.of_customer(work, row.customer_id, row.currency)
        is_beyond = not is_let_through and not found.covers(needed - taken)
        if is_beyond and not has(row, HoldKind.CREDIT):
            # A change of the limit has those looked at again that are on hold by then.
            customers.require_unchanged(work, row.customer_id)
        _follow(work, row, HoldKind.CREDIT, is_needed=is_beyond)
        if is_beyond or (found.limit is None and not found.is_counted):
            return
        credit.take(work, found, needed - taken)
    elif needed < taken:
        credit.give_back(work, row.customer_id, row.currency, taken - needed)
    row.credit_taken = needed
    _follow(work, row, HoldKind.CREDIT, is_needed=False)


def leave_credit(work: Work, row: SalesOrder) -> None:
    """Counts an order in the credit of its customer no longer, because it gets another one."""
    if row.credit_taken and row.customer_id is not None:
        credit.give_back(work, row.customer_id, row.currency, row.credit_taken)
    row.credit_taken = None


def _needed(row: SalesOrder) -> Decimal:
    """What the customer owes for the order, or will."""
    paid = payment(row)
    if row.status not in _OWED or paid.status in _PAID:
        return _ZERO
    return max(_ZERO, row.total - paid.paid)


def uses_credit(row: SalesOrder) -> bool:
    """Whether a limit has been looked at for the order."""
    return row.credit_taken is not None or has(row, HoldKind.CREDIT)
