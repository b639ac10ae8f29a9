"""Rules of sales orders, without access to the store: allocation of stock, and states. Amounts are in amounts.py."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.inventory.stock.errors import InsufficientStock, StockShortage
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.sales.orders.content import ContentLine
from chalicelib.sales.orders.line_states import LineState
from chalicelib.sales.orders.status_schemas import BillingStatus, FulfilmentStatus, ReservationMode, SalesOrderStatus

_ZERO = Decimal(0)

# --- stock ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """The demand of one line for a stock key. state: the quantities of the line."""

    stock_key: StockKey
    sku: str
    pointer: str
    outstanding: Decimal
    held: Decimal
    waits: Decimal
    picked: Decimal
    state: LineState


def wants(lines: Iterable[tuple[ContentLine, LineState]]) -> list[Want]:
    """The demand of each line that takes stock; outstanding is the ordered quantity that is not shipped."""
    return [
        Want(
            stock_key=StockKey(line.item_id, line.warehouse_id),
            sku=line.sku,
            pointer=f"/lines/{index}",
            outstanding=state.outstanding,
            held=state.committed,
            waits=state.backordered,
            picked=state.picked,
            state=state,
        )
        for index, (line, state) in enumerate(lines)
        if line.takes_stock
    ]


def by_stock_key(demand: Iterable[Want]) -> dict[StockKey, list[Want]]:
    """Stock key to the demand for it, sorted by key."""
    found: dict[StockKey, list[Want]] = defaultdict(list)
    for entry in demand:
        found[entry.stock_key].append(entry)
    return dict(sorted(found.items()))


def allocate(wants: Sequence[Want], free: Mapping[StockKey, Decimal], policy: ReservationMode) -> list[Decimal]:
    """The quantity to commit to each line: all of it, or with `partial` what is free, earlier lines first.

    free: what the order can get of a stock key beyond what these lines hold already. The demand of several lines for a
    stock key is summed. Quantities picked by open shipments stay with their line. InsufficientStock for `full` when
    there is too little.
    """
    pool: dict[StockKey, Decimal] = defaultdict(Decimal)
    demand: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry in wants:
        pool[entry.stock_key] += entry.held - entry.picked
        demand[entry.stock_key] += entry.outstanding - entry.picked
    for stock_key in pool:
        pool[stock_key] += free.get(stock_key, _ZERO)
    if policy is ReservationMode.FULL:
        _check_shortage(wants, pool, demand)
    allocated = []
    for entry in wants:
        more = min(entry.outstanding - entry.picked, pool[entry.stock_key])
        pool[entry.stock_key] -= more
        allocated.append(entry.picked + more)
    return allocated


def _check_shortage(
    wants: Sequence[Want], pool: Mapping[StockKey, Decimal], demand: Mapping[StockKey, Decimal]
) -> None:
    short = [
        StockShortage(
            pointer=entry.pointer,
            item_id=entry.stock_key.item_id,
            warehouse_id=entry.stock_key.warehouse_id,
            wanted=demand[entry.stock_key],
            available=pool[entry.stock_key],
            sku=entry.sku,
        )
        for entry in wants
        if demand[entry.stock_key] > pool[entry.stock_key]
    ]
    if short:
        raise InsufficientStock(short)


def held_by_stock_key(wants: Iterable[Want], quantities: Iterable[Decimal]) -> dict[StockKey, Decimal]:
    """Line quantities summed by stock key."""
    held: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry, quantity in zip(wants, quantities, strict=True):
        held[entry.stock_key] += quantity
    return held


# --- states -----------------------------------------------------------------------------------------------------------


def status(states: Sequence[LineState]) -> SalesOrderStatus:
    """The status of a confirmed order, derived from the quantities of its stocked lines."""
    if _nothing_left(states):
        return SalesOrderStatus.DONE
    if any(state.shipped or state.is_picked for state in states):
        return SalesOrderStatus.IN_PROGRESS
    return SalesOrderStatus.CONFIRMED


def _nothing_left(states: Sequence[LineState]) -> bool:
    """Whether nothing is left to ship."""
    return all(state.outstanding <= 0 for state in states)


def fulfilment(life: SalesOrderStatus, states: Sequence[LineState]) -> FulfilmentStatus:
    """The fulfilment status, derived from the quantities of the stocked lines."""
    if life is SalesOrderStatus.DRAFT or life is SalesOrderStatus.CANCELLED:
        return FulfilmentStatus.NOT_STARTED
    if all(state.shipped >= state.ordered for state in states):
        return FulfilmentStatus.SHIPPED
    if any(state.shipped for state in states):
        return FulfilmentStatus.PARTIALLY_SHIPPED
    if _nothing_left(states):
        return FulfilmentStatus.NOT_STARTED
    if any(state.backordered or state.unplanned for state in states):
        return FulfilmentStatus.BACKORDERED
    return FulfilmentStatus.COMMITTED


def billing(states: Sequence[LineState]) -> BillingStatus:
    """The billing status, derived from the quantities."""
    if not any(state.billed for state in states):
        return BillingStatus.NOT_BILLED
    return (
        BillingStatus.BILLED
        if all(state.billed >= state.ordered - state.cancelled for state in states)
        else BillingStatus.PARTIALLY_BILLED
    )


def delivered(life: SalesOrderStatus, state: LineState) -> Decimal:
    """The quantity of a line without stock that the customer has: all of it, once the order is confirmed."""
    return _ZERO if life is SalesOrderStatus.DRAFT else state.outstanding
