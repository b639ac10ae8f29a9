"""Reading the feed of changes, and what consumers could not handle."""

from chalicelib.events import feed, tables
from chalicelib.events.schemas import Changes, ChangesQuery, ParkedChange, ParkedQuery
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import Page, paginate


def changes(call: Call, query: ChangesQuery) -> Changes:
    """The changes after a number. An empty page means: nothing new yet."""
    found = feed.pull(call.tenant, query.after, query.limit)
    return Changes(found, found[-1].number if found else query.after)


def parked(call: Call, query: ParkedQuery) -> Page[ParkedChange]:
    """A page of the entries that readers could not handle."""
    rows, cursor = paginate(tables.Parked, tables.PARKED_VIEWS, call, query)
    return Page([_parked_change(row) for row in rows], cursor)


def _parked_change(row: tables.Parked) -> ParkedChange:
    return ParkedChange(
        consumer=row.consumer,
        number=row.number,
        entry_id=row.entry_id,
        event=row.event,
        reason=row.reason,
        attempts=row.attempts,
        parked_at=row.parked_at,
        next_attempt_at=row.next_attempt_at,
    )
