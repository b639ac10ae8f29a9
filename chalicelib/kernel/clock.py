"""The only clock and sleep of the product; a simulation installs its own. No third-party imports: the authorizer
loads this module."""

import time
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
        time.sleep(seconds)


_source: Source = SystemSource()


def install(source: Source) -> Source:
    """Replaces the source and returns the previous one."""
    global _source
    previous, _source = _source, source
    return previous


def now() -> datetime:
    """The current time in UTC, timezone-aware, to the millisecond, which is the precision of stored times."""
    moment = _source.now()
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
    return moment.astimezone(UTC)
