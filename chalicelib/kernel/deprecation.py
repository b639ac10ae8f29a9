"""Deprecations of operations, fields and versions: since when, until when, and what to use instead."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Meta, inspect

SHORTEST_NOTICE = timedelta(days=365)
"""The time that clients have at least between a deprecation and its sunset."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """since: the day from which it is deprecated. sunset: the day from which it is refused; None while that is not
    decided. instead: what a client has to do, as a sentence. ValueError when the notice is shorter than a year."""

    since: date
    sunset: date | None
    instead: str

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since + SHORTEST_NOTICE:
            raise ValueError(f"a deprecation of {self.since} may not end before {self.since + SHORTEST_NOTICE}")

    def is_over(self, now: datetime) -> bool:
        """Whether its sunset has passed."""
        return self.sunset is not None and midnight(self.sunset) <= now

    def schema(self) -> dict[str, Any]:
        """The keywords of a deprecated schema or operation in the OpenAPI document."""
        keywords = {"deprecated": True, "x-deprecated-since": self.since.isoformat(), "x-instead": self.instead}
        return keywords if self.sunset is None else {**keywords, "x-sunset": self.sunset.isoformat()}


def midnight(day: date) -> datetime:
    """The beginning of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def deprecated(since: date, *, sunset: date | None, instead: str) -> Meta:
    """Marks a field of a schema as deprecated: `Annotated[str | None, deprecated(...)]`. Requests that use it are told,
    and refused after the sunset."""
    deprecation = Deprecation(since, sunset, instead)
    return Meta(extra={"deprecation": deprecation}, extra_json_schema=deprecation.schema())


def of_field(info: inspect.Type) -> Deprecation | None:
    """The deprecation that the type of a field is marked with."""
    if isinstance(info, inspect.UnionType):
        return next((found for member in info.types if (found := of_field(member)) is not None), None)
    if not isinstance(info, inspect.Metadata):
        return None
    found = (info.extra or {}).get("deprecation")
    return found if isinstance(found, Deprecation) else of_field(info.type)
