"""Reads breaches by their deadlines, and who was told of them."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.privacy.breaches.tables import ALARMS, Breach, ByAlarm, ByOpen, Notification


def count_open(call: Call) -> int:
    """How many breaches are open."""
    return count(call, Breach, ByOpen.open_in == call.tenant.key(), index="by_open")


def count_overdue(call: Call, now: datetime) -> int:
    """How many open breaches have a deadline that has passed."""
    keys = (ByOpen.open_in == call.tenant.key()) & (ByOpen.open_until <= clock.text(now))
    return count(call, Breach, keys, index="by_open")


def notifications(tenant: Tenant, breach_id: str) -> list[Notification]:
    """Who was told of a breach, the first first."""
    return list(store.query_all(Notification, Notification.partition == tenant.key(breach_id)))


def with_alarms() -> Iterator[tuple[Tenant, str]]:
    """The tenant and the id of every breach whose deadlines run, the next alarm first."""
    start: Item | None = None
    while True:
        page = store.query(Breach, ByAlarm.alarm_in == ALARMS, index="by_alarm", start=start)
        for entry in page.items:
            yield Tenant(parts_of(entry["partition"]["S"])[0]), entry["id"]["S"]
        start = page.next_key
        if start is None:
            return
