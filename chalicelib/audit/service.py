"""Reading the journal: the feed of changes, the audit trail, and the proof that nobody touched it."""

from chalicelib.audit import feed, heads, tables
from chalicelib.audit.schemas import (
    VERIFY_MAX,
    AuditEntry,
    AuditQuery,
    Changes,
    ChangesQuery,
    ParkedChange,
    ParkedQuery,
    Verification,
    VerifyQuery,
)
from chalicelib.kernel import ids, journal
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import Page, walk


def changes(call: Call, query: ChangesQuery) -> Changes:
    """The changes after a number. An empty page means: nothing new yet."""
    found = feed.pull(call.tenant, query.after, query.limit)
    return Changes(found, found[-1].number if found else query.after)


def audit(call: Call, query: AuditQuery) -> Page[AuditEntry]:
    """A page of the journal, newest first. BadRequest when `from` is not before `to`."""
    if query.from_ is not None and query.to is not None and query.from_ >= query.to:
        raise BadRequest(
            "The time range is empty.", errors=[FieldError("/query/from", "empty_range", "Must be before `to`.")]
        )
    rows, cursor = walk(Entry, tables.JOURNAL_VIEWS, call.tenant, query)
    return Page([_audit_entry(row) for row in rows], cursor)


def parked(call: Call, query: ParkedQuery) -> Page[ParkedChange]:
    """A page of the entries that readers could not handle."""
    rows, cursor = walk(tables.Parked, tables.PARKED_VIEWS, call.tenant, query)
    return Page([_parked_change(row) for row in rows], cursor)


def verify(call: Call, query: VerifyQuery) -> Verification:
    """Walks the hash chain over at most VERIFY_MAX numbers, beginning at the hash that the one before them has.

    An altered, missing or reordered entry breaks it; a cut-off end shows against the head. BadRequest for a range that
    is empty or too long.
    """
    head = heads.read(call.tenant)
    first = query.from_
    last = min(query.to if query.to is not None else first + VERIFY_MAX - 1, head.number)
    if query.to is not None and not first <= query.to < first + VERIFY_MAX:
        wanted = f"Expected {first} to {first + VERIFY_MAX - 1}."
        raise BadRequest("The range cannot be checked.", errors=[FieldError("/query/to", "range", wanted)])
    broken, reason = _walk_chain(call, first, last)
    if broken is None and last == head.number >= first and _chain_at(call, last) != head.chain:
        broken, reason = last, "not_the_head"
    return Verification(
        intact=broken is None,
        first=first,
        last=max(last, first - 1),
        head=head.number,
        first_break=broken,
        reason=reason,
    )


def _walk_chain(call: Call, first: int, last: int) -> tuple[int | None, str | None]:
    """The first number whose entry is missing or whose hash is another one."""
    chain = heads.GENESIS if first == 1 else _chain_at(call, first - 1)
    if chain is None:
        return (first - 1, "missing") if last >= first else (None, None)
    position = first - 1
    while position < last:
        entries = feed.dense(call.tenant, position, min(100, last - position))
        if not entries:
            return position + 1, "missing"
        for entry in entries:
            position += 1
            chain = journal.chain_hash(chain, entry, position)
            if chain != entry.chain:
                return position, "altered"
    return None, None


def _chain_at(call: Call, number: int) -> bytes | None:
    entries = feed.dense(call.tenant, number - 1, 1)
    return entries[0].chain if entries else None


def _audit_entry(row: Entry) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        number=row.number,
        event=row.event,
        entity=row.entity,
        entity_id=row.entity_id,
        version=row.version,
        fields=row.fields or [],
        subjects=row.subjects or [],
        reason=row.reason,
        actor=row.actor,
        request_id=row.request_id,
        at=ids.moment(row.id),
    )


def _parked_change(row: tables.Parked) -> ParkedChange:
    return ParkedChange(
        reader=row.reader,
        number=row.number,
        entry_id=row.entry_id,
        event=row.event,
        reason=row.reason,
        attempts=row.attempts,
        parked_at=row.parked_at,
        next_attempt_at=row.next_attempt_at,
    )
