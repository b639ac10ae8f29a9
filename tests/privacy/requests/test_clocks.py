"""The clocks of the laws. Nothing here is stored."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.calendars import Calendar
from chalicelib.privacy.requests import clocks
from chalicelib.privacy.requests.law_schemas import PrivacyLaw

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Kolkata")
days = st.dates(date(2000, 1, 1), date(2080, 12, 31))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2080, 12, 31), timezones=st.just(UTC)).map(
    lambda each: each.replace(microsecond=each.microsecond // 1000 * 1000)
)
calendars = st.sampled_from(ZONES).map(Calendar)


def due(law: PrivacyLaw, received: str, zone: str = "UTC") -> str:
    found = clocks.due(law, datetime.fromisoformat(received), Calendar(zone))
    return found.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-27T10:00:00Z", "2026-12-28 23:59"),  # the 27th is a Sunday
        ("2026-01-31T10:00:00Z", "2026-03-02 23:59"),  # February has 28 days, and the 28th is a Saturday
        ("2028-01-31T10:00:00Z", "2028-02-29 23:59"),  # a leap year
        ("2026-08-31T10:00:00Z", "2026-09-30 23:59"),
        ("2026-12-31T10:00:00Z", "2027-02-01 23:59"),  # the 31st is a Sunday
    ],
)
def test_a_month_ends_on_the_same_date_or_the_last_one_and_on_a_working_day(received: str, expected: str) -> None:
    assert due(PrivacyLaw.GDPR, received) == due(PrivacyLaw.UK_GDPR, received) == expected
    assert due(PrivacyLaw.OTHER, received) == expected


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        (PrivacyLaw.CCPA, "2027-01-11 23:59"),
        (PrivacyLaw.US_STATE, "2027-01-11 23:59"),
        (PrivacyLaw.LGPD, "2026-12-12 23:59"),
        (PrivacyLaw.PIPEDA, "2026-12-27 23:59"),
        (PrivacyLaw.QUEBEC, "2026-12-27 23:59"),
    ],
)
def test_days_are_counted_from_the_day_of_receipt(law: PrivacyLaw, expected: str) -> None:
    assert due(law, "2026-11-27T10:00:00Z") == expected


def test_days_are_those_of_the_tenants_clocks() -> None:
    late = "2026-11-30T23:30:00Z"
    assert due(PrivacyLaw.LGPD, late, "UTC") == "2026-12-15 23:59"
    assert due(PrivacyLaw.LGPD, late, "Europe/Berlin") == "2026-12-16 23:59"
    assert due(PrivacyLaw.GDPR, late, "America/Los_Angeles") == "2026-12-30 23:59"


@pytest.mark.parametrize(
    ("law", "last"),
    [
        (PrivacyLaw.GDPR, "2027-03-01"),  # three months after the 27th of November is a Saturday
        (PrivacyLaw.CCPA, "2027-02-25"),
        (PrivacyLaw.US_STATE, "2027-02-25"),
        (PrivacyLaw.PIPEDA, "2027-01-26"),
        (PrivacyLaw.LGPD, None),
        (PrivacyLaw.QUEBEC, None),
    ],
)
def test_an_extension_counts_from_the_receipt_where_the_law_allows_one(law: PrivacyLaw, last: str | None) -> None:
    found = clocks.extended(law, datetime(2026, 11, 27, 10, tzinfo=UTC), Calendar())
    assert (found.date().isoformat() if found else None) == last


def test_california_wants_the_receipt_confirmed_within_ten_working_days() -> None:
    received = datetime(2026, 11, 27, 10, tzinfo=UTC)
    found = clocks.acknowledge_by(PrivacyLaw.CCPA, received, Calendar())
    assert found is not None
    assert found.date() == date(2026, 12, 11)
    assert clocks.acknowledge_by(PrivacyLaw.GDPR, received, Calendar()) is None


def test_every_law_has_its_times_and_says_where_they_are_written() -> None:
    assert set(clocks.TERMS) == set(PrivacyLaw)
    assert all(term.source for term in clocks.TERMS.values())


@given(days, st.integers(1, 24))
def test_a_month_later_is_in_the_month_after_and_never_on_a_later_date(day: date, months: int) -> None:
    later = clocks.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(days)
def test_the_next_working_day_is_the_day_itself_or_the_monday_after(day: date) -> None:
    found = clocks.next_working_day(day)
    assert found.weekday() < 5
    assert found == day or (day.weekday() >= 5 and found.weekday() == 0 and (found - day).days <= 2)


@given(days, st.integers(0, 30))
def test_so_many_working_days_lie_in_between(day: date, count: int) -> None:
    found = clocks.add_working_days(day, count)
    between = [day + timedelta(days=number) for number in range(1, (found - day).days + 1)]
    assert sum(each.weekday() < 5 for each in between) == count


@given(st.sampled_from(PrivacyLaw), moments, calendars)
def test_a_clock_ends_at_the_end_of_a_local_day_and_an_extension_later(
    law: PrivacyLaw, received: datetime, calendar: Calendar
) -> None:
    end = clocks.due(law, received, calendar)
    local = calendar.local(end)
    assert (local.hour, local.minute, local.second, local.microsecond) == (23, 59, 59, 999_000)
    assert timedelta(days=14) < end - received < timedelta(days=47)
    longer = clocks.extended(law, received, calendar)
    assert longer is None or timedelta(days=27) <= longer - end <= timedelta(days=66)
    assert clocks.due(law, received + timedelta(days=1), calendar) >= end


@given(moments, st.integers(1, 90 * 86_400_000), st.sampled_from(clocks.ALARMS))
def test_a_share_is_reached_at_one_moment_and_not_before(began: datetime, milliseconds: int, percent: int) -> None:
    ends = began + timedelta(milliseconds=milliseconds)
    moment = clocks.reaches(began, ends, percent)
    assert clocks.share(began, ends, moment) >= percent
    assert moment == began or clocks.share(began, ends, moment - timedelta(milliseconds=1)) < percent
    assert clocks.share(began, ends, ends) < 100 <= clocks.share(began, ends, ends + timedelta(milliseconds=1))
