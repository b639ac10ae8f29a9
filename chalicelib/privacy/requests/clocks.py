"""The clocks of privacy laws: until when a request must be answered. Nothing here reads or writes.

A clock runs from the receipt of the request, also where a law would let it wait for the proof of identity, and counts
days of the tenant's time zone: a request must be answered before the end of its last day. Holidays are not known.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.kernel.calendars import Calendar
from chalicelib.kernel.clock import to_milliseconds
from chalicelib.privacy.requests.law_schemas import PrivacyLaw

_SATURDAY = 5
_MONTHS, _DAYS, _WORKING_DAYS = "months", "days", "working days"
ALARMS = (50, 80, 100)
"""The shares of its time, in percent, at which a request that is not answered is reported."""


def add_months(day: date, months: int) -> date:
    """The same date so many months later; the last day of that month when it has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_working_day(day: date) -> date:
    """The day itself, or the Monday after it when it is a Saturday or Sunday."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= _SATURDAY else 0)


def add_working_days(day: date, days: int) -> date:
    """The day so many working days later."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


@dataclass(frozen=True, slots=True)
class Span:
    """A time from the day on which a clock begins to its last day. unit: `months`, `days` or `working days`."""

    count: int
    unit: str

    def last_day(self, day: date) -> date:
        """The last day of a clock that begins on the day."""
        if self.unit == _MONTHS:
            return next_working_day(add_months(day, self.count))
        return add_working_days(day, self.count) if self.unit == _WORKING_DAYS else day + timedelta(days=self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count > 1 else self.unit.removesuffix('s')}"


def _months(count: int) -> Span:
    return Span(count, _MONTHS)


def _days(count: int) -> Span:
    return Span(count, _DAYS)


@dataclass(frozen=True, slots=True)
class Term:
    """The times of a law.

    answer: until when a request is answered. extended: the same when it is extended, from the same beginning; None
    where no extension is allowed. acknowledge: until when the receipt must be confirmed; None where no law says it.
    appeal: until when an appeal is answered. source: where the law says so.
    """

    answer: Span
    extended: Span | None
    appeal: Span
    source: str
    acknowledge: Span | None = None


_GDPR = Term(_months(1), _months(3), _months(1), "GDPR Art. 12(3); Regulation 1182/71 Art. 3(4)")
TERMS: Mapping[PrivacyLaw, Term] = {
    PrivacyLaw.GDPR: _GDPR,
    PrivacyLaw.UK_GDPR: Term(_months(1), _months(3), _months(1), "UK GDPR Art. 12(3)"),
    PrivacyLaw.CCPA: Term(_days(45), _days(90), _days(45), "CCPA: 11 CCR 7021", acknowledge=Span(10, _WORKING_DAYS)),
    PrivacyLaw.US_STATE: Term(_days(45), _days(90), _days(45), "Va. Code 59.1-577 and its like in other states"),
    PrivacyLaw.LGPD: Term(_days(15), None, _days(15), "LGPD Art. 19"),
    PrivacyLaw.PIPEDA: Term(_days(30), _days(60), _days(30), "PIPEDA s. 8(3), 8(4)"),
    PrivacyLaw.QUEBEC: Term(_days(30), None, _days(30), "Quebec P-39.1 s. 32"),
    PrivacyLaw.OTHER: _GDPR,
}
"""A dated list: the values are those of trust.md 3.2, as of November 2026."""


def due(law: PrivacyLaw, received_at: datetime, days: Calendar) -> datetime:
    """The last moment at which the request can be answered in time."""
    return _end_of(TERMS[law].answer, received_at, days)


def extended(law: PrivacyLaw, received_at: datetime, days: Calendar) -> datetime | None:
    """The same when it is extended; None where the law allows no extension."""
    span = TERMS[law].extended
    return None if span is None else _end_of(span, received_at, days)


def acknowledge_by(law: PrivacyLaw, received_at: datetime, days: Calendar) -> datetime | None:
    """The last moment at which the receipt can be confirmed in time; None where the law does not ask for it."""
    span = TERMS[law].acknowledge
    return None if span is None else _end_of(span, received_at, days)


def appeal_due(law: PrivacyLaw, appealed_at: datetime, days: Calendar) -> datetime:
    """The last moment at which an appeal can be answered in time."""
    return _end_of(TERMS[law].appeal, appealed_at, days)


def share(began_at: datetime, ends_at: datetime, now: datetime) -> int:
    """How much of the time is used up, in whole percent, rounded down; 100 and more only when it is over."""
    return max(0, (now - began_at) * 100 // (ends_at - began_at + timedelta(milliseconds=1)))


def reaches(began_at: datetime, ends_at: datetime, percent: int) -> datetime:
    """When so much of the time is used up: the first moment at which `share` says so."""
    whole = ends_at - began_at + timedelta(milliseconds=1)
    moment = to_milliseconds(began_at + whole * percent / 100)
    return moment if share(began_at, ends_at, moment) >= percent else moment + timedelta(milliseconds=1)


def _end_of(span: Span, began_at: datetime, days: Calendar) -> datetime:
    """The end of the last day, as the clocks of the tenant show it."""
    last = span.last_day(days.local(began_at).date())
    zone = ZoneInfo(days.time_zone)
    return datetime(last.year, last.month, last.day, 23, 59, 59, 999_000, zone).astimezone(began_at.tzinfo)
