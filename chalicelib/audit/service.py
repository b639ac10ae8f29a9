"""Reading the journal: the audit trail, and whether anybody has altered it."""

from datetime import timedelta

from chalicelib.audit import tables
from chalicelib.audit.schemas import (
    VERIFY_MAX,
    AuditEntry,
    AuditQuery,
    AuditVerification,
    VerifyQuery,
)
from chalicelib.events import feed, heads
from chalicelib.kernel import clock, ids, journal
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import find_all

_TRIES = 4
_PAUSE_SECONDS = 0.05
_NOT_VISIBLE = "not_visible_yet"
_NEWEST = 500
"""Entries among which one is looked for that the index does not show yet."""


def audit(call: Call, query: AuditQuery) -> Page[AuditEntry]:
    """A page of the journal, newest first. With an entity_id, of the entries that name it as their own or among their
    subjects. BadRequest when `from` is not before `to`."""
    rows, cursor = paginate(Entry, tables.VIEWS, call, query)
    return Page([to_struct(row, AuditEntry, at=ids.moment(row.id)) for row in rows], cursor)


def verify(call: Call, query: VerifyQuery) -> AuditVerification:
    """Checks the hash chain of at most VERIFY_MAX numbers, beginning with the hash of the number before them.

    An altered, missing or reordered entry breaks the chain; a missing end shows by comparison with the head. Entries
    that the index does not show yet are left out, and the reason says so. BadRequest for a range that is empty or too
    long.
    """
    head = heads.read(call.tenant)
    first = query.from_
    last = min(query.to if query.to is not None else first + VERIFY_MAX - 1, head.number)
    if query.to is not None and not first <= query.to < first + VERIFY_MAX:
        requested = f"Expected {first} to {first + VERIFY_MAX - 1}."
        raise BadRequest("The range cannot be checked.", errors=[FieldError("/query/to", "range", requested)])
    checked, reason = _walk_chain(call, first, last)
    if reason is None and last == head.number >= first and _chain_at(call, last) != head.chain:
        checked, reason = last - 1, "not_the_head"
    is_intact = reason in (None, _NOT_VISIBLE)
    return AuditVerification(
        intact=is_intact,
        first=first,
        last=max(checked if reason == _NOT_VISIBLE else last, first - 1),
        head=head.number,
        first_break=None if is_intact else checked + 1,
        reason=reason,
    )


def _walk_chain(call: Call, first: int, last: int) -> tuple[int, str | None]:
    """The last number whose entry is there and has the right hash, and the reason why the next one has not."""
    if last < first:
        return first - 1, None
    chain = heads.GENESIS if first == 1 else _chain_at(call, first - 1)
    if chain is None:
        return first - 2, _absent(call, first - 1)
    position = first - 1
    while position < last:
        entries = _dense(call, position, min(100, last - position))
        if not entries:
            return position, _absent(call, position + 1)
        for entry in entries:
            chain = journal.chain_hash(chain, entry, position + 1)
            if chain != entry.chain:
                return position, "altered"
            position += 1
    return position, None


def _dense(call: Call, after: int, limit: int) -> list[Entry]:
    """The entries after a number, read a few times while the index does not show them."""
    entries = feed.dense(call.tenant, after, limit)
    for attempt in range(1, _TRIES):
        if entries:
            break
        clock.sleep(_PAUSE_SECONDS * attempt)
        entries = feed.dense(call.tenant, after, limit)
    return entries


def _absent(call: Call, number: int) -> str:
    """Why the index does not show a number that was given: it is not visible yet if the newest entries, which are read
    strongly, have it, or the sequencer is about to write it."""
    if heads.is_being_numbered(call.tenant, number):
        return _NOT_VISIBLE
    now = clock.now()
    for day in (now, now.replace(day=1) - timedelta(days=1)):
        bucket = Entry.partition == call.tenant.key(day.strftime("%Y-%m"))
        newest = find_all(call, Entry, bucket, limit=_NEWEST, newest_first=True)
        if any(entry.number == number for entry in newest):
            return _NOT_VISIBLE
    return "missing"


def _chain_at(call: Call, number: int) -> bytes | None:
    entries = _dense(call, number - 1, 1)
    return entries[0].chain if entries else None
