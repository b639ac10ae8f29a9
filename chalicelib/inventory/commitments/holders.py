"""Who holds stock: pointers from an item to the documents that have committed it, and what happens when less is there
than is committed: the documents that come last give it up and wait again."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from chalicelib.inventory.commitments import commitments, events, owners, tables
from chalicelib.inventory.commitments.commitments import Change
from chalicelib.inventory.commitments.ranks import claim_of
from chalicelib.inventory.commitments.tables import Holder
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.errors import InsufficientStock, StockHolder
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.kernel import clock, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

_PAGE = 25
_MOST_NAMED = 5
"""So many stock keys, and holders of each, are named by a refusal."""
_ZERO = Decimal(0)


def note(tenant: Tenant, document_ids: Sequence[str]) -> None:
    """Writes the pointers to documents that hold stock. May be repeated."""
    now = clock.now()
    store.put_many(
        [
            Holder(partition=tables.waiting_key(tenant, key), turn=each.claim.turn, written_at=now)
            for each in owners.held_by(tenant, document_ids)
            for key, quantity in each.quantities.items()
            if quantity
        ]
    )


def held(tenant: Tenant, key: StockKey, rows: Sequence[Holder]) -> dict[str, Decimal]:
    """Turn to what the document has committed of a key, without those that hold nothing any more."""
    found = owners.held_by(tenant, [row.claim.document_id for row in rows])
    return {each.claim.turn: quantity for each in found if (quantity := each.quantities.get(key))}


def holders(tenant: Tenant, key: StockKey, *, cleans: bool = False) -> Iterator[tuple[Holder, Decimal]]:
    """Who has committed stock of a key, and how much, from the one who comes last. cleans: whether pointers to those
    who have not are removed."""
    start = None
    while True:
        partition = Holder.partition == tables.waiting_key(tenant, key)
        page = store.query(Holder, partition, limit=_PAGE, start=start, newest_first=True)
        rows = [Holder.read(item) for item in page.items]
        quantities = held(tenant, key, rows)
        for row in rows:
            if row.turn in quantities:
                yield row, quantities[row.turn]
            elif cleans:
                store.write(store.delete(store.ref_of(row), Holder.written_at == row.written_at))
        start = page.next_key
        if start is None:
            return


def named(call: Call, error: InsufficientStock) -> InsufficientStock:
    """The error with some of those who hold what is short, as far as the caller may see them."""
    found: dict[StockKey, list[StockHolder]] = {}
    for short in error.shortages:
        key = StockKey(short.item_id, short.warehouse_id)
        if key not in found and len(found) < _MOST_NAMED:
            found[key] = _seen(call, key)
    return InsufficientStock(
        [
            msgspec.structs.replace(short, held_by=found.get(StockKey(short.item_id, short.warehouse_id), []))
            for short in error.shortages
        ]
    )


def _seen(call: Call, key: StockKey) -> list[StockHolder]:
    found = list(itertools.islice(holders(call.tenant, key), _MOST_NAMED))
    quantities = {row.turn: quantity for row, quantity in found}
    return [
        StockHolder(document_id=row.claim.document_id, quantity=quantities[row.turn])
        for row in visibility.visible(call, [row for row, _ in found])
    ]


def take_back(call: Call, rows: Iterable[Stock]) -> None:
    """Where more is committed than is there, has the documents that come last give it up."""
    for row in rows:
        if row.available < 0 and row.committed > 0 and not levels.level(row).ships_before_receipt:
            _take_back(call, StockKey(row.item_id, row.warehouse_id))


def _take_back(call: Call, key: StockKey) -> None:
    for row, _ in holders(call.tenant, key, cleans=True):
        if not commit(call, give_up, row.turn, key):
            return


@use_case(events.GIVEN_UP)
def give_up(work: Work, turn: str, key: StockKey) -> Decimal:
    """Has a document give up what is committed of a key and not there, and wait for it again. Returns how much is still
    missing. Nothing is written when nothing is missing, or while a job works on the document."""
    document_id = claim_of(turn).document_id
    work.fetch(levels.ref(work.tenant, key), *owners.refs(work.tenant, document_id))
    level = levels.levels(work, [key])[key]
    missing = -level.available
    if missing <= 0 or level.ships_before_receipt:
        return _ZERO
    given = owners.give_up(work, document_id, {key: missing})
    quantity = given.quantities.get(key, _ZERO)
    if quantity:
        waited = given.waited.get(key, _ZERO)
        commitments.change(work, given.claim, key, Change(-quantity, waited, waited + quantity), level)
    return missing - quantity
