"""The one clock, and the one sleep; a simulation installs its own. No third-party imports: the authorizer uses it."""

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
    """Replaces the source and returns the one that was there."""
    global _source
    previous, _source = _source, source
    return previous


def now() -> datetime:
    """The current time, aware, UTC, to the millisecond, as it is stored."""
    moment = _source.now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Seconds that only go forward, for deadlines."""
    return _source.monotonic()


def wall() -> float:
    """Seconds since 1970, for what must not be older than something: a Lambda sandbox is frozen between requests, and
    its monotonic clock may be frozen with it, which would keep a withdrawn right or key alive."""
    return _source.now().timestamp()


def is_within(since: float, seconds: float) -> bool:
    """Whether `since` (`wall`) is less than so many seconds ago. A clock that steps back only makes caches ask anew."""
    return 0 <= wall() - since < seconds


def sleep(seconds: float) -> None:
    _source.sleep(seconds)


def text(moment: datetime) -> str:
    """RFC 3339 with milliseconds and Z: sorts as the time does."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        # Within a day of the calendar's ends another zone's time may not exist in UTC.
        moment = moment.replace(tzinfo=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(value: str) -> datetime:
    """The reverse of `text`; also takes an offset. ValueError when it is not RFC 3339 or names no offset."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset")
    return moment.astimezone(UTC)
