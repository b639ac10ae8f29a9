"""Entries that a consumer cannot handle: each is tried a few times, then put aside alone, and tried again by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.events import positions
from chalicelib.events.schemas import Change, change
from chalicelib.events.tables import Parked, Position
from chalicelib.kernel import clock, ids, journal, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Cancelled
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant, compound

ATTEMPTS = 5
WORKER_LOST = "WorkerLost"
"""The reason of an entry during which every worker was killed."""
_FIRST_PUT_OFF = timedelta(seconds=5)
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


def attempts(row: Position, entry: Change) -> int:
    """How often the entry was tried in vain."""
    return (row.attempts or 0) if row.failing == entry.number else 0


def begin(row: Position, suspect: Change) -> Position:
    """Counts an attempt before it is made, because a worker that is killed stores nothing. Overtaken."""
    tried = attempts(row, suspect) + 1
    return positions.written(row, position=suspect.number - 1, failing=suspect.number, attempts=tried)


def fail(tenant: Tenant, row: Position, failed: Change, error: Exception, *, is_counted: bool) -> Position:
    """Stores a failure, unless `begin` has counted it: puts the consumer off, longer each time; failure number ATTEMPTS
    parks the entry. Overtaken."""
    tried = attempts(row, failed) + (0 if is_counted else 1)
    if tried >= ATTEMPTS:
        return park(tenant, row, failed, log.reason_of(error))
    until = clock.now() + _FIRST_PUT_OFF * 2 ** (tried - 1)
    return positions.written(
        row, position=failed.number - 1, failing=failed.number, attempts=tried, put_off_until=until
    )


def park(tenant: Tenant, row: Position, failed: Change, reason: str) -> Position:
    """Puts an entry aside, to be tried again by itself; the consumer goes on with the next one. Overtaken."""
    now = clock.now()
    parked = Parked(
        partition=tenant.key("parked"),
        sort_key=compound(row.consumer, f"{failed.number:012d}"),
        consumer=row.consumer,
        number=failed.number,
        entry_id=failed.id,
        event=failed.event,
        reason=reason,
        attempts=ATTEMPTS,
        parked_at=now,
        next_attempt_at=_next_attempt(now, 0),
    )
    retry_at = min(filter(None, (row.retry_at, parked.next_attempt_at)))
    moved = positions.changed(
        row, position=failed.number, failing=None, attempts=None, put_off_until=None, retry_at=retry_at
    )
    try:
        store.transact([store.put(parked), positions.write_of(row, moved)], ids.new("tok"))
    except Cancelled as cancelled:
        raise positions.Overtaken from cancelled
    log.count("ConsumerParked")
    log.logger().error("entry parked", consumer=row.consumer, entry_id=failed.id, reason=reason)
    return moved


def of(tenant: Tenant, consumer: str) -> list[Parked]:
    """The parked entries of a consumer, in order."""
    condition = (Parked.partition == tenant.key("parked")) & Parked.sort_key.startswith(compound(consumer, "0")[:-1])
    return list(store.query_all(Parked, condition))


def retry(tenant: Tenant, row: Parked, handle: Callable[[Change], None]) -> bool:
    """Tries a parked entry again and returns whether it was handled; otherwise it is tried later, after growing pauses,
    for ever.

    The attempt is counted before it is made, so an entry that kills its worker is not tried again at once.
    """
    item = store.get_many([journal.ref_of(tenant, row.entry_id)]).popitem()[1]
    ref, tried = store.ref_of(row), row.attempts + 1
    row.next_attempt_at = _next_attempt(clock.now(), tried - ATTEMPTS)
    begun = [Parked.attempts.set(tried), Parked.next_attempt_at.set(row.next_attempt_at)]
    if not store.write(store.update(ref, begun, Parked.attempts == row.attempts)):
        return False
    try:
        if item is not None:
            handle(change(Entry.read(item)))
    except Exception as error:  # it stays parked, with the new reason
        log.logger().exception("parked entry failed again", consumer=row.consumer, entry_id=row.entry_id)
        store.write(store.update(ref, [Parked.reason.set(log.reason_of(error))], Parked.attempts == tried))
        return False
    store.write(store.delete(ref))
    return True


def _next_attempt(now: datetime, retries: int) -> datetime:
    pause: timedelta = _FIRST_PAUSE * 2.0 ** min(retries, 10)
    return now + min(_LONGEST_PAUSE, pause)
