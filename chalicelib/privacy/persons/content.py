"""What a row says of persons: its personal fields, block by block. A block is a structure, such as one contact of
several, or the row itself: its fields are of one person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.kernel.dynamo.attributes import Declared
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import FieldClass

Path = tuple[str | int, ...]
ROW: Path = ()
"""The block of the fields that are in no structure."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A personal field with a value. path: from the attribute on, with the places in lists. field: the same without
    places, as in the data map."""

    path: Path
    field: str
    field_class: FieldClass
    value: str


@dataclass(slots=True)
class Block:
    """The personal fields of one structure. texts: free texts, of which each is looked at for itself."""

    path: Path
    leaves: list[Leaf] = field(default_factory=list)
    texts: list[Leaf] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """What persons are called in it."""
        return [each.value for each in self.leaves if each.field_class.is_name]


def blocks(row: Row) -> list[Block]:
    """The blocks of a row that say something."""
    found: dict[Path, Block] = {}
    for name, attribute in _personal(type(row)):
        value = row.attribute_values.get(name)
        if value is not None:
            for block, leaf in _leaves(attribute, (name,), ROW, "", attribute.tree(value)):
                place = found.setdefault(block, Block(block))
                (place.texts if leaf.field_class.free_text else place.leaves).append(leaf)
    return list(found.values())


def field_of(path: Path) -> str:
    """The path without the places in lists."""
    return ".".join(each for each in path if isinstance(each, str))


def _personal(model: type[Row]) -> Iterator[tuple[str, Declared[Any]]]:
    for name, attribute in model.get_attributes().items():
        if isinstance(attribute, Declared) and any(each.is_personal for each in attribute.field_classes):
            yield name, attribute


def _leaves(attribute: Declared[Any], path: Path, block: Path, inside: str, node: Any) -> Iterator[tuple[Path, Leaf]]:
    """The personal fields below a node, each with its block. inside: the path that the attribute declares for it; the
    members of a map have the one of the map."""
    if isinstance(node, dict):
        for key, member in node.items():
            declared = f"{inside}.{key}" if inside else key
            is_declared = any(each == declared or each.startswith(f"{declared}.") for each in attribute.leaves)
            yield from _leaves(attribute, (*path, key), path, declared if is_declared else inside, member)
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from _leaves(attribute, (*path, place), block, inside, member)
    elif isinstance(node, str) and node:
        found = attribute.leaves.get(inside, attribute.field_class)
        if found.is_personal:
            yield block, Leaf(path, field_of(path), found, node)
