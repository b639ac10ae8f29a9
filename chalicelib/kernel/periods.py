"""Periods of days, for what counts from one day to another; without a day, it is open at that end."""

from datetime import date
from typing import Protocol

from chalicelib.kernel.errors import FieldError


class Dated(Protocol):
    """What counts from `valid_from` to `valid_to`, both included."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


def holds(each: Dated, day: date) -> bool:
    """Whether it counts on the day."""
    return _first(each) <= day <= _last(each)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is a day on which both count."""
    return max(_first(one), _first(other)) <= min(_last(one), _last(other))


def begins(each: Dated) -> date:
    """The first day on which it counts, for sorting."""
    return _first(each)


def errors(each: Dated, pointer: str) -> list[FieldError]:
    """The error of a period that ends before it begins."""
    if _first(each) <= _last(each):
        return []
    return [FieldError(f"{pointer}/valid_to", "empty_period", "The last day is before the first one.")]


def _first(each: Dated) -> date:
    return each.valid_from or date.min


def _last(each: Dated) -> date:
    return each.valid_to or date.max
