"""The books of one tenant, read strongly from the store, and what must always be true of them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from chalicelib.inventory.commitments.reconciliation import queue
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Bin, Movement, Stock, movements_key
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, Stage
from chalicelib.reporting.stock_check.compare import Difference
from chalicelib.reporting.stock_check.service import Check
from chalicelib.sales.orders import repository
from chalicelib.sales.orders.content import Header
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.status_schemas import SalesOrderStatus
from chalicelib.sales.orders.tables import SalesOrder, SalesOrderContent

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
    """Stock with its movements, bins and queues, and orders with their lines. `items`: whose stock to look at."""

    tenant: Tenant
    stock: list[Stock] = field(default_factory=list)
    bins: list[Bin] = field(default_factory=list)
    queues: dict[StockKey, Decimal] = field(default_factory=dict)
    movements: dict[StockKey, list[Movement]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    @classmethod
    def read(cls, tenant_id: str, items: Iterable[str]) -> "Books":
        books = cls(Tenant(tenant_id))
        for item in sorted(set(items)):
            books.stock += store.query_all(Stock, Stock.partition == books.tenant.key(item))
            books.bins += store.query_all(Bin, Bin.partition == books.tenant.key(item))
        for row in books.stock:
            key = StockKey(row.item_id, row.warehouse_id)
            ledger = Movement.partition == movements_key(books.tenant, *key)
            books.movements[key] = list(store.query_all(Movement, ledger))
            books.queues[key] = sum((each.quantity for each in queue(books.tenant, key)), ZERO)
        for month in sorted({(clock.now() - timedelta(hours=hours)).strftime("%Y-%m") for hours in (0, 1)}):
            rows = list(store.query_all(SalesOrder, SalesOrder.partition == books.tenant.key(month)))
            contents = store.get_many(_content(books.tenant, row) for row in rows)
            for row in rows:
                lines = SalesOrderContent.read(contents[_content(books.tenant, row)] or {}).content.lines
                books.orders.append(Order(row, Header(), lines))
        return books

    @property
    def on_hand(self) -> Decimal:
        return sum((row.on_hand for row in self.stock), ZERO)

    @property
    def available(self) -> Decimal:
        return sum((row.available for row in self.stock), ZERO)

    def held(self) -> dict[StockKey, Decimal]:
        """What the orders' lines hold of each item in each warehouse: the truth about commitments."""
        return self._of_lines("committed")

    def waiting(self) -> dict[StockKey, Decimal]:
        """What the orders' lines wait for."""
        return self._of_lines("backordered")

    def _of_lines(self, name: str) -> dict[StockKey, Decimal]:
        found: dict[StockKey, Decimal] = defaultdict(Decimal)
        for order in self.orders:
            for line, state in zip(order.lines, order.states, strict=True):
                found[StockKey(line.item_id, line.warehouse_id)] += getattr(state, name)
        return found

    def problems(self) -> list[str]:
        """Every broken invariant, in words; empty when the books are right."""
        found = [problem for row in self.stock for problem in self._of_stock(row)]
        found += [problem for order in self.orders for problem in _of_order(order)]
        keys = {StockKey(row.item_id, row.warehouse_id) for row in self.stock}
        found += [
            f"stock of {key} is held or waited for, and has no row"
            for claims in (self.held(), self.waiting())
            for key, q in claims.items()
            if q and key not in keys
        ]
        return found

    def _of_stock(self, row: Stock) -> list[str]:
        key = StockKey(row.item_id, row.warehouse_id)
        found = []
        if row.on_hand != row.committed + row.held + row.available:
            found.append(f"{key}: {row.on_hand} is not {row.committed} + {row.held} + {row.available}")
        if min(row.on_hand, row.committed, row.held, row.waiting, row.loose) < 0:
            found.append(f"{key}: below zero: {row.on_hand}, {row.committed}, {row.held}, {row.waiting}, {row.loose}")
        if (held := self.held()[key]) != row.committed:
            found.append(f"{key}: committed {row.committed}, but orders hold {held}")
        if not row.waiting == self.waiting()[key] == self.queues[key]:
            found.append(f"{key}: waiting {row.waiting}, orders {self.waiting()[key]}, queue {self.queues[key]}")
        mine = [each for each in self.bins if (each.item_id, each.warehouse_id) == key]
        if row.loose + sum(each.on_hand for each in mine) != row.on_hand:
            found.append(f"{key}: {row.loose} and what is in bins is not {row.on_hand}")
        found += [f"{key}: bin {each.location_id}" for each in mine if each.on_hand != each.picked + each.free]
        return found + _of_ledger(key, row, self.movements[key], mine)


def _content(tenant: Tenant, row: SalesOrder) -> store.Ref:
    """The lines of an order of up to 50; nothing here makes larger ones."""
    return repository.part_ref(tenant, row.id, row.revision, 0)


def _of_ledger(key: StockKey, row: Stock, ledger: list[Movement], bins: list[Bin]) -> list[str]:
    found = []
    if [entry.seq for entry in ledger] != list(range(1, row.seq + 1)):
        found.append(f"{key}: the ledger is not dense up to {row.seq}")
    running, places = ZERO, defaultdict[str | None, Decimal](Decimal)
    for entry in ledger:
        running += entry.quantity
        places[entry.bin_id] += entry.quantity
        if (entry.balance, entry.loose, entry.place_balance) != (running, places[None], places[entry.bin_id]):
            found.append(f"{key}: movement {entry.seq} says {entry.balance}, {entry.loose}, {entry.place_balance}")
    there = {None: row.loose} | {each.location_id: each.on_hand for each in bins}
    if {place: q for place, q in places.items() if q} != {place: q for place, q in there.items() if q}:
        found.append(f"{key}: the ledger adds up to {dict(places)}, on hand is {there}")
    return found


def _of_order(order: Order) -> list[str]:
    found = []
    for state in order.states:
        name = f"{order.row.id} line {state.line} ({order.row.status})"
        if (state.committed or state.backordered) and order.row.status not in LIVE:
            found.append(f"{name} holds {state.committed} and waits for {state.backordered}")
        if not 0 <= state.picked <= state.committed <= state.outstanding or min(state.backordered, state.unplanned) < 0:
            found.append(f"{name}: {state}")
    return found
