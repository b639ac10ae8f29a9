"""The commands that change an order's reservations. Each processes the stock keys of the order's lines one by one: in
one transaction if they fit, else in steps by a job."""

from collections.abc import Callable, Iterable

from chalicelib.catalog.items import service as items
from chalicelib.inventory.commitments import commitments
from chalicelib.inventory.commitments.ranks import Claim
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.jobs.staged import Plan, StagedOperation
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events, holds, remaining, repository, reservations, rules
from chalicelib.sales.orders.customer_reference import release_reference
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.reserving import Reserving, release
from chalicelib.sales.orders.states import SALES_ORDER
from chalicelib.sales.orders.status_schemas import ReservationMode, SalesOrderStatus
from chalicelib.sales.orders.turn_schemas import Turn

OPERATION: StagedOperation[Order] = StagedOperation(
    "sales_order.staged",
    load=lambda work, order_id: repository.load(work, order_id, match=False),
    save=lambda work, order: repository.save_row(work, order.row),
    row_of=lambda order: order.row,
    scope_ids=lambda _, order: order.row.warehouses(),
    begun=events.BEGUN,
    advanced=events.ADVANCED,
)


@OPERATION.command("confirm", undo="undo")
def confirm(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Reserves stock by the order's policy, and confirms the order. Invalid for archived items that are not in stock,
    because no more of them comes."""

    def finish() -> Event:
        SALES_ORDER.take(order.row, "confirm", rules.status(order.row.stocked_lines()))
        holds.settle_deposit(work, order.row, order.header)
        holds.settle_credit(work, order.row)
        return events.CONFIRMED

    work.fetch(*holds.refs(work, order.row), *(levels.ref(work.tenant, key) for key in order.stock_keys()))
    reserving = _reserving(work, order, after)
    if not after:
        items.active(work, [(want.stock_key.item_id, f"{want.pointer}/item_id") for want in reserving.short()])
    return _reserve_plan(reserving, after, _ending(work, order, after, finish))


@OPERATION.command("update")
def update(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Adjusts the reservations of a confirmed order to its new lines. Stock that is no longer available since the edit
    was accepted is backordered."""

    def finish() -> Event:
        order.row.former, order.former = None, []
        SALES_ORDER.take(order.row, "update", rules.status(order.row.stocked_lines()))
        return events.UPDATED

    return _reserve_plan(_reserving(work, order, after), after, _ending(work, order, after, finish))


@OPERATION.command("prioritize")
def prioritize(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Gives what the order waits for its new place among those who wait."""
    row, turn = order.row, order.row.next_turn or Turn()
    waits = reservations.waiting(order)

    def finish() -> Event:
        row.turn, row.next_turn = turn if turn != Turn() else None, None
        SALES_ORDER.take(row, "prioritize", row.status)
        return events.PRIORITIZED

    def apply(key: StockKey) -> None:
        commitments.rerank(work, row.claim(), row.rank(turn), {key: waits[key]})

    is_moved = Claim(row.id, row.rank(turn)).turn != row.claim().turn
    keys = [key for key in sorted(waits) if is_moved and name_of(key) > after]
    return Plan(keys, name_of, apply, _ending(work, order, after, finish))


@OPERATION.command("cancel")
def cancel(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases the stock and cancels what is not shipped. The order is cancelled, and its customer reference is free
    again, unless a part was shipped: then the order is done."""

    def finish() -> Event:
        row = order.row
        is_shipped = any(state.shipped for state in row.lines)
        SALES_ORDER.take(row, "cancel", SalesOrderStatus.DONE if is_shipped else SalesOrderStatus.CANCELLED)
        if is_shipped:
            row.closed_at = work.now
            _cancel(row.stocked_lines())
        else:
            release_reference(work, row)
            _cancel(row.lines)
        _end(work, order)
        work.annotate(reason=row.cancel_reason)
        return events.CANCELLED

    return _release_plan(work, order, after, finish, cancels=True)


@OPERATION.command("close")
def close(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases the stock and cancels what is not shipped, and closes the order."""

    def finish() -> Event:
        SALES_ORDER.take(order.row, "close")
        order.row.closed_at = work.now
        _cancel(order.row.stocked_lines())
        _end(work, order)
        return events.CLOSED

    return _release_plan(work, order, after, finish, cancels=True)


@OPERATION.command("undo")
def undo(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases what a confirmation with the policy `full` has committed before it failed; the order stays a draft."""

    def finish() -> Event:
        order.row.confirmed_at = None
        return events.UNDONE

    return _release_plan(work, order, after, finish)


def _reserving(work: Work, order: Order, after: str) -> Reserving:
    policy = (
        order.row.reservation if order.row.status is SalesOrderStatus.DRAFT or not after else ReservationMode.PARTIAL
    )
    return Reserving(work, order, policy)


def _reserve_plan(reserving: Reserving, after: str, finish: Callable[[], Event]) -> Plan[StockKey]:
    keys = [key for key in reserving.stock_keys if name_of(key) > after]
    return Plan(keys, name_of, reserving.reserve, finish)


def _release_plan(
    work: Work, order: Order, after: str, finish: Callable[[], Event], *, cancels: bool = False
) -> Plan[StockKey]:
    wants = rules.by_stock_key(order.wants())
    keys = [key for key in wants if name_of(key) > after]

    def apply(key: StockKey) -> None:
        release(work, order.row.claim(), key, wants[key])
        if cancels:
            _cancel(want.state for want in wants[key])

    return Plan(keys, name_of, apply, _ending(work, order, after, finish))


def _ending(work: Work, order: Order, after: str, finish: Callable[[], Event]) -> Callable[[], Event]:
    """The end of a command. The last step of a job names all items, because nothing was given to the order or taken
    from it while the job worked on it."""

    def end() -> Event:
        if after:
            work.annotate(subjects=sorted({key.item_id for key in order.stock_keys()}))
        return finish()

    return end


def _end(work: Work, order: Order) -> None:
    """What follows when nothing more of the order leaves: its total is that of what is left, and it has no holds."""
    order.row.total = remaining.total(order.row, order.lines, order.header)
    if holds.uses_credit(order.row):
        holds.settle_credit(work, order.row)
    holds.lift_all(order.row)


def _cancel(states: Iterable[LineState]) -> None:
    """Cancels what is not shipped."""
    for state in states:
        state.cancelled += state.outstanding


def name_of(key: StockKey) -> str:
    """The stock key as a text that sorts in the order of keys."""
    return f"{key.item_id}/{key.warehouse_id}"
