"""Where readers stand, and the entries they could not handle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.events.schemas import Change, change
from chalicelib.events.tables import Parked, Position
from chalicelib.kernel import clock, ids, journal, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant, compound

ATTEMPTS = 5
SUSPECT_AFTER = timedelta(seconds=30)
WORKER_LOST = "WorkerLost"
"""The reason of an entry that nobody survived."""
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


def move(tenant: Tenant, consumer: str, to: int) -> Position | None:
    """Moves a reader's position forwards; None when a twin has come as far. What was handled counts, whoever else
    has begun it meanwhile."""
    sort_key = _position(tenant, consumer, to)
    return (
        sort_key
        if store.write(store.put(sort_key, Position.consumer.does_not_exist() | (Position.position < to)))
        else None
    )


def is_suspect(row: Position | None, requested: Change) -> bool:
    """Whether an entry may have been begun before: it failed, or it is too old for a feed that keeps up.

    A worker that is killed leaves no trace of its own, so whatever waits for longer is begun under count.
    """
    return _attempts(row, requested) > 0 or clock.now() - requested.at > SUSPECT_AFTER


def begin(tenant: Tenant, consumer: str, row: Position | None, suspect: Change) -> Position | None:
    """Counts an attempt before it is made; None when the reader is no longer where `row` says."""
    attempts = _attempts(row, suspect) + 1
    return _written(_position(tenant, consumer, suspect.number - 1, failing=suspect.number, attempts=attempts), row)


def is_spent(row: Position | None, suspect: Change) -> bool:
    """Whether all attempts were begun, and none of them ended."""
    return _attempts(row, suspect) >= ATTEMPTS


def fail(tenant: Tenant, consumer: str, row: Position | None, failed: Change, error: Exception, *, begun: bool) -> None:
    """Counts a failure durably, unless `begun` did; number ATTEMPTS parks the entry and lets the reader go on."""
    attempts = _attempts(row, failed) + (0 if begun else 1)
    if attempts >= ATTEMPTS:
        park(tenant, consumer, row, failed, log.reason_of(error))
    elif not begun:
        _written(_position(tenant, consumer, failed.number - 1, failing=failed.number, attempts=attempts), row)


def park(tenant: Tenant, consumer: str, row: Position | None, failed: Change, reason: str) -> Position:
    """Puts an entry aside, to be tried again by itself; the reader goes on behind it."""
    now = clock.now()
    parked = Parked(
        partition=tenant.key("parked"),
        sort_key=compound(consumer, f"{failed.number:012d}"),
        consumer=consumer,
        number=failed.number,
        entry_id=failed.id,
        event=failed.event,
        reason=reason,
        attempts=ATTEMPTS,
        parked_at=now,
        next_attempt_at=_next_attempt(now, 0),
    )
    moved = _position(tenant, consumer, failed.number)
    store.transact([store.put(parked), store.put(moved, _unmoved(row))], ids.new("tok"))
    log.count("ConsumerParked")
    log.logger().error("entry parked", consumer=consumer, entry_id=failed.id, reason=reason)
    return moved


def due(tenant: Tenant) -> list[Parked]:
    """Parked entries whose next attempt has come."""
    condition = Parked.partition == tenant.key("parked")
    return list(store.query_all(Parked, condition, where=Parked.next_attempt_at <= clock.now()))


def retry(tenant: Tenant, row: Parked, run: Callable[[Tenant, Change], None]) -> bool:
    """Tries a parked entry once more: gone when it works, else later again, with growing pauses and without an end.

    The attempt is counted before it is made, so one that kills its worker does not come at once again.
    """
    item = store.get_many([journal.ref_of(tenant, row.entry_id)]).popitem()[1]
    ref, attempts = store.ref_of(row), row.attempts + 1
    later = _next_attempt(clock.now(), attempts - ATTEMPTS)
    begun = [Parked.attempts.set(attempts), Parked.next_attempt_at.set(later)]
    if not store.write(store.update(ref, begun, Parked.attempts == row.attempts)):
        return False
    try:
        if item is not None:
            run(tenant, change(Entry.read(item)))
    except Exception as error:  # it stays parked, with the new reason
        log.logger().exception("parked entry failed again", consumer=row.consumer, entry_id=row.entry_id)
        store.write(store.update(ref, [Parked.reason.set(log.reason_of(error))], Parked.attempts == attempts))
        return False
    store.write(store.delete(ref))
    return True


def _next_attempt(now: datetime, retries: int) -> datetime:
    pause: timedelta = _FIRST_PAUSE * 2.0 ** min(retries, 10)
    return now + min(_LONGEST_PAUSE, pause)


def _attempts(row: Position | None, requested: Change) -> int:
    return (row.attempts or 0) if row is not None and row.failing == requested.number else 0


def _position(tenant: Tenant, consumer: str, to: int, **attempt: Any) -> Position:
    return Position(partition=tenant.key("positions"), consumer=consumer, position=to, **attempt)


def _written(sort_key: Position, row: Position | None) -> Position | None:
    return sort_key if store.write(store.put(sort_key, _unmoved(row))) else None


def _unmoved(row: Position | None) -> Condition:
    """Holds while the reader is where `row` says and nobody else has begun an entry there."""
    if row is None:
        return Position.consumer.does_not_exist()
    condition: Condition = Position.position == row.position
    if row.failing is None:
        condition &= Position.failing.does_not_exist()
    else:
        condition &= (Position.failing == row.failing) & (Position.attempts == row.attempts)
    return condition
