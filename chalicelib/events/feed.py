"""The feed: numbered entries in order. It stops at a gap, so no entry is ever left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.events.schemas import Change, change
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item
from chalicelib.kernel.journal import ByNumber, Entry
from chalicelib.kernel.tenant import Tenant

_TRIES = 4
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Headline:
    """The number and the event of an entry, and the index's item, with which `read` finds the rest."""

    number: int
    event: str
    item: Item


def pull(tenant: Tenant, after: int, limit: int) -> list[Change]:
    """The changes after a number as far as the index shows them, without a gap, at most `limit`."""
    return [change(entry) for entry in dense(tenant, after, limit)]


def dense(tenant: Tenant, after: int, limit: int) -> list[Entry]:
    """The same as entries of the journal."""
    return _entries(headlines(tenant, after, limit))


def headlines(tenant: Tenant, after: int, limit: int) -> list[Headline]:
    """The numbers `after + 1`, `after + 2` … as far as the index shows them without a gap; one query."""
    condition = (ByNumber.feed == tenant.key("feed")) & (ByNumber.number > after)
    page = store.query(Entry, condition, index="by_number", limit=limit)
    found = []
    for expected, item in enumerate(page.items, after + 1):
        if int(item["number"]["N"]) != expected:
            break
        found.append(Headline(expected, item["event"]["S"], item))
    return found


def awaited(tenant: Tenant, after: int, limit: int) -> list[Headline]:
    """Headlines that the index does not show yet, because it lags behind; read a few times. There may be none all the
    same."""
    found: list[Headline] = []
    for attempt in range(1, _TRIES):
        clock.sleep(_PAUSE_SECONDS * 2**attempt)
        found = headlines(tenant, after, limit)
        if found:
            break
    return found


def read(requested: Sequence[Headline]) -> list[Change]:
    """The changes of headlines, up to the first one that is missing."""
    return [change(entry) for entry in _entries(requested)]


def _entries(requested: Sequence[Headline]) -> list[Entry]:
    found = [Entry.read(item) for item in store.full(Entry, [headline.item for headline in requested])]
    for index, entry in enumerate(found):
        if entry.number != requested[index].number:
            return found[:index]
    return found
