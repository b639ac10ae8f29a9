"""What the API says about the audit trail."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.events.schemas import Name
from chalicelib.kernel.lists import PageQuery

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:@-]{1,128}$")]
Number = Annotated[int, Meta(ge=1, le=10**12)]
VERIFY_MAX = 1000


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
