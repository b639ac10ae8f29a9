"""Month buckets: high-rate tables keep a tenant's documents of one month together, newest-first lists walk back."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.lists import NOW, Values, View

FIRST = "2026-01"
"""Ids carry the time they were made, and the product made none before."""
Month = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class OpenOnly(StrEnum):
    """A list's `open=true`: the other half of documents has no index, so there is no `false`."""

    YES = "true"


def month_of(values: Values) -> str:
    """The month asked for, else the one in which the list was begun."""
    return values.get("month") or values[NOW][:7]


def month_before(values: Values) -> dict[str, str] | None:
    """The bucket to go on with; None before the first."""
    month = month_of(values)
    if month <= FIRST:
        return None
    first = date.fromisoformat(f"{month}-01")
    return {"month": date.fromordinal(first.toordinal() - 1).strftime("%Y-%m")}


def by_month(partition: Text) -> tuple[View, View]:
    """The views of a table that is bucketed by month: all, newest first, and those of one month."""
    return (
        View(
            lambda tenant, values: partition == tenant.key(month_of(values)),
            newest_first=True,
            older=month_before,
            filters=("status",),
        ),
        View(
            lambda tenant, values: partition == tenant.key(values["month"]),
            needs=frozenset({"month"}),
            newest_first=True,
            filters=("status",),
        ),
    )
