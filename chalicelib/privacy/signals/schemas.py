"""API schemas of the Global Privacy Control signal."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.pages import PageQuery


class GpcSupport(msgspec.Struct, frozen=True, kw_only=True, rename={"last_update": "lastUpdate"}):
    """The support resource of the Global Privacy Control specification."""

    gpc: Annotated[bool, Meta(description="True: the signal is honoured.")]
    last_update: Annotated[date, Meta(description="The day on which this was last changed.")]


class PrivacySignal(msgspec.Struct, frozen=True, kw_only=True):
    """That the browser of a user sent the signal on a day."""

    day: Annotated[date, Meta(description="The day, in UTC.")]
    actor: Annotated[str, Meta(description="Whose browser it was, named as in `created_by`.")]
    first_at: Annotated[datetime, Meta(description="When it was first seen on that day.")]


class SignalQuery(PageQuery, frozen=True, kw_only=True):
    """All recorded signals, newest day first."""
