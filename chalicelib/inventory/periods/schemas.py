"""API schemas of the stock period."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class StockPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Which days are closed for stock: no document may be dated on them."""

    closed_through: Annotated[date | None, Meta(description="The last closed day; null when none is closed.")]
    closable_through: Annotated[
        date, Meta(description="The last day that can be closed now: yesterday, by the clocks of your company.")
    ]
    updated_at: Annotated[datetime | None, Meta(description="When days were last closed or opened; null for never.")]
    updated_by: Annotated[
        str | None,
        Meta(description="Who did it: the `subject` of a user or machine. Null when nobody has."),
    ]


class ClosePeriod(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which days to close."""

    through: Annotated[
        date, Meta(description="The last day to close; all days before it are closed too.", examples=["2026-10-31"])
    ]


class ReopenPeriod(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which days to open again."""

    through: Annotated[
        date | None,
        Meta(description="The day through which stock stays closed; null opens all days.", examples=["2026-09-30"]),
    ]
