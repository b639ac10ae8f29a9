"""The feed: numbered entries in order. It stops at a gap, so no entry is ever left out."""

from typing import Any

from chalicelib.events.schemas import Change, change
from chalicelib.events.tables import Head
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.journal import ByNumber, Entry
from chalicelib.kernel.tenant import Tenant

_TRIES = 4
_PAUSE_SECONDS = 0.05


def head_number(tenant: Tenant) -> int:
    """The number given last, read strongly; 0 when the tenant never wrote."""
    head = store.get(Head, tenant.key())
    return 0 if head is None else head.number


def pull(tenant: Tenant, after: int, limit: int, target: int | None = None) -> list[Change]:
    """The changes after a number, without a gap, at most `limit`.

    The index lags behind. target: a number that is known to be given; a page that ends before it is read again a few
    times, and may end before it all the same.
    """
    entries: list[Entry] = []
    for attempt in range(_TRIES):
        if attempt:
            clock.sleep(_PAUSE_SECONDS * attempt)
        entries = dense(tenant, after, limit)
        if target is None or after + len(entries) >= min(after + limit, target):
            break
    return [change(entry) for entry in entries]


def dense(tenant: Tenant, after: int, limit: int) -> list[Entry]:
    """The entries `after + 1`, `after + 2` … as far as the index shows them without a gap; one query, one read."""
    condition = (ByNumber.feed == tenant.key("feed")) & (ByNumber.number > after)
    page = store.query(Entry, condition, index="by_number", limit=limit)
    keys: list[dict[str, Any]] = []
    for expected, key in enumerate(page.items, after + 1):
        if int(key["number"]["N"]) != expected:
            break
        keys.append(key)
    entries = [Entry.read(item) for item in store.full(Entry, keys)]
    for index, entry in enumerate(entries):
        if entry.number != after + 1 + index:
            return entries[:index]
    return entries
