"""The API's types of limits."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class RateOfRequests(msgspec.Struct, frozen=True, kw_only=True):
    """A limit on the requests in a window of time."""

    name: Annotated[str, Meta(description="Whose requests are counted: `tenant` for all, `caller` for your own.")]
    requests: Annotated[int, Meta(description="The maximum number of requests in a window; 0 for no limit.")]
    window_seconds: Annotated[int, Meta(description="The length of a window in seconds.")]


class QuotaUse(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a quota the tenant has used."""

    name: Annotated[str, Meta(description="The name of the quota.", examples=["invitations"])]
    meaning: Annotated[str, Meta(description="What is counted, in one sentence.")]
    most: Annotated[int, Meta(description="How often it may happen in a period.")]
    used: Annotated[int, Meta(description="How often it has happened in the current period.")]
    resets_at: Annotated[datetime, Meta(description="When the next period begins.")]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a tenant."""

    rates: Annotated[list[RateOfRequests], Meta(description="The limits on requests.")]
    quotas: Annotated[list[QuotaUse], Meta(description="The quotas, by name.")]
