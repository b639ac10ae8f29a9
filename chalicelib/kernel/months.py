"""Month buckets: a high-rate table has one partition for each tenant and month, and lists go from month to month."""

from datetime import date
from typing import Annotated, Any

from chalicelib.kernel.dynamo.attributes import Text
from chalicelib.kernel.texts import formatted
from chalicelib.kernel.views import Buckets, Filter, View

FIRST = "2026-01"
"""The oldest bucket: the product has created no document before."""
MONTH_PATTERN = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
MONTH_SAYS = "Use a month such as 2026-11."
CreatedInMonth = Annotated[
    str,
    formatted(
        MONTH_PATTERN,
        MONTH_SAYS,
        description="Only documents that were created in this month, in UTC.",
        examples=["2026-11"],
    ),
]


def month_before(month: str) -> str:
    """`2026-10` for `2026-11`."""
    first = date.fromisoformat(f"{month}-01")
    return date.fromordinal(first.toordinal() - 1).strftime("%Y-%m")


def month_after(month: str) -> str:
    """`2026-12` for `2026-11`."""
    return date.fromordinal(date.fromisoformat(f"{month}-01").toordinal() + 31).strftime("%Y-%m")


MONTHS: Buckets[Any] = Buckets(lambda _, now: now[:7], lambda _query, _now: FIRST, month_before, month_after)
"""All months since FIRST."""
ONE_MONTH: Buckets[Any] = Buckets(
    lambda query, _: str(query.month), lambda query, _: str(query.month), month_before, month_after
)
"""The month in the query only."""


def all_months(partition: Text, *filters: str | Filter) -> View[Any]:
    """The view of all documents of a table that is bucketed by month, newest first."""
    return View(
        lambda request: partition == request.tenant.key(request.bucket),
        newest_first=True,
        buckets=MONTHS,
        filters=filters,
    )


def by_month(partition: Text, *filters: str | Filter) -> tuple[View[Any], View[Any]]:
    """The views of a table that is bucketed by month: all documents, newest first, and the documents of one month."""
    return (
        all_months(partition, *filters),
        View(
            lambda request: partition == request.tenant.key(request.bucket),
            needs=frozenset({"month"}),
            newest_first=True,
            buckets=ONE_MONTH,
            filters=filters,
        ),
    )
