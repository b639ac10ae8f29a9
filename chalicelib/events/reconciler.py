"""Repeats what the journal's stream and the queues have lost: numbers, and wakes of consumers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.access import sandbox
from chalicelib.events import feed, heads, positions, sequencer, wakes
from chalicelib.events.tables import Head, Position
from chalicelib.events.wakes import Reached, Wake
from chalicelib.kernel import clock, ids, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant

LATE_MINUTES = 10
"""Ids are made before their commit, and a commit may try for 20 seconds: no entry appears later than this."""
ALARM_SECONDS = 60
_MOVED_AFTER = timedelta(hours=1)
"""How far the reconciler lets its mark fall behind before it is moved although nothing has happened."""
_PAGE = 500


def reconcile(tenant: Tenant, deadline: float) -> int:
    """Numbers every entry since the last reconciliation that has no number, and wakes the consumers that have not come
    to the entries since then; returns how many entries it numbered.

    Reads the journal's own partitions, strongly. Entries older than a minute are counted as JournalMissed, which has an
    alarm, because the stream should have numbered them. The clock of a sandbox may have been set while an entry was
    written, so its entries are looked for between the real time and its own.
    """
    with sandbox.time_of(tenant):
        now, latest = min(clock.real(), clock.now()), max(clock.real(), clock.now())
    head = heads.read(tenant)
    missed = list(_unnumbered(tenant, head.reconciled_to, latest))
    old = [found for found in missed if ids.moment(found) < now - timedelta(seconds=ALARM_SECONDS)]
    if old:
        log.count("JournalMissed", len(old))
        log.logger().error("the stream missed journal entries", tenant=tenant.id, count=len(old), first=old[0])
    if missed:
        sequencer.number(tenant, missed, deadline)
    woken_to = _wake(tenant, head.woken_to or 0)
    _move(head, ids.first_at("jrn", now - timedelta(minutes=LATE_MINUTES)), woken_to)
    return len(missed)


def _unnumbered(tenant: Tenant, since: str, now: datetime) -> Iterator[str]:
    for month in _months(ids.moment(since), now + timedelta(hours=1)):
        condition = (Entry.partition == tenant.key(month)) & (Entry.id > since)
        for entry in store.query_all(Entry, condition, where=Entry.number.does_not_exist()):
            yield entry.id


def _months(first: datetime, last: datetime) -> Iterator[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _wake(tenant: Tenant, after: int) -> int:
    """Wakes the consumers that handle one of the entries after a number and have not come to it; returns the last
    number."""
    lines = feed.headlines(tenant, after, _PAGE)
    wanted = wakes.of(Reached(tenant, line.event, line.number) for line in lines)
    refs = {wake: positions.ref(tenant, wake.consumer) for wake in wanted}
    found = store.get_many(refs.values()) if refs else {}

    def is_behind(wake: Wake) -> bool:
        item = found[refs[wake]]
        return item is None or Position.read(item).position < wanted[wake]

    wakes.renew([wake for wake in wanted if is_behind(wake)])
    return lines[-1].number if lines else after


def _move(head: Head, reconciled_to: str, woken_to: int) -> None:
    """Stores how far the tenant is reconciled; when that fails, the next run looks at the same entries again."""
    is_far = ids.moment(reconciled_to) - ids.moment(head.reconciled_to) >= _MOVED_AFTER
    if woken_to == (head.woken_to or 0) and not is_far:
        return
    moved = [Head.woken_to.set(woken_to)]
    if reconciled_to > head.reconciled_to:
        moved.append(Head.reconciled_to.set(reconciled_to))
    store.write(store.update(store.Ref(Head, head.tenant), moved, Head.reconciled_to == head.reconciled_to))
