"""The commands that change an order's reservations. Each processes the stock keys of the order's lines one by one: in
one transaction if they fit, else in steps by a job."""

from collections.abc import Callable

from chalicelib.inventory.stock.balances import StockKey
from chalicelib.jobs.staged import Plan, StagedOperation
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events, repository, rules
from chalicelib.sales.orders.customer_reference import release_reference
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.reserving import Reserving, release
from chalicelib.sales.orders.schemas import ReservationMode, SalesOrderStatus
from chalicelib.sales.orders.states import SALES_ORDER

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
    """Reserves stock by the order's policy, and confirms the order."""

    def finish() -> Event:
        SALES_ORDER.take(order.row, "confirm", rules.status(order.row.stocked_lines()))
        return events.CONFIRMED

    return _reserve_plan(work, order, after, finish)


@OPERATION.command("update")
def update(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Adjusts the reservations of a confirmed order to its new lines. Stock that is no longer available since the edit
    was accepted is backordered."""

    def finish() -> Event:
        order.row.former, order.former = None, []
        SALES_ORDER.take(order.row, "update", rules.status(order.row.stocked_lines()))
        return events.UPDATED

    return _reserve_plan(work, order, after, finish)


@OPERATION.command("cancel")
def cancel(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases the stock and the customer reference, and cancels the order."""

    def finish() -> Event:
        SALES_ORDER.take(order.row, "cancel")
        release_reference(work, order.row)
        work.annotate(reason=order.row.cancel_reason)
        return events.CANCELLED

    return _release_plan(work, order, after, finish)


@OPERATION.command("close")
def close(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases the stock that is not shipped, which is no longer ordered, and closes the order."""

    def finish() -> Event:
        for state in order.row.stocked_lines():
            state.ordered = state.shipped
        SALES_ORDER.take(order.row, "close")
        return events.CLOSED

    return _release_plan(work, order, after, finish)


@OPERATION.command("undo")
def undo(work: Work, order: Order, after: str) -> Plan[StockKey]:
    """Releases what a confirmation with the policy `full` has reserved before it failed; the order stays a draft."""
    return _release_plan(work, order, after, lambda: events.UNDONE)


def _reserve_plan(work: Work, order: Order, after: str, finish: Callable[[], Event]) -> Plan[StockKey]:
    policy = (
        order.row.reservation if order.row.status is SalesOrderStatus.DRAFT or not after else ReservationMode.PARTIAL
    )
    reserving = Reserving(work, order, policy)
    keys = [key for key in reserving.stock_keys if name_of(key) > after]
    return Plan(keys, name_of, reserving.reserve, finish)


def _release_plan(work: Work, order: Order, after: str, finish: Callable[[], Event]) -> Plan[StockKey]:
    wants = rules.by_stock_key(order.wants())
    keys = [key for key in wants if name_of(key) > after]
    return Plan(keys, name_of, lambda key: release(work, key, wants[key]), finish)


def name_of(key: StockKey) -> str:
    """The stock key as a text that sorts in the order of keys."""
    return f"{key.item_id}/{key.location_id}"
