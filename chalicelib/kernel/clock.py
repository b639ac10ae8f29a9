"""The only clock and sleep of the product; a simulation installs its own. No third-party imports: the authorizer
loads this module.

A sandbox tenant sets its own time. What belongs to the tenant is dated by `now`; tokens, limits against abuse, leases
and pauses of workers go by `real` and `monotonic`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Source(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class SystemSource:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # the only one of the product; a simulation lets its own clock pass instead


_source: Source = SystemSource()


def install(source: Source) -> Source:
    """Replaces the source and returns the previous one."""
    global _source
    previous, _source = _source, source
    return previous


@dataclass(frozen=True, slots=True)
class Setting:
    """How a clock was set: it showed `at` when it really was `since`; since then it goes on, unless it is frozen."""

    at: datetime
    since: datetime
    is_frozen: bool

    def time(self) -> datetime:
        """What the clock shows."""
        return self.at if self.is_frozen else self.at + (real() - self.since)


_setting: ContextVar[Setting | None] = ContextVar("clock_setting", default=None)


@contextmanager
def shown_by(setting: Setting | None) -> Iterator[None]:
    """While it lasts, `now` is the time of a clock that was set so; the real time for None."""
    token = _setting.set(setting)
    try:
        yield
    finally:
        _setting.reset(token)


def setting() -> Setting | None:
    """How the clock of the tenant that is worked for is set; None when it shows the real time."""
    return _setting.get()


def now() -> datetime:
    """The current time of the tenant that is worked for, in the form of `real`."""
    setting = _setting.get()
    return real() if setting is None else setting.time()


def real() -> datetime:
    """The current time in UTC, timezone-aware, to the millisecond, which is the precision of stored times."""
    return to_milliseconds(_source.now())


def to_milliseconds(moment: datetime) -> datetime:
    """The time without what is shorter than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Seconds of the monotonic clock, for deadlines."""
    return _source.monotonic()


def wall() -> float:
    """Seconds since 1970, for the age of cached values: a Lambda sandbox is frozen between requests, and its monotonic
    clock may be frozen with it, so that a revoked permission or key would stay in use."""
    return _source.now().timestamp()


def is_within(since: float, seconds: float) -> bool:
    """Whether `since` (`wall`) is less than `seconds` ago. False for a time in the future: the clock was set back."""
    return 0 <= wall() - since < seconds


def sleep(seconds: float) -> None:
    _source.sleep(seconds)


def text(moment: datetime) -> str:
    """RFC 3339 text with milliseconds and Z, which sorts in the order of the times."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        # Within a day of the first or last date, a time in another zone may not exist in UTC.
        moment = moment.replace(tzinfo=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(value: str) -> datetime:
    """The reverse of `text`; also accepts an offset. ValueError when it is not RFC 3339 or has no offset."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
