"""The books of one tenant, read strongly from the store, and what must always be true of them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from chalicelib.inventory.stock.tables import NO_LOT, Balance, Movement
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, Stage
from chalicelib.reporting.stock_check.compare import Difference
from chalicelib.reporting.stock_check.service import Check
from chalicelib.sales.orders import repository
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import Header, SalesOrder, SalesOrderContent

LIVE = frozenset({SalesOrderStatus.CONFIRMED, SalesOrderStatus.IN_PROGRESS})
ZERO = Decimal(0)


def drifts(tenant: Tenant) -> list[Difference]:
    """What the product's self-check sees at its first look at everything: enough when nothing moves."""
    check = Check(Call.system(tenant, "test"), Checkpoint(), None)
    while check.point.stage not in (Stage.SECOND_HOLDERS, Stage.DONE):
        check.advance(math.inf)
    return check.found


@dataclass
class Books:
    """Balances with their movements, and orders with their lines. `items`: whose balances to look at."""

    tenant: Tenant
    balances: list[Balance] = field(default_factory=list)
    movements: dict[tuple[str, str], list[Movement]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    @classmethod
    def read(cls, tenant_id: str, items: Iterable[str]) -> "Books":
        books = cls(Tenant(tenant_id))
        for item in sorted(set(items)):
            books.balances += store.query_all(Balance, Balance.partition == books.tenant.key(item))
        for row in books.balances:
            key = books.tenant.key(row.item_id, row.location_id, NO_LOT)
            found = list(store.query_all(Movement, Movement.partition == key))
            books.movements[row.item_id, row.location_id] = found
        for month in sorted({(clock.now() - timedelta(hours=hours)).strftime("%Y-%m") for hours in (0, 1)}):
            rows = list(store.query_all(SalesOrder, SalesOrder.partition == books.tenant.key(month)))
            contents = store.get_many(_content(books.tenant, row) for row in rows)
            for row in rows:
                lines = SalesOrderContent.read(contents[_content(books.tenant, row)] or {}).content.lines
                books.orders.append(Order(row, Header(), lines))
        return books

    @property
    def on_hand(self) -> Decimal:
        return sum((row.on_hand for row in self.balances), ZERO)

    @property
    def available(self) -> Decimal:
        return sum((row.available for row in self.balances), ZERO)

    def held(self) -> dict[tuple[str, str], Decimal]:
        """What the orders' lines hold of each item at each location: the truth about reservations."""
        held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for order in self.orders:
            for line, state in zip(order.lines, order.states, strict=True):
                held[line.item_id, line.location_id] += state.committed
        return held

    def problems(self) -> list[str]:
        """Every broken invariant, in words; empty when the books are right."""
        found = [problem for row in self.balances for problem in self._of_balance(row)]
        found += [problem for order in self.orders for problem in _of_order(order)]
        places = {(row.item_id, row.location_id) for row in self.balances}
        found += [
            f"stock is held at {place}, which has no balance"
            for place, q in self.held().items()
            if q and place not in places
        ]
        return found

    def _of_balance(self, row: Balance) -> list[str]:
        place = row.item_id, row.location_id
        found = []
        if row.on_hand != row.committed + row.available:
            found.append(f"{place}: on hand {row.on_hand} is not committed {row.committed} + available {row.available}")
        if min(row.on_hand, row.committed, row.available) < 0:
            found.append(f"{place}: below zero: {row.on_hand} = {row.committed} + {row.available}")
        if (held := self.held()[place]) != row.committed:
            found.append(f"{place}: committed {row.committed}, but orders hold {held}")
        return found + _of_ledger(place, row, self.movements[place])


def _content(tenant: Tenant, row: SalesOrder) -> store.Ref:
    """The lines of an order of up to 50; nothing here makes larger ones."""
    return repository.part_ref(tenant, row.id, row.revision, 0)


def _of_ledger(place: tuple[str, str], row: Balance, ledger: list[Movement]) -> list[str]:
    found = []
    if [entry.seq for entry in ledger] != list(range(1, row.seq + 1)):
        found.append(f"{place}: the ledger is not dense up to {row.seq}")
    running = ZERO
    for entry in ledger:
        running += entry.quantity
        if entry.balance != running:
            found.append(f"{place}: movement {entry.seq} says {entry.balance} after it, not {running}")
    if running != row.on_hand:
        found.append(f"{place}: the ledger adds up to {running}, on hand is {row.on_hand}")
    return found


def _of_order(order: Order) -> list[str]:
    found = []
    for state in order.states:
        name = f"{order.row.id} line {state.line} ({order.row.status})"
        if state.committed and order.row.status not in LIVE:
            found.append(f"{name} holds {state.committed}")
        if not 0 <= state.picked <= state.committed <= state.outstanding:
            found.append(f"{name}: {state}")
    return found
