"""Reading the journal: the audit trail, and whether anybody touched it."""

from datetime import timedelta

import msgspec

from chalicelib.audit import tables
from chalicelib.audit.schemas import (
    VERIFY_MAX,
    AuditEntry,
    AuditQuery,
    Verification,
    VerifyQuery,
)
from chalicelib.events import feed, heads
from chalicelib.kernel import clock, ids, journal
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import Page, paginate

_SUBJECT_ROUNDS = 30
"""Pages looked through for one page of an entity; then it is short, and the cursor goes on."""
_TRIES = 4
_PAUSE_SECONDS = 0.05
_NOT_VISIBLE = "not_visible_yet"
_NEWEST = 500
"""Entries among which one is looked for that the index does not show yet."""


def audit(call: Call, query: AuditQuery) -> Page[AuditEntry]:
    """A page of the journal, newest first. BadRequest when `from` is not before `to`."""
    if query.from_ is not None and query.to is not None and query.from_ >= query.to:
        raise BadRequest(
            "The time range is empty.", errors=[FieldError("/query/from", "empty_range", "Must be before `to`.")]
        )
    rows, cursor = _walk_journal(call, query)
    return Page([_audit_entry(row) for row in rows], cursor)


def _walk_journal(call: Call, query: AuditQuery) -> tuple[list[Entry], str | None]:
    """A page; with an entity_id, of the entries that name it as their own or among their subjects."""
    rows, cursor = paginate(Entry, tables.VIEWS, call, query)
    if query.entity_id is None:
        return rows, cursor
    kept = [row for row in rows if _is_about(row, query.entity_id)]
    for _ in range(_SUBJECT_ROUNDS):
        if cursor is None or len(kept) >= query.limit:
            break
        following = msgspec.structs.replace(query, cursor=cursor, limit=query.limit - len(kept))
        rows, cursor = paginate(Entry, tables.VIEWS, call, following)
        kept += [row for row in rows if _is_about(row, query.entity_id)]
    return kept, cursor


def _is_about(row: Entry, entity_id: str) -> bool:
    return row.entity_id == entity_id or entity_id in (row.subjects or ())


def verify(call: Call, query: VerifyQuery) -> Verification:
    """Walks the hash chain over at most VERIFY_MAX numbers, beginning at the hash that the one before them has.

    An altered, missing or reordered entry breaks it; a cut-off end shows against the head. What the index does not show
    yet is left out, and that is said. BadRequest for a range that is empty or too long.
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
    return Verification(
        intact=is_intact,
        first=first,
        last=max(checked if reason == _NOT_VISIBLE else last, first - 1),
        head=head.number,
        first_break=None if is_intact else checked + 1,
        reason=reason,
    )


def _walk_chain(call: Call, first: int, last: int) -> tuple[int, str | None]:
    """The last number whose entry is there and has the right hash, and what is wrong with the next one."""
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
    """The entries behind a number; what the index does not show is waited for a little."""
    entries = feed.dense(call.tenant, after, limit)
    for attempt in range(1, _TRIES):
        if entries:
            break
        clock.sleep(_PAUSE_SECONDS * attempt)
        entries = feed.dense(call.tenant, after, limit)
    return entries


def _absent(call: Call, number: int) -> str:
    """Why the index does not show a number that was given: the newest entries, read strongly, tell."""
    now = clock.now()
    for day in (now, now.replace(day=1) - timedelta(days=1)):
        bucket = Entry.partition == call.tenant.key(day.strftime("%Y-%m"))
        newest = store.query(Entry, bucket, limit=_NEWEST, newest_first=True)
        if any(item.get("number") == {"N": str(number)} for item in newest.items):
            return _NOT_VISIBLE
    return "missing"


def _chain_at(call: Call, number: int) -> bytes | None:
    entries = _dense(call, number - 1, 1)
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
