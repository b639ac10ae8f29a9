"""API schemas of changes, and what consumers of the feed are given."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import DEFAULT_LIMIT, MAX_LIMIT, PageQuery
from chalicelib.kernel.texts import formatted

Name = Annotated[
    str, formatted(r"^[a-z0-9_.]{1,64}$", "Use a name such as sales_order.confirmed: small letters, digits, _, dots.")
]
EntryId = Annotated[str, ids.described("jrn", "the entry of the journal")]
Number = Annotated[
    int, Meta(description="The place of the change in your tenant's journal: 1, 2, 3 and so on, without a gap.")
]
EventName = Annotated[
    Name,
    Meta(
        description="What happened; all events are listed in `x-events` of this document.",
        examples=["sales_order.confirmed"],
    ),
]
EntityName = Annotated[Name, Meta(description="The kind of document that it happened to.", examples=["sales_order"])]
EntityId = Annotated[str, Meta(description="The id of the document that it happened to.")]
EntityVersion = Annotated[
    int | None, Meta(description="The version of the document after it; null for documents without versions.")
]
FieldNames = Annotated[list[str], Meta(description="The names of the fields that changed, never their values.")]
Subjects = Annotated[list[str], Meta(description="The ids of other documents that changed in the same commit.")]
Reason = Annotated[
    str | None, Meta(description="Why it was done, such as the reason of a cancellation; null when none was recorded.")
]
Actor = Annotated[str, Meta(description="Who did it, named as in `created_by`.")]
RequestId = Annotated[str, Meta(description="The id of the request that did it, as in `X-Request-Id`.")]
ClientRequestId = Annotated[
    str | None, Meta(description="The caller's own id of it, sent as `X-Request-Id`; null when there was none.")
]
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
    job: Annotated[str | None, Meta(description="The id of the job that was started by it; null when none was.")]
    reason: Reason
    actor: Actor
    request_id: RequestId
    client_request_id: ClientRequestId
    at: HappenedAt
    traceparent: Annotated[
        str | None, Meta(description="The trace of the request (W3C Trace Context); null when it had none.")
    ]
    depth: Annotated[int, Meta(description="How many changes before this one led to it; 0 for what a request did.")]


def change(entry: Entry) -> Change:
    """The entry as consumers and callers see it."""
    return to_struct(entry, Change, number=entry.number or 0, depth=entry.depth or 0, at=ids.moment(entry.id))


class ChangesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The changes after a number."""

    after: Annotated[
        int,
        Meta(
            ge=0,
            le=10**12,
            description="The number of the last change that you have read; 0 if absent, for all changes.",
        ),
    ] = 0
    limit: Annotated[
        int, Meta(ge=1, le=MAX_LIMIT, description=f"How many changes a page may have; {DEFAULT_LIMIT} if absent.")
    ] = DEFAULT_LIMIT


class Changes(msgspec.Struct, frozen=True):
    """Changes whose numbers follow one another without a gap."""

    data: Annotated[list[Change], Meta(description="The changes by number; empty when you have read all.")]
    next_after: Annotated[
        int, Meta(description="Send it as `after` for the changes that follow, also later. It never decreases.")
    ]


class ParkedQuery(PageQuery, frozen=True, kw_only=True):
    """In the order of consumers and numbers."""

    consumer: (
        Annotated[Name, Meta(description="Only changes that this part of the product could not handle.")] | None
    ) = None


class ParkedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a part of the product (a consumer of the feed) could not handle. The part has gone on without it
    and tries it again by itself."""

    consumer: Annotated[str, Meta(description="The part of the product that could not handle it.")]
    number: Number
    entry_id: EntryId
    event: EventName
    reason: Annotated[str, Meta(description="The kind of error of the last attempt, for support.")]
    attempts: Annotated[int, Meta(description="How often the part has tried it.")]
    parked_at: Annotated[datetime, Meta(description="When the part went on without it.")]
    next_attempt_at: Annotated[datetime, Meta(description="When the part tries it again.")]
