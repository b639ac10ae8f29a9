"""What a row says of persons: its personal fields, block by block. A block is a structure, such as one contact of
several, or the row itself: its fields are of one person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.kernel.dynamo.attributes import Declared
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import ErasureMethod, FieldClass

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


ERASED = "erased"
"""Stands where a value is required."""
_GONE = object()
"""Stands for an entry of a list that is taken out."""


def erase(row: Row, leaves: Iterable[Leaf]) -> None:
    """Takes personal fields out of a row: what may be missing is gone, and so is an entry of a list that says nothing
    of a person any more. The country of an address stays."""
    gone = {leaf.path for leaf in leaves if goes(leaf)}
    empty = {
        block.path
        for block in blocks(row)
        if _is_entry(block.path) and gone.issuperset(leaf.path for leaf in (*block.leaves, *block.texts))
    }
    for name, attribute in _personal(type(row)):
        paths = [path[1:] for path in sorted(gone | empty, key=len, reverse=True) if path[0] == name]
        if paths:
            row.attribute_values[name] = _without(attribute, row.attribute_values[name], paths)


def goes(leaf: Leaf) -> bool:
    """Whether an erasure takes the field out: not the country of an address, and nothing that it has put there."""
    is_country = leaf.field_class.erasure is ErasureMethod.GENERALISE and leaf.path[-1] == "country"
    return not is_country and leaf.value != ERASED


def _is_entry(path: Path) -> bool:
    return bool(path) and isinstance(path[-1], int)


def _without(attribute: Declared[Any], value: Any, paths: list[Path]) -> Any:
    """The value of an attribute without what is at these paths in it; None when nothing is left, or all of it goes."""
    if () in paths:
        return None if attribute.null else attribute.of_tree(ERASED)
    for instead in (None, ERASED):  # a word, where the value may not be missing
        tree = attribute.tree(value)
        for path in paths:
            _replace(tree, path, instead)
        tree = _closed_up(tree)
        if not tree and attribute.null:
            return None
        try:
            return attribute.of_tree(tree)
        except msgspec.ValidationError:
            continue
    raise TypeError("a value cannot be erased")


def _replace(tree: Any, path: Path, instead: str | None) -> None:
    *way, last = path
    for step in way:
        tree = tree[step]
    if isinstance(tree, dict) and instead is None:
        del tree[last]
    else:
        tree[last] = instead if isinstance(tree, dict) else _GONE


def _closed_up(tree: Any) -> Any:
    """The tree without the entries of lists that were taken out."""
    if isinstance(tree, dict):
        return {key: _closed_up(member) for key, member in tree.items()}
    if isinstance(tree, list):
        return [_closed_up(each) for each in tree if each is not _GONE]
    return tree
