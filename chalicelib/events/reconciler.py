"""Numbers what the journal's stream missed: a lost record, an invocation that gave up, a stream switched off."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.events import heads, sequencer
from chalicelib.events.tables import Head
from chalicelib.kernel import clock, ids, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Busy, Cancelled, Unknown
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant

LATE_MINUTES = 10
"""Ids are made before their commit, and a commit may try for 20 seconds: no entry appears later than this."""
ALARM_SECONDS = 60


def reconcile(tenant: Tenant, deadline: float) -> int:
    """Numbers every entry since the last reconciliation that has no number; returns how many there were.

    Reads the journal's own partitions, strongly. Entries older than a minute are counted as JournalMissed, which has an
    alarm, because the stream should have numbered them.
    """
    now = clock.now()
    head = heads.read(tenant)
    missed = list(_unnumbered(tenant, head.reconciled_to, now))
    old = [found for found in missed if ids.moment(found) < now - timedelta(seconds=ALARM_SECONDS)]
    if old:
        log.count("JournalMissed", len(old))
        log.logger().error("the stream missed journal entries", tenant=tenant.id, count=len(old), first=old[0])
    if missed:
        sequencer.number(tenant, missed, deadline)
    _move(head, ids.first_at("jrn", now - timedelta(minutes=LATE_MINUTES)))
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


def _move(head: Head, to: str) -> None:
    """Stores how far the journal is reconciled; when that fails, the next run looks at the same entries again."""
    if to <= head.reconciled_to:
        return
    action = store.update(
        store.Ref(Head, head.tenant), [Head.reconciled_to.set(to)], Head.reconciled_to == head.reconciled_to
    )
    try:
        store.transact([action], ids.new("tok"))
    except (Cancelled, Busy, Unknown):
        log.logger().info("the reconciler's position stays", tenant=head.tenant)
