"""Reading the feed of changes, and what consumers could not handle."""

from chalicelib.events import feed, tables
from chalicelib.events.schemas import Changes, ChangesQuery, ParkedChange, ParkedQuery
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page


def changes(call: Call, query: ChangesQuery) -> Changes:
    """The changes after a number; none when nothing has happened since."""
    found = feed.pull(call.tenant, query.after, query.limit)
    return Changes(found, found[-1].number if found else query.after)


def parked(call: Call, query: ParkedQuery) -> Page[ParkedChange]:
    """A page of the entries that consumers could not handle."""
    rows, cursor = paginate(tables.Parked, tables.PARKED_VIEWS, call, query)
    return Page([to_struct(row, ParkedChange) for row in rows], cursor)
