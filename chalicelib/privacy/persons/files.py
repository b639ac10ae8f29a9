"""The files that rows name: bodies of webhooks, and what was imported and exported."""

import json
from collections.abc import Iterator

from chalicelib.kernel import objects
from chalicelib.kernel.dynamo.attributes import Tree
from chalicelib.kernel.dynamo.model import Row


def of(row: Row) -> list[tuple[str, str]]:
    """The attributes of a row that name files, each with the file's text; without files that are gone."""
    persons = type(row).persons
    keys = {name: row.attribute_values.get(name) for name in (persons.objects if persons else ())}
    bodies = {name: objects.get(key) for name, key in keys.items() if key is not None}
    return [(name, _text(body)) for name, body in bodies.items() if body is not None]


def _text(body: bytes) -> str:
    """The texts in a file of JSON, in which letters may be escaped, a line each; any other file as it is."""
    try:
        return "\n".join(_texts(json.loads(body)))
    except ValueError:
        return body.decode("utf-8", "replace")


def _texts(node: Tree) -> Iterator[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from _texts(member)
    elif isinstance(node, str):
        yield node
