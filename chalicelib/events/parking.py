"""The positions of consumers, and the entries that they could not handle."""

from collections.abc import Callable
from datetime import datetime, timedelta

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
"""The reason of an entry during which every worker was killed."""
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


def move(tenant: Tenant, consumer: str, to: int) -> Position | None:
    """Moves a consumer's position forwards and returns it; None when another invocation has come as far. An entry that
    was handled counts, even when another invocation has begun it meanwhile."""
    moved = _position(tenant, consumer, to)
    is_ahead = Position.consumer.does_not_exist() | (Position.position < to)
    return moved if store.write(store.put(moved, is_ahead)) else None


def is_suspect(row: Position | None, requested: Change) -> bool:
    """Whether an entry may have been begun before: it has failed, or has waited for longer than usual.

    A worker that is killed stores nothing, so attempts at an entry that has waited are counted before they are made.
    """
    return _attempts(row, requested) > 0 or clock.now() - requested.at > SUSPECT_AFTER


def begin(tenant: Tenant, consumer: str, row: Position | None, suspect: Change) -> Position | None:
    """Counts an attempt before it is made and returns the position; None when it is no longer that of `row`."""
    attempts = _attempts(row, suspect) + 1
    return _written(_position(tenant, consumer, suspect.number - 1, failing=suspect.number, attempts=attempts), row)


def has_no_try_left(row: Position | None, suspect: Change) -> bool:
    """Whether all attempts were begun and none of them ended."""
    return _attempts(row, suspect) >= ATTEMPTS


def fail(tenant: Tenant, consumer: str, row: Position | None, failed: Change, error: Exception, *, begun: bool) -> None:
    """Stores a failure, unless `begun` has counted it; failure number ATTEMPTS parks the entry."""
    attempts = _attempts(row, failed) + (0 if begun else 1)
    if attempts >= ATTEMPTS:
        park(tenant, consumer, row, failed, log.reason_of(error))
    elif not begun:
        _written(_position(tenant, consumer, failed.number - 1, failing=failed.number, attempts=attempts), row)


def park(tenant: Tenant, consumer: str, row: Position | None, failed: Change, reason: str) -> Position:
    """Puts an entry aside, to be tried again by itself; the consumer goes on with the next one."""
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
    """Tries a parked entry again and returns whether it was handled; otherwise it is tried later, after growing pauses,
    for ever.

    The attempt is counted before it is made, so an entry that kills its worker is not tried again at once.
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


def _position(
    tenant: Tenant, consumer: str, to: int, *, failing: int | None = None, attempts: int | None = None
) -> Position:
    key = tenant.key("positions")
    return Position(partition=key, consumer=consumer, position=to, failing=failing, attempts=attempts)


def _written(position: Position, row: Position | None) -> Position | None:
    return position if store.write(store.put(position, _unmoved(row))) else None


def _unmoved(row: Position | None) -> Condition:
    """Holds while the stored position is that of `row` and no other invocation has begun an entry there."""
    if row is None:
        return Position.consumer.does_not_exist()
    condition: Condition = Position.position == row.position
    if row.failing is None:
        condition &= Position.failing.does_not_exist()
    else:
        condition &= (Position.failing == row.failing) & (Position.attempts == row.attempts)
    return condition
