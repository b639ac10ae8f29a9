"""API schemas of changes, and what consumers of the feed are given."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import DEFAULT_LIMIT, MAX_LIMIT, PageQuery
from chalicelib.kernel.mapping import to_struct

Name = Annotated[str, Meta(pattern=r"^[a-z0-9_.]{1,64}$")]
EntryId = Annotated[str, ids.described("jrn", "an entry of the journal")]
Number = Annotated[int, Meta(description="The entry's place in the tenant's journal: 1, 2, 3 and so on.")]
EventName = Annotated[Name, Meta(description="What happened.", examples=["sales_order.confirmed"])]
EntityName = Annotated[Name, Meta(description="The kind of document.", examples=["sales_order"])]
EntityId = Annotated[str, Meta(description="The id of the document.")]
EntityVersion = Annotated[int | None, Meta(description="The version that the document has since then.")]
FieldNames = Annotated[list[str], Meta(description="The names of the fields that changed, never their values.")]
Subjects = Annotated[list[str], Meta(description="The ids of other documents that changed with it.")]
Reason = Annotated[str | None, Meta(description="Why it was done, if that was recorded.")]
Actor = Annotated[str, Meta(description="Who did it, as in `created_by`.")]
RequestId = Annotated[str, Meta(description="The request that did it.")]
HappenedAt = Annotated[datetime, Meta(description="When it was done.")]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered entry of the journal: what happened to which document, and who did it. It never holds a value."""

    number: Number
    id: EntryId
    event: EventName
    entity: EntityName
    entity_id: EntityId
    version: EntityVersion
    fields: FieldNames
    subjects: Subjects
    job: Annotated[str | None, Meta(description="The job that was started with it.")]
    reason: Reason
    actor: Actor
    request_id: RequestId
    at: HappenedAt
    traceparent: Annotated[str | None, Meta(description="The trace of the request (W3C Trace Context).")]


def change(entry: Entry) -> Change:
    """The entry as consumers and callers see it."""
    return to_struct(entry, Change, number=entry.number or 0, at=ids.moment(entry.id))


class ChangesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The changes after a number."""

    after: Annotated[int, Meta(ge=0, le=10**12, description="The last number you have; 0 for the beginning.")] = 0
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description=f"Changes a page; {DEFAULT_LIMIT} by default.")] = (
        DEFAULT_LIMIT
    )


class Changes(msgspec.Struct, frozen=True):
    """Numbers follow one another without a gap. `next_after` goes into the next request; it never goes back."""

    data: Annotated[list[Change], Meta(description="The changes, in order.")]
    next_after: Annotated[int, Meta(description="Send it as `after` for the changes that follow.")]


class ParkedQuery(PageQuery, frozen=True, kw_only=True):
    """In the order of consumers and numbers."""

    consumer: Annotated[Name, Meta(description="Only changes that this consumer could not handle.")] | None = None


class ParkedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that one consumer could not handle. It is tried again by itself; the consumer has gone on without it."""

    consumer: Annotated[str, Meta(description="The part of the product that could not handle it.")]
    number: Number
    entry_id: EntryId
    event: EventName
    reason: Annotated[str, Meta(description="The error of the last attempt.")]
    attempts: Annotated[int, Meta(description="How often it was tried.")]
    parked_at: Annotated[datetime, Meta(description="When the consumer went on without it.")]
    next_attempt_at: Annotated[datetime, Meta(description="When it is tried again.")]
