"""Walks everything in pieces and finds what may be wrong: the balances of all items, then all open orders.

What is reserved is decided by the orders. The projection of demand finds the orders that hold an item without walking
all of them; where it does not agree with the balance, the balance becomes a suspect, and the orders themselves decide.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from chalicelib.catalog.items.tables import Item
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum
from chalicelib.inventory.stock.tables import NO_LOT, Balance, Movement
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, name_of
from chalicelib.sales.demand.tables import Demand
from chalicelib.sales.orders import reservations
from chalicelib.sales.orders.reservations import OrderReservations

_ITEMS = 50
_ORDERS = 25
_MOVEMENTS = 1000
_ZERO = Decimal(0)


class Scan:
    """One piece of a walk. It ends at `deadline` (clock.monotonic), after one step at least."""

    def __init__(self, tenant: Tenant, point: Checkpoint, item_id: str | None, deadline: float) -> None:
        self._tenant = tenant
        self._point = point
        self._item_id = item_id
        self._deadline = deadline

    @property
    def is_over(self) -> bool:
        return clock.monotonic() >= self._deadline

    def items(self) -> bool:
        """Looks at items one by one; True at the end of them all."""
        for item_id in self._item_ids():
            if not self._item(item_id):
                return False
            self._point.after, self._point.location = item_id, ""
            if self.is_over:
                return False
        return True

    def orders(self) -> bool:
        """Finds orders whose reservations the projection does not know; True at the end of them all."""
        return self._walk_orders(self._compare_projection)

    def holders(self) -> bool:
        """Adds up what orders hold of the suspects; True at the end of them all."""
        return self._walk_orders(self._add_up)

    def ledger(self, stock_key: StockKey) -> LedgerSum | None:
        """The sum of a stock key's movements; None when the time is over before their end."""
        total = self._point.ledger or LedgerSum(quantity=_ZERO, seq=0)
        key = Movement.partition == self._tenant.key(stock_key.item_id, stock_key.location_id, NO_LOT)
        while True:
            page = store.query(Movement, key & (Movement.seq > total.seq), limit=_MOVEMENTS)
            for item in page.items:
                seq, quantity = int(item["seq"]["N"]), total.quantity + Decimal(item["quantity"]["N"])
                is_right = seq == total.seq + 1 and Decimal(item["balance"]["N"]) == quantity
                total = LedgerSum(quantity=quantity, seq=total.seq + 1, broken_at=None if is_right else seq)
                if not is_right:
                    break
            if page.next_key is None or total.broken_at is not None:
                self._point.ledger = None
                return total
            if self.is_over:
                self._point.ledger = total
                return None

    def _item_ids(self) -> Iterator[str]:
        if self._item_id is not None:
            yield self._item_id
            return
        while True:
            key = Item.partition == self._tenant.key()
            if self._point.after:
                key &= Item.id > self._point.after
            page = store.query(Item, key, limit=_ITEMS)
            yield from (item["id"]["S"] for item in page.items)
            if page.next_key is None:
                return

    def _item(self, item_id: str) -> bool:
        key = Balance.partition == self._tenant.key(item_id)
        rows = sorted(store.query_all(Balance, key), key=lambda row: row.location_id)
        if not self._point.location and self._point.ledger is None:
            self._reservations(item_id, rows)
        for row in rows:
            if row.location_id <= self._point.location:
                continue
            stock_key = StockKey(item_id, row.location_id)
            total = self.ledger(stock_key)
            if total is None:
                return False
            if total.broken_at or (row.on_hand, row.seq) != (total.quantity, total.seq):
                self._point.suspect(stock_key)
            self._point.balances += 1
            self._point.movements += total.seq
            self._point.location = row.location_id
            if self.is_over and row is not rows[-1]:
                return False
        return True

    def _reservations(self, item_id: str, rows: list[Balance]) -> None:
        """Suspects every stock key of an item whose reservation is not what the projection says, or whose orders have
        changed since the projection looked at them."""
        held: dict[StockKey, Decimal] = defaultdict(Decimal)
        demands = list(store.query_all(Demand, Demand.partition == self._tenant.key(item_id)))
        versions = reservations.versions(self._tenant, sorted({demand.order_id for demand in demands}))
        for demand in demands:
            stock_key = StockKey(item_id, demand.location_id)
            held[stock_key] += demand.held
            if versions.get(demand.order_id) != demand.order_version:
                self._point.suspect(stock_key)
        for row in rows:
            expected = held.pop(StockKey(item_id, row.location_id), _ZERO)
            if row.reserved != expected or row.available != row.on_hand - row.reserved:
                self._point.suspect(StockKey(item_id, row.location_id))
        for stock_key, quantity in held.items():
            if quantity:
                self._point.suspect(stock_key)

    def _walk_orders(self, each: Callable[[list[OrderReservations]], None]) -> bool:
        while True:
            page, last = reservations.page(self._tenant, self._point.after, _ORDERS)
            each(page)
            if last is None:
                return True
            self._point.after = last
            if self.is_over:
                return False

    def _compare_projection(self, page: list[OrderReservations]) -> None:
        claims = [
            (entry, stock_key)
            for entry in page
            for stock_key in entry.held
            if self._item_id in (None, stock_key.item_id)
        ]
        found = store.get_many([self._demand(entry, stock_key) for entry, stock_key in claims])
        for entry, stock_key in claims:
            item = found[self._demand(entry, stock_key)]
            told = Demand.read(item) if item is not None else None
            if told is None or (told.held, told.order_version) != (entry.held[stock_key], entry.version):
                self._point.suspect(stock_key)
        self._point.orders += len(page)

    def _demand(self, entry: OrderReservations, stock_key: StockKey) -> store.Ref:
        return store.Ref(Demand, self._tenant.key(stock_key.item_id), compound(entry.order_id, stock_key.location_id))

    def _add_up(self, page: list[OrderReservations]) -> None:
        for entry in page:
            for stock_key, quantity in entry.held.items():
                suspect = self._point.suspects.get(name_of(stock_key))
                if suspect is not None:
                    suspect.held += quantity
                    seen = f"{suspect.holders} {entry.order_id}@{entry.version} {quantity}"
                    suspect.holders = hashlib.sha256(seen.encode()).hexdigest()[:32]
