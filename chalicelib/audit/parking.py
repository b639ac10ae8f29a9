"""Where readers stand, and the entries they could not handle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.audit.schemas import Change, change
from chalicelib.audit.sequencer import ref_of
from chalicelib.audit.tables import Parked, Position
from chalicelib.kernel import clock, ids, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant, compound

ATTEMPTS = 5
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


def move(tenant: Tenant, reader: str, row: Position | None, to: int) -> bool:
    """Moves a reader's position; False when it is no longer where `row` says."""
    return store.write(_moved(tenant, reader, row, to))


def fail(tenant: Tenant, reader: str, row: Position | None, failed: Change, error: Exception) -> None:
    """Counts a failure durably; number ATTEMPTS parks the entry and lets the reader go on."""
    attempts = (row.attempts or 0) + 1 if row is not None and row.failing == failed.number else 1
    if attempts < ATTEMPTS:
        store.write(_moved(tenant, reader, row, failed.number - 1, failing=failed.number, attempts=attempts))
        return
    now = clock.now()
    parked = Parked(
        partition=tenant.key("parked"),
        place=compound(reader, f"{failed.number:012d}"),
        reader=reader,
        number=failed.number,
        entry_id=failed.id,
        event=failed.event,
        reason=reason_of(error),
        attempts=attempts,
        parked_at=now,
        next_attempt_at=_next_attempt(now, attempts - ATTEMPTS),
    )
    store.transact([store.put(parked), _moved(tenant, reader, row, failed.number)], ids.new("tok"))
    log.count("ReaderParked")
    log.logger().error("entry parked", reader=reader, entry_id=failed.id, reason=parked.reason)


def reason_of(error: Exception) -> str:
    """Type and code of an exception; its message may quote what a person typed."""
    if isinstance(error, DomainError):
        return f"{type(error).__name__}: {error.code}"
    if isinstance(error, ClientError):
        return f"ClientError: {error.response['Error'].get('Code', '')}"
    return type(error).__name__


def due(tenant: Tenant) -> list[Parked]:
    """Parked entries whose next attempt has come."""
    condition = Parked.partition == tenant.key("parked")
    return list(store.query_all(Parked, condition, where=Parked.next_attempt_at <= clock.now()))


def retry(tenant: Tenant, row: Parked, run: Callable[[Tenant, Change], None]) -> bool:
    """Tries a parked entry once more: gone when it works, else later again, with growing pauses and without an end."""
    item = store.get_many([ref_of(tenant, row.entry_id)]).popitem()[1]
    ref = store.ref_of(row)
    try:
        if item is not None:
            run(tenant, change(Entry.read(item)))
    except Exception as error:  # it stays parked, with the new reason
        log.logger().exception("parked entry failed again", reader=row.reader, entry_id=row.entry_id)
        attempts = row.attempts + 1
        changes = [
            Parked.attempts.set(attempts),
            Parked.reason.set(reason_of(error)),
            Parked.next_attempt_at.set(_next_attempt(clock.now(), attempts - ATTEMPTS)),
        ]
        store.write(store.update(ref, changes, Parked.attempts == row.attempts))
        return False
    store.write(store.delete(ref))
    return True


def _next_attempt(now: datetime, retries: int) -> datetime:
    pause: timedelta = _FIRST_PAUSE * 2.0 ** min(retries, 10)
    return now + min(_LONGEST_PAUSE, pause)


def _moved(tenant: Tenant, reader: str, row: Position | None, to: int, **failure: Any) -> store.Action:
    place = Position(partition=tenant.key("positions"), reader=reader, position=to, **failure)
    if row is None:
        return store.put(place, Position.reader.does_not_exist())
    condition = Position.position == row.position
    if row.failing is not None:
        condition &= (Position.failing == row.failing) & (Position.attempts == row.attempts)
    else:
        condition &= Position.failing.does_not_exist()
    return store.put(place, condition)
