"""The samples of resources as examples in the OpenAPI document, with placeholders replaced by values and valid ids."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from chalicelib.edge.components import Components, Schema
from chalicelib.kernel import ids
from chalicelib.kernel.samples import Body, Place, Ref, StandIn, Text, Unique, filled

_ID_PATTERN = re.compile(r"\^([a-z]+)_")
_EXAMPLE_TIME = "01k9zq3v5e"
"""The time part of the example ids."""


def body(sample: Body, schema: Schema, components: Components) -> Any:
    """A sample body with its placeholders replaced; ids have the prefix that the schema requires."""

    def fill(stand_in: StandIn, place: Place) -> str:
        if isinstance(stand_in, Ref):
            return _identifier(stand_in.name, _prefix(schema, place, components))
        return stand_in.shown

    return filled(sample, fill)


def value(stand_in: object, schema: Schema) -> object:
    """Like `body`, for a single value such as a query parameter."""
    if isinstance(stand_in, Ref):
        return _identifier(stand_in.name, next(_prefixes([schema]), None))
    return stand_in.shown if isinstance(stand_in, Text | Unique) else stand_in


def _identifier(name: str, prefix: str | None) -> str:
    """A valid id, always the same for the same name."""
    body_part = _EXAMPLE_TIME + ids.encode_bytes(hashlib.sha256(name.encode()).digest()[:10])
    return body_part if prefix is None else f"{prefix}_{body_part}"


def _prefix(schema: Schema, place: Place, components: Components) -> str | None:
    """The prefix of the id at a path in a body."""
    found = list(_options(schema, components))
    for step in place:
        members = [each["items"] if step == "*" else each["properties"][step] for each in found if _has(each, step)]
        found = [option for member in members for option in _options(member, components)]
    return next(_prefixes(found), None)


def _has(schema: Schema, step: str) -> bool:
    return "items" in schema if step == "*" else step in schema.get("properties", ())


def _options(schema: Schema, components: Components) -> Iterator[Schema]:
    """The schema itself, or each member of a union."""
    schema = components.resolved(schema)
    if "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from _options(option, components)
    else:
        yield schema


def _prefixes(schemas: list[Schema]) -> Iterator[str]:
    for schema in schemas:
        if found := _ID_PATTERN.match(schema.get("pattern", "")):
            yield found.group(1)
