"""The way back for deliveries whose message got lost: the reconciler queues them again."""

from datetime import timedelta

from chalicelib.integrations.inbox import intake, tables
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant

STALE_AFTER = timedelta(minutes=2)
"""Also how long a worker may be silent before another one takes over."""
_REQUEUE_LIMIT = 500
_REQUEUE_PAGES = 20
_ROUND = timedelta(minutes=5)
_ROUNDS_AN_HOUR = 12


def requeue_stale(tenant: Tenant) -> int:
    """Queues again what has been open for longer than STALE_AFTER; returns how many.

    Safe at any time: a delivery that somebody works on, or has finished, is skipped by the worker. Nobody knows whether
    a message was lost or only waits in a long queue, so the same delivery is queued again less and less often.
    """
    now = clock.real()
    stale = (tables.ByOpen.open_in == tenant.key()) & (tables.ByOpen.open_since < clock.text(now - STALE_AFTER))
    count, start = 0, None
    for _ in range(_REQUEUE_PAGES):
        page = store.query(tables.Delivery, stale, index="by_open", limit=_REQUEUE_LIMIT, start=start)
        for entry in page.items:
            if _is_due(now - clock.parse(entry["open_since"]["S"])):
                intake.enqueue(tenant, entry["id"]["S"])
                count += 1
        start = page.next_key
        if start is None or count >= _REQUEUE_LIMIT:
            break
    return count


def has_open(tenant: Tenant) -> bool:
    """Whether the tenant has a delivery that is not worked off."""
    condition = tables.ByOpen.open_in == tenant.key()
    return bool(store.query(tables.Delivery, condition, index="by_open", limit=1).items)


def _is_due(age: timedelta) -> bool:
    """In the reconciler's rounds 0, 1, 2, 4 and 8, then once an hour."""
    rounds = age // _ROUND
    return rounds & (rounds - 1) == 0 or rounds % _ROUNDS_AN_HOUR == 0
