"""Which operations of an OpenAPI document use which schemas."""

from collections.abc import Iterator

from chalicelib.edge.versions.change import Json


def operations_by_schema(document: Json) -> dict[str, set[str]]:
    """The operations by the name of each shared schema that their bodies and answers refer to, at any depth."""
    below = {name: _below(name, document) for name in document["components"]["schemas"]}
    users: dict[str, set[str]] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            for name in _named([operation.get("requestBody"), operation["responses"]]):
                for used in below[name]:
                    users.setdefault(used, set()).add(operation["operationId"])
    return users


def _below(name: str, document: Json) -> set[str]:
    """The schema and all that it refers to."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += _named(document["components"]["schemas"][current])
    return found


def _named(value: object) -> Iterator[str]:
    """The names of the shared schemas that a part of a document refers to."""
    if isinstance(value, dict):
        place, _, name = str(value.get("$ref", "")).rpartition("/")
        if place == "#/components/schemas":
            yield name
        for member in value.values():
            yield from _named(member)
    elif isinstance(value, list):
        for member in value:
            yield from _named(member)
