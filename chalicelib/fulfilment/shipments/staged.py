"""The commands that move a shipment's stock. Each processes the stock keys of the shipment's lines one by one: in one
transaction if they fit, else in steps by a job."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from chalicelib.fulfilment.shipments import events, rules, tables
from chalicelib.fulfilment.shipments.states import SHIPMENT
from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.jobs.staged import Plan, StagedOperation
from chalicelib.kernel import ids
from chalicelib.kernel.events import Event
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping
from chalicelib.sales.orders.shipping import OrderRow, Pick


@dataclass
class Dispatch:
    """A shipment and the state row of its order, which change together."""

    row: tables.Shipment
    order: OrderRow


def load(work: Work, row: tables.Shipment) -> Dispatch:
    """The shipment with its order. The balances are read in the same round trip."""
    refs = [balances.ref(work.tenant, key) for key in rules.stock_keys(row.content.picks)]
    work.fetch(orders.ref(work.tenant, row.order_id), *refs)
    return Dispatch(row, shipping.load(work, row.order_id))


def save(work: Work, dispatch: Dispatch) -> None:
    """Writes the shipment and its order."""
    if dispatch.row.version is None:
        work.create(dispatch.row)
    else:
        work.save(dispatch.row)
    shipping.save(work, dispatch.order)


OPERATION: StagedOperation[Dispatch] = StagedOperation(
    "shipment.staged",
    load=lambda work, shipment_id: load(
        work, work.load(tables.Shipment, work.tenant.key(ids.month(shipment_id)), shipment_id)
    ),
    save=save,
    row_of=lambda dispatch: dispatch.row,
    scope_ids=lambda _, dispatch: dispatch.order.warehouses(),
    begun=events.BEGUN,
    advanced=events.ADVANCED,
)


@OPERATION.command("ship")
def ship(work: Work, dispatch: Dispatch, after: str) -> Plan[StockKey]:
    """Removes the goods from stock and from the order's reservations."""

    def finish() -> Event:
        SHIPMENT.take(dispatch.row, "ship")
        dispatch.row.shipped_at, dispatch.row.open_key = work.now, None
        return events.SHIPPED

    return _move_plan(work, dispatch, after, rules.departure, shipping.ship, finish)


@OPERATION.command("reverse")
def reverse(work: Work, dispatch: Dispatch, after: str) -> Plan[StockKey]:
    """Returns the goods of a shipped shipment to stock: committed for the order again, or free if that is closed."""
    is_closed = dispatch.order.closed_at is not None

    def finish() -> Event:
        SHIPMENT.take(dispatch.row, "cancel")
        if is_closed:
            work.annotate(subjects=sorted({pick.item_id for pick in dispatch.row.content.picks}))
        return events.CANCELLED

    move_of = partial(rules.reversal, is_closed=is_closed)
    return _move_plan(work, dispatch, after, move_of, shipping.unship, finish)


def _move_plan(
    work: Work,
    dispatch: Dispatch,
    after: str,
    move_of: Callable[[str, StockKey, list[Pick]], Move],
    book: Callable[[OrderRow, list[Pick]], None],
    finish: Callable[[], Event],
) -> Plan[StockKey]:
    by_key = rules.by_stock_key(dispatch.row.content.picks)
    keys = [key for key in by_key if _name_of(key) > after]
    work.fetch(*(balances.ref(work.tenant, key) for key in keys))

    def apply(key: StockKey) -> None:
        balances.move(work, [move_of(dispatch.row.id, key, by_key[key])])
        book(dispatch.order, by_key[key])

    return Plan(keys, _name_of, apply, finish)


def _name_of(key: StockKey) -> str:
    return f"{key.item_id}/{key.location_id}"
