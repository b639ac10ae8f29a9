"""What the API says about changes and the audit trail, and what readers of the feed are given."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import DEFAULT_LIMIT, MAX_LIMIT, PageQuery

Name = Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,64}$", examples=["sales_order"])]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:@-]{1,128}$")]
Number = Annotated[int, Meta(ge=1, le=10**12)]
VERIFY_MAX = 1000


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered entry of the journal: what happened to what, and who did it. It never holds a value."""

    number: int
    id: str
    event: str
    entity: str
    entity_id: str
    version: int | None
    fields: list[str]
    subjects: list[str]
    job: str | None
    reason: str | None
    actor: str
    request_id: str
    at: datetime
    traceparent: str | None


def change(entry: Entry) -> Change:
    """The entry as readers and callers see it."""
    return Change(
        number=entry.number or 0,
        id=entry.id,
        event=entry.event,
        entity=entry.entity,
        entity_id=entry.entity_id,
        version=entry.version,
        fields=entry.fields or [],
        subjects=entry.subjects or [],
        job=entry.job,
        reason=entry.reason,
        actor=entry.actor,
        request_id=entry.request_id,
        at=ids.moment(entry.id),
        traceparent=entry.traceparent,
    )


class ChangesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    after: Annotated[int, Meta(ge=0, le=10**12, description="The last number you have; 0 for the beginning.")] = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Changes a page; 25 by default.")] = DEFAULT_LIMIT


class Changes(msgspec.Struct, frozen=True):
    """Numbers follow one another without a gap. `next_after` goes into the next request; it never goes back."""

    data: list[Change]
    next_after: int


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is null for the moment between a commit and its numbering."""

    id: str
    number: int | None
    event: str
    entity: str
    entity_id: str
    version: int | None
    fields: list[str]
    subjects: list[str]
    reason: str | None
    actor: str
    request_id: str
    at: datetime


class AuditQuery(PageQuery, frozen=True, kw_only=True):
    """`from` and `to` bound the time; the others narrow, in any combination. `entity_id` also finds what others did to
    the entity: an order's shipments, a shipment's order."""

    entity: Name | None = None
    entity_id: Id | None = None
    actor: Id | None = None
    event: Name | None = None
    from_: Annotated[datetime, Meta(tz=True, description="At or after this time.")] | None = msgspec.field(
        name="from", default=None
    )
    to: Annotated[datetime, Meta(tz=True, description="Before this time.")] | None = None


class VerifyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    from_: Annotated[Number, Meta(description="The first number to check.")] = msgspec.field(name="from", default=1)
    to: Annotated[Number, Meta(description=f"The last one, at most {VERIFY_MAX} from the first.")] | None = None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The hash chain from the first to the last number checked. `first_break` is where it does not hold, and why.

    The newest numbers may not be visible for a moment: then `last` is below what was asked for, nothing is broken, and
    the reason is `not_visible_yet`.
    """

    intact: bool
    first: int
    last: int
    head: int
    first_break: int | None
    reason: str | None


class ParkedQuery(PageQuery, frozen=True, kw_only=True):
    reader: Name | None = None


class ParkedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that one reader could not handle. It is tried again by itself; the reader has gone on without it."""

    reader: str
    number: int
    entry_id: str
    event: str
    reason: str
    attempts: int
    parked_at: datetime
    next_attempt_at: datetime
