"""The date of an order: when the customer ordered, as the clocks of the tenant show it."""

from datetime import UTC, datetime, timedelta

from chalicelib.kernel.errors import FieldError

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Earlier dates are mistyped."""
AHEAD = timedelta(days=366)
"""Dates further ahead are mistyped."""


def errors(ordered_at: datetime | None, now: datetime) -> list[FieldError]:
    """The error of a date that cannot be meant."""
    if ordered_at is None or FIRST <= ordered_at <= now + AHEAD:
        return []
    says = f"Use a time from {FIRST:%Y} on that is at most a year ahead."
    return [FieldError("/ordered_at", "out_of_range", says)]
