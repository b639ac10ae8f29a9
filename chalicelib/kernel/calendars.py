"""Days and fiscal years of a tenant."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Calendar(NamedTuple):
    """time_zone: a name of the IANA database. fiscal_year_start: the month in which fiscal years begin, from 1."""

    time_zone: str = "UTC"
    fiscal_year_start: int = 1

    def local(self, moment: datetime) -> datetime:
        """The same moment as the clocks of the tenant show it."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def fiscal_year(self, day: date) -> int:
        """The calendar year in which the fiscal year of the day began."""
        return day.year if day.month >= self.fiscal_year_start else day.year - 1
