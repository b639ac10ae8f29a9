"""Walks everything in pieces and finds what may be wrong, one window of items after the other: first it adds up what
all open orders hold of the window's items, then it walks these items.

What is held and who waits is decided by the orders. They change meanwhile, so what looks wrong here is only suspected.
"""

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal

from chalicelib.catalog.items.tables import Item
from chalicelib.inventory.commitments import reconciliation as queues
from chalicelib.inventory.stock import reconciliation
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.reconciliation import LedgerSum
from chalicelib.inventory.stock.tables import Movement, Stock, movements_key
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.reporting.stock_check import checkpoint
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, Claims
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
            self._point.after, self._point.warehouse = item_id, ""
            if len(self._point.suspects) >= checkpoint.MOST_SUSPECTS:
                self._point.end = item_id
            if self.is_over:
                return False
        for item_id, warehouses in self._point.claims.items():
            for warehouse_id in warehouses if self._point.has(item_id) else ():
                self._point.suspect_stock(StockKey(item_id, warehouse_id))
        return True

    def holders(self) -> bool:
        """Adds up what orders hold of the suspected stock rows; True at the end of them all."""
        has_stock = any(suspect.stock_key for suspect in self._point.suspects.values())
        return not has_stock or self._walk_orders(self._add_to_suspects)

    def ledger(self, stock_key: StockKey) -> LedgerSum | None:
        """The sum of a stock key's movements; None when the time is over before their end."""
        total = self._point.ledger or LedgerSum(quantity=_ZERO, loose=_ZERO, seq=0)
        key = Movement.partition == movements_key(self._tenant, *stock_key)
        while True:
            page = store.query(Movement, key & (Movement.seq > total.seq), limit=_MOVEMENTS)
            for item in page.items:
                seq, change = int(item["seq"]["N"]), Decimal(item["quantity"]["N"])
                quantity, loose = total.quantity + change, total.loose + (_ZERO if "bin_id" in item else change)
                said = Decimal(item["balance"]["N"]), Decimal(item["loose"]["N"])
                is_right = seq == total.seq + 1 and said == (quantity, loose)
                total = LedgerSum(
                    quantity=quantity, loose=loose, seq=total.seq + 1, broken_at=None if is_right else seq
                )
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
        key = Stock.partition == self._tenant.key(item_id)
        rows = list(store.query_all(Stock, key))
        if not self._point.warehouse and self._point.ledger is None:
            self._compare_claims(item_id, rows)
        for row in rows:
            if row.warehouse_id <= self._point.warehouse:
                continue
            stock_key = StockKey(item_id, row.warehouse_id)
            total = self.ledger(stock_key)
            if total is None:
                return False
            if total.broken_at or (row.on_hand, row.loose, row.seq) != (total.quantity, total.loose, total.seq):
                self._point.suspect_stock(stock_key)
            self._compare_bins(stock_key, row)
            self._compare_queue(stock_key)
            self._point.rows += 1
            self._point.movements += total.seq
            self._point.warehouse = row.warehouse_id
            if self.is_over and row is not rows[-1]:
                return False
        return True

    def _compare_claims(self, item_id: str, rows: list[Stock]) -> None:
        """Suspects every stock row of an item that does not say what orders held and waited for when they were
        walked."""
        claims = self._point.claims.pop(item_id, {})
        for row in rows:
            expected = claims.pop(row.warehouse_id, Claims())
            is_sum = row.available == row.on_hand - row.committed - row.held
            if not is_sum or (row.committed, row.waiting) != (expected.held, expected.waits):
                self._point.suspect_stock(StockKey(item_id, row.warehouse_id))
        for warehouse_id in claims:
            self._point.suspect_stock(StockKey(item_id, warehouse_id))

    def _compare_bins(self, key: StockKey, row: Stock) -> None:
        """Suspects a stock row that does not say what lies in its bins."""
        if row.loose == row.on_hand and not row.held:
            return
        found = reconciliation.in_bins(self._tenant, key)
        if (row.on_hand - row.loose, row.held) != found:
            self._point.suspect_stock(key)

    def _compare_queue(self, key: StockKey) -> None:
        """Suspects every order that does not wait for as much as its row says."""
        rows = queues.queue(self._tenant, key)
        for start in range(0, len(rows), _ORDERS):
            page = rows[start : start + _ORDERS]
            orders = reservations.of_orders(self._tenant, {each.claim.document_id for each in page})
            for each in page:
                entry = orders.get(each.claim.document_id)
                if entry is None or (entry.claim, entry.waiting.get(key)) != (each.claim, each.quantity):
                    self._point.suspect_order(each.claim.document_id)

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
            self._point.add({key: claimed for key, claimed in _claims(entry).items() if self._is_asked(key)})
            keys = [key for key in entry.waiting if self._is_asked(key) and self._point.has(key.item_id)]
            said = queues.stored(self._tenant, entry.claim, keys)
            if any(said.get(key) != entry.waiting[key] for key in keys):
                self._point.suspect_order(entry.order_id)
        self._point.narrow()
        self._point.orders += len(page) if not self._point.begin else 0

    def _is_asked(self, key: StockKey) -> bool:
        return self._item_id in (None, key.item_id)

    def _add_to_suspects(self, page: list[OrderReservations]) -> None:
        for entry in page:
            for stock_key, claimed in _claims(entry).items():
                suspect = self._point.suspects.get(checkpoint.name_of(stock_key))
                if suspect is not None:
                    suspect.claims.add(claimed)
                    seen = f"{suspect.holders} {entry.order_id}@{entry.version} {claimed.held} {claimed.waits}"
                    suspect.holders = hashlib.sha256(seen.encode()).hexdigest()[:32]


def _claims(entry: OrderReservations) -> dict[StockKey, Claims]:
    """What an order holds and waits for, by stock key."""
    keys = {*entry.held, *entry.waiting}
    return {key: Claims(entry.held.get(key, _ZERO), entry.waiting.get(key, _ZERO)) for key in sorted(keys)}
