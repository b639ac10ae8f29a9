"""A JSON schema as a flat list of fields, references resolved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 6
_LIMITS = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "from {}"),
    ("maximum", "up to {}"),
    ("exclusiveMinimum", "more than {}"),
    ("exclusiveMaximum", "less than {}"),
    ("minItems", "at least {}"),
    ("maxItems", "at most {}"),
    ("format", "{}"),
    ("pattern", "{}"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One line: `lines[].price.amount`, its type in words, and what it means."""

    name: str
    type: str
    required: bool
    description: str


def resolve(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, with the reference's own words on top."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**document["components"]["schemas"][name], **rest}
    return schema


def fields(schema: dict[str, Any], document: dict[str, Any]) -> list[Field]:
    """Every field below a schema. A type inside itself is named, not opened again."""
    return list(_fields(schema, document, "", ()))


def _fields(schema: dict[str, Any], document: dict[str, Any], prefix: str, above: tuple[str, ...]) -> Iterator[Field]:
    name = schema.get("$ref", "")
    if name in above or len(above) > MAX_DEPTH:
        return
    inside = (*above, name) if name else above
    schema = resolve(schema, document)
    for option in schema.get("anyOf", ()):
        yield from _fields(option, document, prefix, inside)
    if "items" in schema and isinstance(schema["items"], dict):
        yield from _fields(schema["items"], document, f"{prefix}[]", inside)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _fields(schema["additionalProperties"], document, f"{prefix}{{}}", inside)
    required = set(schema.get("required", ()))
    for key, member in schema.get("properties", {}).items():
        place = f"{prefix}.{key}" if prefix else key
        full = resolve(member, document)
        yield Field(place, type_of(member, document), key in required, full.get("description", ""))
        yield from _fields(member, document, place, inside)


def type_of(schema: dict[str, Any], document: dict[str, Any] | None = None) -> str:
    """The type in words, with its limits."""
    if "$ref" in schema and document is None:
        return str(schema["$ref"].rpartition("/")[2])
    if document is not None:
        schema = resolve(schema, document)
    if "anyOf" in schema:
        return " or ".join(type_of(option, document) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        inner = schema.get("items")
        base = f"array of {type_of(inner, document)}" if isinstance(inner, dict) else "array"
    else:
        base = str(schema.get("type", "any"))
    limits = [text.format(schema[key]) for key, text in _LIMITS if key in schema]
    return ", ".join([base, *limits])
