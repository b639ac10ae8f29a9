"""What the API says about the access log, and the lines that come in."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.lists import PageQuery


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the gateway's access log; a value it does not have is `-`."""

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
    """One request. `route` is the template, so no id is in it; `error` is the gateway's own refusal."""

    request_id: str
    at: datetime
    ip: str | None
    method: str
    route: str | None
    status: int
    latency_ms: int | None
    actor: str | None
    error: str | None


class AccessQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first, from `to` (default now) back to `from`; actor and status narrow."""

    from_: Annotated[datetime, Meta(tz=True, description="At or after this time.")] | None = msgspec.field(
        name="from", default=None
    )
    to: Annotated[datetime, Meta(tz=True, description="Before this time.")] | None = None
    actor: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:@-]{1,128}$")] | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None
