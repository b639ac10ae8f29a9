"""What a row says of persons: its personal fields, block by block. A block is a structure, such as one contact of
several, or the row itself: its fields are of one person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import msgspec

from chalicelib.kernel.dynamo.attributes import Declared, Tree
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import ErasureMethod, FieldClass

T = TypeVar("T")
Path = tuple[str | int, ...]
ROW: Path = ()
"""The block of the fields that are in no structure."""
ERASED = "erased"
"""Stands where a value is required."""


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

    @property
    def all(self) -> list[Leaf]:
        """The fields and the free texts."""
        return [*self.leaves, *self.texts]


def blocks(row: Row) -> list[Block]:
    """The blocks of a row that say something."""
    found: dict[Path, Block] = {}
    for personal in _personal(type(row)):
        name, attribute, _ = personal
        value = row.attribute_values.get(name)
        if value is not None:
            for block, leaf in _leaves(personal, (name,), ROW, "", attribute.tree(value)):
                place = found.setdefault(block, Block(block))
                (place.texts if leaf.field_class.free_text else place.leaves).append(leaf)
    return list(found.values())


_Personal = tuple[str, Declared[Any], frozenset[str]]  # of any type: what is in it is looked at as a tree
"""An attribute in which something of a person may be, and the paths in it of all fields and of what has them."""


@cache
def _personal(model: type[Row]) -> list[_Personal]:
    found: list[_Personal] = []
    for name, attribute in model.get_attributes().items():
        if isinstance(attribute, Declared) and any(each.is_personal for each in attribute.field_classes):
            parts = (path.split(".") for path in attribute.leaves)
            paths = frozenset(".".join(each[: end + 1]) for each in parts for end in range(len(each)))
            found.append((name, attribute, paths))
    return found


def _leaves(personal: _Personal, path: Path, block: Path, inside: str, node: Tree) -> Iterator[tuple[Path, Leaf]]:
    """The personal fields below a node, each with its block. inside: the path that the attribute declares for it; the
    members of a map have the one of the map."""
    _, attribute, declared = personal
    if isinstance(node, dict):
        for key, member in node.items():
            deeper = f"{inside}.{key}" if inside else key
            yield from _leaves(personal, (*path, key), path, deeper if deeper in declared else inside, member)
    elif isinstance(node, list):
        for place, member in enumerate(node):
            yield from _leaves(personal, (*path, place), block, inside, member)
    elif isinstance(node, str) and node:
        found = attribute.leaves.get(inside, attribute.field_class)
        if found.is_personal:
            yield block, Leaf(path, f"{path[0]}.{inside}" if inside else str(path[0]), found, node)


def goes(leaf: Leaf) -> bool:
    """Whether an erasure takes the field out: not what it leaves of an address, and nothing that it has put there."""
    return leaf.field_class.erasure is not ErasureMethod.GENERALISE and leaf.value != ERASED


def erase(row: Row, leaves: Iterable[Leaf]) -> None:
    """Takes personal fields out of a row: what may be missing is gone, and so is an entry of a list that says nothing
    of a person any more."""
    gone = {leaf.path for leaf in leaves if goes(leaf)}
    empty = {
        block.path
        for block in blocks(row)
        if block.path and isinstance(block.path[-1], int) and gone.issuperset(leaf.path for leaf in block.all)
    }
    for name, attribute, _ in _personal(type(row)):
        paths = {path[1:] for path in gone | empty if path[0] == name}
        if paths:
            row.attribute_values[name] = _without(attribute, row.attribute_values[name], paths)


def _without(attribute: Declared[T], value: T, paths: set[Path]) -> T | None:
    """The value of an attribute without what is at these paths in it; None when nothing is left, or all of it goes."""
    if () in paths:
        return None if attribute.null else attribute.of_tree(ERASED)
    for instead in (None, ERASED):  # a word, where the value may not be missing
        tree = pruned(attribute.tree(value), (), paths, instead)
        if not tree and attribute.null:
            return None
        try:
            return attribute.of_tree(tree)
        except msgspec.ValidationError:
            continue
    raise TypeError("a value cannot be erased")


def pruned(node: Tree, at: Path, paths: set[Path], instead: str | None) -> Tree:
    """The tree without what is at these paths; in structures `instead` takes its place, if there is one."""
    if isinstance(node, list):
        places = (((*at, place), member) for place, member in enumerate(node))
        return [pruned(member, path, paths, instead) for path, member in places if path not in paths]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Tree] = {}
    for key, member in node.items():
        path = (*at, key)
        if path not in paths:
            kept[key] = pruned(member, path, paths, instead)
        elif instead is not None:
            kept[key] = instead
    return kept
