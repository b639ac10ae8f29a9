"""Gives stock that has become available to those who wait for it, in the order of rank."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from chalicelib.inventory.commitments import commitments, events, owners, tables
from chalicelib.inventory.commitments.ranks import claim_of
from chalicelib.inventory.commitments.tables import Waiting
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

_PAGE = 25
_KEYS = 30
"""The stock keys of one commit, each of which writes a stock row and a row of who waits."""
_ZERO = Decimal(0)


def fill_items(call: Call, rows: Iterable[Stock]) -> None:
    """Commits what is available by these stock rows to those who wait for it, until nobody waits or nothing is
    available. A document that waits for several of them gets them in one commit."""
    free = [StockKey(row.item_id, row.warehouse_id) for row in rows if row.waiting > 0 and levels.level(row).free > 0]
    filling = _Filling(call, free)
    queues = [filling.queue(key) for key in free]
    for turn, waiting in groupby(heapq.merge(*queues, key=lambda row: row.turn), key=lambda row: row.turn):
        filling.fill(turn, [row.stock_key for row in waiting])


class _Filling:
    """Where stock is available, as far as this run knows. A stock row is read once: where somebody still waits after
    his turn nothing is left."""

    def __init__(self, call: Call, free: Iterable[StockKey]) -> None:
        self._call = call
        self._free = set(free)

    def queue(self, key: StockKey) -> Iterator[Waiting]:
        """Who waits, the first one first, as long as something is available."""
        partition = Waiting.partition == tables.waiting_key(self._call.tenant, key)
        for row in store.query_all(Waiting, partition, limit=_PAGE):
            if key not in self._free:
                return
            yield row

    def fill(self, turn: str, keys: Iterable[StockKey]) -> None:
        """Fills a document with what is available of these keys."""
        free = [key for key in keys if key in self._free]
        for start in range(0, len(free), _KEYS):
            used_up = commit(self._call, fill, turn, free[start : start + _KEYS])
            self._free.difference_update(used_up)


@use_case(events.FILLED)
def fill(work: Work, turn: str, keys: Sequence[StockKey]) -> set[StockKey]:
    """Commits available stock of these keys to the document that waits for it, whose turn it is. Returns the keys of
    which nothing is left. Nothing is written when nothing is available, or while a job works on the document."""
    names = {key: tables.waiting_ref(work.tenant, key, turn) for key in keys}
    claim = claim_of(turn)
    stock = [levels.ref(work.tenant, key) for key in keys]
    work.fetch(*stock, *names.values(), *owners.refs(work.tenant, claim.document_id))
    found = levels.levels(work, keys)
    waited = {key: row.quantity for key, name in names.items() if isinstance(row := work.read(name)[0], Waiting)}
    wanted = {key: min(found[key].free, found[key].waiting, quantity) for key, quantity in waited.items()}
    offered = {key: quantity for key, quantity in wanted.items() if quantity > 0}
    taken = owners.fill(work, claim.document_id, offered) if offered else {}
    for key, quantity in taken.items():
        if quantity:
            commitments.serve(work, claim, key, quantity, waited[key], found[key])
    return {key for key in keys if found[key].free <= taken.get(key, _ZERO)}
