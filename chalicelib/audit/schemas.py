"""API schemas of the audit trail."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.events.schemas import (
    Actor,
    EntityId,
    EntityName,
    EntityVersion,
    EntryId,
    EventName,
    FieldNames,
    HappenedAt,
    Name,
    Reason,
    RequestId,
    Subjects,
)
from chalicelib.kernel.lists import PageQuery

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:@-]{1,128}$")]
ActorFilter = Annotated[Id, Meta(description="Only what this subject did, as in `created_by`.")]
FromTime = Annotated[datetime, Meta(tz=True, description="At or after this time.")]
ToTime = Annotated[datetime, Meta(tz=True, description="Before this time.")]
Number = Annotated[int, Meta(ge=1, le=10**12)]
VERIFY_MAX = 1000


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done: one entry of the journal."""

    id: EntryId
    number: Annotated[
        int | None,
        Meta(description="Its place in the journal; null for the moment between a commit and its numbering."),
    ]
    event: EventName
    entity: EntityName
    entity_id: EntityId
    version: EntityVersion
    fields: FieldNames
    subjects: Subjects
    reason: Reason
    actor: Actor
    request_id: RequestId
    at: HappenedAt


class AuditQuery(PageQuery, frozen=True, kw_only=True):
    """`from` and `to` bound the time; the others narrow, in any combination."""

    entity: Annotated[Name, Meta(description="Only this kind of document.")] | None = None
    entity_id: (
        Annotated[
            Id, Meta(description="Only this document, and what changed it with another one: an order's shipments.")
        ]
        | None
    ) = None
    actor: ActorFilter | None = None
    event: Annotated[Name, Meta(description="Only this event.")] | None = None
    from_: FromTime | None = msgspec.field(name="from", default=None)
    to: ToTime | None = None


class VerifyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A range of numbers."""

    from_: Annotated[Number, Meta(description="The first number to check.")] = msgspec.field(name="from", default=1)
    to: Annotated[Number, Meta(description=f"The last one, at most {VERIFY_MAX} from the first.")] | None = None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the hash chain of a range of numbers is intact.

    The newest numbers may not be visible for a moment: then `last` is below the requested number, nothing is broken,
    and the reason is `not_visible_yet`."""

    intact: Annotated[bool, Meta(description="Whether no entry of the range was altered, removed or moved.")]
    first: Annotated[int, Meta(description="The first number that was checked.")]
    last: Annotated[int, Meta(description="The last number that was checked.")]
    head: Annotated[int, Meta(description="The last number that was given.")]
    first_break: Annotated[int | None, Meta(description="The first number at which the chain is broken.")]
    reason: Annotated[
        str | None,
        Meta(description="Why: `altered`, `missing`, `not_the_head`; or `not_visible_yet`, which is no break."),
    ]
