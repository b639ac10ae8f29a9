"""Month buckets: high-rate tables keep a tenant's documents of one month together, newest-first lists walk back."""

from datetime import date

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.lists import Values, View

FIRST = "2026-01"
"""Ids carry the time they were made, and the product made none before."""


def month_of(values: Values) -> str:
    """The month asked for, else the current one."""
    return values.get("month") or clock.now().strftime("%Y-%m")


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
