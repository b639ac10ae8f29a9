"""The day of a stock document: when it happened, by the clocks of the company."""

from datetime import date

from chalicelib.kernel.errors import FieldError

FIRST = date(2000, 1, 1)
"""Earlier days are mistyped."""


def errors(day: date | None, today: date, since: date = FIRST) -> list[FieldError]:
    """The error of a day that cannot be meant. since: the day of what happened before."""
    if day is None or since <= day <= today:
        return []
    says = f"Use a day from {since} to {today}."
    return [FieldError("/effective_on", "out_of_range", says)]
