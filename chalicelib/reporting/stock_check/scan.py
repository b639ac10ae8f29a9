"""Walks everything in pieces and finds what may be wrong, one window of items after the other: first it adds up what
all open orders hold of the window's items, then it walks these items.

What is held and who waits is decided by the orders. They change meanwhile, so what looks wrong here is only suspected.
"""

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal

from chalicelib.catalog.items.tables import Item
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum
from chalicelib.inventory.stock.tables import NO_LOT, Balance, Movement
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.reporting.stock_check import checkpoint, compare
from chalicelib.reporting.stock_check.checkpoint import Checkpoint
from chalicelib.sales.demand import tables as demand
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

    def orders(self) -> bool:
        """Adds up what orders hold in the window, and compares what they wait for; True at the end of them all."""
        return self._walk_orders(self._add_to_window)

    def items(self) -> bool:
        """Looks at the items of the window one by one; True at its end. A window with many suspects ends early."""
        for item_id in self._item_ids():
            if not self._item(item_id):
                return False
            self._point.after, self._point.location = item_id, ""
            if len(self._point.suspects) >= checkpoint.MOST_SUSPECTS:
                self._point.end = item_id
            if self.is_over:
                return False
        for item_id, locations in self._point.held.items():
            for location_id in locations if self._point.has(item_id) else ():
                self._point.suspect_balance(StockKey(item_id, location_id))
        return True

    def holders(self) -> bool:
        """Adds up what orders hold of the suspected balances; True at the end of them all."""
        has_balances = any(suspect.stock_key for suspect in self._point.suspects.values())
        return not has_balances or self._walk_orders(self._add_to_suspects)

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
            yield from [self._item_id] if self._item_id > self._point.after else ()
            return
        while True:
            key = Item.partition == self._tenant.key()
            if self._point.after:
                key &= Item.id > self._point.after
            page = store.query(Item, key, limit=_ITEMS)
            for item in page.items:
                if not self._point.has(item["id"]["S"]):
                    return
                yield item["id"]["S"]
            if page.next_key is None:
                return

    def _item(self, item_id: str) -> bool:
        key = Balance.partition == self._tenant.key(item_id)
        rows = sorted(store.query_all(Balance, key), key=lambda row: row.location_id)
        if not self._point.location and self._point.ledger is None:
            self._compare_held(item_id, rows)
            self._compare_rows(item_id)
        for row in rows:
            if row.location_id <= self._point.location:
                continue
            stock_key = StockKey(item_id, row.location_id)
            total = self.ledger(stock_key)
            if total is None:
                return False
            if total.broken_at or (row.on_hand, row.seq) != (total.quantity, total.seq):
                self._point.suspect_balance(stock_key)
            self._point.balances += 1
            self._point.movements += total.seq
            self._point.location = row.location_id
            if self.is_over and row is not rows[-1]:
                return False
        return True

    def _compare_held(self, item_id: str, rows: list[Balance]) -> None:
        """Suspects every balance of an item whose reservation is not what orders held when they were walked."""
        held = self._point.held.pop(item_id, {})
        for row in rows:
            expected = held.pop(row.location_id, _ZERO)
            if row.committed != expected or row.available != row.on_hand - row.committed:
                self._point.suspect_balance(StockKey(item_id, row.location_id))
        for location_id in held:
            self._point.suspect_balance(StockKey(item_id, location_id))

    def _compare_rows(self, item_id: str) -> None:
        """Suspects every order that does not wait for as much of an item as its row says."""
        key = demand.Demand.partition == self._tenant.key(item_id)
        rows = list(store.query_all(demand.Demand, key))
        for start in range(0, len(rows), _ORDERS):
            page = rows[start : start + _ORDERS]
            orders = reservations.of_orders(self._tenant, {row.order_id for row in page})
            for row in page:
                entry = orders.get(row.order_id)
                if entry and compare.is_settled(entry) and row.waiting != entry.waiting.get(row.stock_key):
                    self._point.suspect_order(row.order_id)

    def _walk_orders(self, each: Callable[[list[OrderReservations]], None]) -> bool:
        while True:
            page, last = reservations.page(self._tenant, self._point.after, _ORDERS)
            each(page)
            if last is None:
                return True
            self._point.after = last
            if self.is_over:
                return False

    def _add_to_window(self, page: list[OrderReservations]) -> None:
        for entry in page:
            self._point.hold({key: quantity for key, quantity in entry.held.items() if self._is_asked(key)})
        self._point.narrow()
        self._compare_waiting([entry for entry in page if compare.is_settled(entry)])
        self._point.orders += len(page) if not self._point.begin else 0

    def _compare_waiting(self, page: list[OrderReservations]) -> None:
        """Suspects every order that waits and has no row, or another one."""
        wanted = {
            demand.ref(self._tenant, entry.order_id, key): (entry.order_id, quantity)
            for entry in page
            for key, quantity in entry.waiting.items()
            if self._is_asked(key) and self._point.has(key.item_id)
        }
        for ref, item in store.get_many(wanted).items():
            order_id, quantity = wanted[ref]
            if item is None or demand.Demand.read(item).waiting != quantity:
                self._point.suspect_order(order_id)

    def _is_asked(self, key: StockKey) -> bool:
        return self._item_id in (None, key.item_id)

    def _add_to_suspects(self, page: list[OrderReservations]) -> None:
        for entry in page:
            for stock_key, quantity in entry.held.items():
                suspect = self._point.suspects.get(checkpoint.name_of(stock_key))
                if suspect is not None:
                    suspect.held += quantity
                    seen = f"{suspect.holders} {entry.order_id}@{entry.version} {quantity}"
                    suspect.holders = hashlib.sha256(seen.encode()).hexdigest()[:32]
