"""How a dated version of the API and its incompatible changes are declared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

JsonValue = Any
"""Any decoded JSON: what it may be is said by the type that stands beside it, known only at run time."""
Json = dict[str, JsonValue]
"""A JSON object."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Between the two forms of an object: before a change and after it. All functions are pure.

    older: the object in the form before the change, for answers. newer: in the form after it, for requests. schema: the
    JSON schema of the form before. renamed: fields that only have another name, the new name to the former one.

    `older` gets the object with the objects inside it already in the older form, `newer` with these still in it. Either
    may get an object without some of its fields: the caller may have asked for others only, or left out a required one.
    """

    older: Callable[[Json], Json] = dict
    newer: Callable[[Json], Json] = dict
    schema: Callable[[Json], Json] = dict
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One incompatible change.

    summary: what changed. instead: what a client has to do. types: the conversion of each type that changed, by the
    type's name in the OpenAPI document. feed: fields of documents that the feed and the audit trail name differently,
    by the kind of document; the new name to the former one.
    """

    summary: str
    instead: str
    types: Mapping[str, Conversion]
    feed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the API, named by the day of its release.

    changes: how it differs from the version before. sunset: the day from which it is not supported any more; None for
    the newest one.
    """

    released: date
    changes: tuple[Change, ...] = ()
    sunset: date | None = None

    @property
    def name(self) -> str:
        """The name in the Novex-Version header."""
        return self.released.isoformat()


def renamed(**names: str) -> Conversion:
    """Fields with another name: `renamed(new_name="former_name")`."""
    newer_names = {former: new for new, former in names.items()}

    def newer(value: Json) -> Json:
        # With both names given, the former one stays and is refused as unknown: neither value is dropped.
        taken = {former for former, new in newer_names.items() if new in value}
        return {name if name in taken else newer_names.get(name, name): member for name, member in value.items()}

    def schema(value: Json) -> Json:
        required = [names.get(name, name) for name in value.get("required", ())]
        return {**value, "properties": _renamed(value["properties"], names), "required": required}

    return Conversion(lambda value: _renamed(value, names), newer, schema, names)


def _renamed(value: Json, names: Mapping[str, str]) -> Json:
    """The object with other names in the same order."""
    return {names.get(name, name): member for name, member in value.items()}
