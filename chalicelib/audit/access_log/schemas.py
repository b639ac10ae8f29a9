"""API schemas of the access log, and the lines that come in."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.audit.schemas import ActorFilter, FromTime, ToTime
from chalicelib.kernel.lists import PageQuery


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the gateway's access log; a missing value is `-`."""

    request_id: str
    time_ms: str
    ip: str = "-"
    method: str = "-"
    route: str = "-"
    status: str = "-"
    latency_ms: str = "-"
    tenant: str = "-"
    actor: str = "-"
    error: str = "-"


class AccessLogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the API."""

    request_id: Annotated[str, Meta(description="The request's id, as in its answer.")]
    at: Annotated[datetime, Meta(description="When it came.")]
    ip: Annotated[str | None, Meta(description="The address that it came from.")]
    method: Annotated[str, Meta(description="The HTTP method.")]
    route: Annotated[str | None, Meta(description="The route as a template, without ids.")]
    status: Annotated[int, Meta(description="The HTTP status of the answer.")]
    latency_ms: Annotated[int | None, Meta(description="How long the answer took, in milliseconds.")]
    actor: Annotated[str | None, Meta(description="The caller's subject, as in `created_by`.")]
    error: Annotated[str | None, Meta(description="Why the gateway itself refused the request.")]


class AccessQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first, from `to` (default now) back to `from`; actor and status narrow."""

    from_: FromTime | None = msgspec.field(name="from", default=None)
    to: ToTime | None = None
    actor: ActorFilter | None = None
    status: Annotated[int, Meta(ge=100, le=599, description="Only answers with this status.")] | None = None
