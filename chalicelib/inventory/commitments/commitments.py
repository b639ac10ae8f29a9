"""Commits stock to documents, and keeps who waits for it, within the commit of the document.

New demand never overtakes: it gets what is available beyond what others wait for, and waits for the rest. Who waits is
served in the order of rank (filling.py).
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.inventory.commitments import tables
from chalicelib.inventory.commitments.owners import Quantities
from chalicelib.inventory.commitments.ranks import Claim, Rank
from chalicelib.inventory.commitments.tables import Waiting
from chalicelib.inventory.stock import levels
from chalicelib.inventory.stock.levels import Level, StockKey
from chalicelib.inventory.stock.tables import Stock
from chalicelib.inventory.warehouses import service as warehouses
from chalicelib.kernel.dynamo.actions import Prepared, Values
from chalicelib.kernel.work import Work

_ZERO = Decimal(0)


class Change(NamedTuple):
    """What becomes of a claim: how much more is committed (less, if negative), and how much it waited for and waits for
    from now on."""

    committed: Decimal
    waited: Decimal
    waits: Decimal


def _changes(of: Values) -> list[UpdateAction]:
    return [
        Stock.committed.set(Stock.committed + of["committed"]),
        Stock.available.set(Stock.available - of["committed"]),
        Stock.waiting.set(Stock.waiting + of["waiting"]),
        Stock.version.set(Stock.version + 1),
    ]


_SLOTS = dict.fromkeys(("committed", "waiting"), "N")
_COMMIT = Prepared(
    Stock,
    lambda of: (
        _changes(of),
        (Stock.available >= of["least_available"])
        & (Stock.waiting <= of["most_waiting"])
        & Stock.blocked.does_not_exist(),
    ),
    **_SLOTS,
    least_available="N",
    most_waiting="N",
)
_COMMIT_EARLY = Prepared(
    Stock,
    lambda of: (_changes(of), Stock.ships_before_receipt.exists() & Stock.blocked.does_not_exist()),
    **_SLOTS,
)
_SERVE = Prepared(
    Stock,
    lambda of: (
        _changes(of),
        (Stock.available >= of["committed"]) & (Stock.waiting >= of["committed"]),
    ),
    **_SLOTS,
)
_SERVE_EARLY = Prepared(
    Stock,
    lambda of: (
        _changes(of),
        Stock.ships_before_receipt.exists() & Stock.blocked.does_not_exist() & (Stock.waiting >= of["committed"]),
    ),
    **_SLOTS,
)
_RELEASE = Prepared(
    Stock,
    lambda of: (
        _changes(of),
        (Stock.committed >= of["least_committed"]) & (Stock.waiting >= of["least_waiting"]),
    ),
    **_SLOTS,
    least_committed="N",
    least_waiting="N",
)


def levels_of(work: Work, keys: Iterable[StockKey]) -> dict[StockKey, Level]:
    """The level of each key, for a decision to commit. Where nothing has been yet, the warehouse says whether it ships
    before receipt; that takes one round trip more."""
    found = levels.levels(work, keys)
    new = [key for key, level in found.items() if not level.exists]
    early = warehouses.shipping_before_receipt(work, (key.warehouse_id for key in new)) if new else set()
    return found | {key: Level(ships_before_receipt=True) for key in new if key.warehouse_id in early}


def change(work: Work, claim: Claim, key: StockKey, change: Change, level: Level | None = None) -> None:
    """Changes what a document has committed and waits for. When less is available than the decision has read, or more
    wait, the decision runs again. level: as it was read; needed to commit more or to wait for more."""
    waiting = change.waits - change.waited
    if change.committed > 0:
        _commit_more(work, key, change, level or Level())
    elif level is not None and not level.exists and waiting:
        work.insert(levels.new_row(work.tenant, key, waiting=waiting))
    elif change.committed or waiting:
        values = {"committed": change.committed, "waiting": waiting}
        least = {"least_committed": -change.committed, "least_waiting": max(_ZERO, -waiting)}
        work.add(_RELEASE.fill(levels.ref(work.tenant, key), **values, **least))
    if waiting:
        _write_waiting(work, claim, key, change.waits)
    if change.committed < 0 or change.waits:
        _name(work, key)


def _commit_more(work: Work, key: StockKey, change: Change, level: Level) -> None:
    name = levels.ref(work.tenant, key)
    values = {"committed": change.committed, "waiting": change.waits - change.waited}
    if level.ships_before_receipt and not level.exists:
        row = levels.new_row(work.tenant, key, committed=change.committed, available=-change.committed)
        row.ships_before_receipt = True
        work.insert(row)
    elif level.ships_before_receipt:
        work.add(_COMMIT_EARLY.fill(name, **values))
    else:
        others = max(_ZERO, level.waiting - change.waited)
        least = change.committed + others
        work.add(_COMMIT.fill(name, **values, least_available=least, most_waiting=level.waiting))


def serve(work: Work, claim: Claim, key: StockKey, quantity: Decimal, waited: Decimal, level: Level) -> None:
    """Commits stock to a document whose turn it is: what it has waited for, by its row, which must be as it was
    read."""
    prepared = _SERVE_EARLY if level.ships_before_receipt else _SERVE
    work.add(prepared.fill(levels.ref(work.tenant, key), committed=quantity, waiting=-quantity))
    _write_waiting(work, claim, key, waited - quantity, Waiting.quantity == waited)


def _write_waiting(
    work: Work, claim: Claim, key: StockKey, quantity: Decimal, condition: Condition | None = None
) -> None:
    """Writes the row of who waits. It needs no condition where the quantity follows from the document, which is written
    in the same commit."""
    name = tables.waiting_ref(work.tenant, key, claim.turn)
    if quantity:
        work.overwrite(Waiting(partition=name.hash_key, turn=name.range_key, quantity=quantity), condition)
    else:
        work.remove(name, condition)


def _name(work: Work, key: StockKey) -> None:
    """Names the item in the journal entry, so that who waits for it is looked for."""
    work.annotate(subjects=[*(work.note.subjects if work.note else []), key.item_id])


def rerank(work: Work, claim: Claim, rank: Rank, waits: Quantities) -> None:
    """Moves what a document waits for to another rank."""
    after = Claim(claim.document_id, rank)
    for key, quantity in sorted(waits.items()):
        work.remove(tables.waiting_ref(work.tenant, key, claim.turn))
        _write_waiting(work, after, key, quantity)
        _name(work, key)
