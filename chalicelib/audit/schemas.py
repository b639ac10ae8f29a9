"""API schemas of the audit trail."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.events.schemas import (
    Actor,
    ClientRequestId,
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
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import formatted

Id = Annotated[
    str, formatted(r"^[A-Za-z0-9._:@-]{1,128}$", "Use an id: at most 128 letters, digits and . _ : @ - without blanks.")
]
ActorFilter = Annotated[Id, Meta(description="Only what this user or machine did, named as in `created_by`.")]
FromTime = Annotated[datetime, Meta(tz=True, description="Only what happened at or after this time.")]
ToTime = Annotated[datetime, Meta(tz=True, description="Only what happened before this time; now if absent.")]
Number = Annotated[int, Meta(ge=1, le=10**12)]
VERIFY_MAX = 1000


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done: one entry of the journal."""

    id: EntryId
    number: Annotated[
        int | None,
        Meta(
            description="The place of the entry in the journal; null for the moment between a commit and its numbering."
        ),
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
    client_request_id: ClientRequestId
    at: HappenedAt


class AuditQuery(PageQuery, frozen=True, kw_only=True):
    """`from` and `to` bound the time; the others narrow, in any combination."""

    entity: (
        Annotated[Name, Meta(description="Only entries about this kind of document, such as `sales_order`.")] | None
    ) = None
    entity_id: (
        Annotated[
            Id,
            Meta(
                description="Only entries about this document, and those of others that changed it "
                "too, such as the shipments of an order."
            ),
        ]
        | None
    ) = None
    actor: ActorFilter | None = None
    event: (
        Annotated[Name, Meta(description="Only entries with this event, such as `sales_order.confirmed`.")] | None
    ) = None
    from_: FromTime | None = msgspec.field(name="from", default=None)
    to: ToTime | None = None


class VerifyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A range of numbers."""

    from_: Annotated[Number, Meta(description="The first number to check; 1 if absent.")] = msgspec.field(
        name="from", default=1
    )
    to: (
        Annotated[
            Number,
            Meta(
                description=f"The last number to check. At most {VERIFY_MAX} numbers are checked, which "
                "is also what is done if absent."
            ),
        ]
        | None
    ) = None


class AuditVerification(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the hash chain of a range of numbers is intact.

    The newest numbers may not be visible for a moment: then `last` is below the requested number, nothing is broken,
    and the reason is `not_visible_yet`."""

    intact: Annotated[bool, Meta(description="Whether no checked entry was altered, removed or moved.")]
    first: Annotated[int, Meta(description="The first number that was checked.")]
    last: Annotated[int, Meta(description="The last number that was checked.")]
    head: Annotated[int, Meta(description="The number of the newest entry of the journal.")]
    first_break: Annotated[
        int | None, Meta(description="The first number at which the chain is broken; null when it is intact.")
    ]
    reason: Annotated[
        str | None,
        Meta(
            description="Why it is broken: `altered`, `missing` or `not_the_head`; "
            "`not_visible_yet` when the check ended early, else null."
        ),
    ]
