"""What the API says about changes, and what consumers of the feed are given."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import DEFAULT_LIMIT, MAX_LIMIT, PageQuery

Name = Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,64}$", examples=["sales_order"])]


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


class ParkedQuery(PageQuery, frozen=True, kw_only=True):
    consumer: Name | None = None


class ParkedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that one reader could not handle. It is tried again by itself; the reader has gone on without it."""

    consumer: str
    number: int
    entry_id: str
    event: str
    reason: str
    attempts: int
    parked_at: datetime
    next_attempt_at: datetime
