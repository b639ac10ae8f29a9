"""API schemas of the access log, and the lines that come in."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.audit.schemas import ActorFilter, FromTime, ToTime
from chalicelib.kernel.pages import PageQuery


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the gateway's access log; a missing value is `-`. `path` is as it was sent, `route` is the gateway's
    path. `authorizer_id` is the invocation of the authorizer, which its log lines have too."""

    path: str = "-"
    request_id: str
    time_ms: str
    ip: str = "-"
    method: str = "-"
    route: str = "-"
    stage: str = "-"
    base_path: str = "-"
    status: str = "-"
    latency_ms: str = "-"
    tenant: str = "-"
    actor: str = "-"
    authorizer_id: str = "-"
    error: str = "-"


class AccessLogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One request to the API, also a refused one."""

    request_id: Annotated[str, Meta(description="The id of the request, as in `X-Request-Id` of its response.")]
    at: Annotated[datetime, Meta(description="When the request arrived.")]
    ip: Annotated[str | None, Meta(description="The IP address that the request came from; null when it is not known.")]
    method: Annotated[str, Meta(description="The HTTP method, such as `GET`.")]
    route: Annotated[
        str | None,
        Meta(
            description="The path as a template, without ids; `unmatched` for an unknown path, "
            "null when it is not known."
        ),
    ]
    status: Annotated[int, Meta(description="The HTTP status of the response.")]
    latency_ms: Annotated[
        int | None, Meta(description="How long the response took, in milliseconds; null when it is not known.")
    ]
    actor: Annotated[str | None, Meta(description="Who called, as in `created_by`; null when the token was refused.")]
    error: Annotated[
        str | None,
        Meta(description="Why the gateway refused the request before the application saw it; null when it did not."),
    ]


class AccessQuery(PageQuery, frozen=True, kw_only=True):
    """A part of the access log."""

    from_: FromTime | None = msgspec.field(name="from", default=None)
    to: ToTime | None = None
    actor: ActorFilter | None = None
    status: (
        Annotated[int, Meta(ge=100, le=599, description="Only requests whose response had this HTTP status.")] | None
    ) = None
