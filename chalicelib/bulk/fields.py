"""The fields of a row as columns: what a column's cells are, by the type of the field.

A plain field is one column. The fields of an object are `price.amount` and `price.currency`; the elements of a list are
numbered from 1: `barcodes.1`, `external_refs.1.system`; the members of a map are named: `custom.colour`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import msgspec
from msgspec import UNSET, UnsetType, inspect

from chalicelib.kernel import struct_types
from chalicelib.kernel.decimals import Exact

_NUMBER_DIGITS = 3
"""Of the number of an element in a title."""


class Form(StrEnum):
    """What the cells of a column hold. `text`: free text, which may look like a formula. `lines`: such texts, each on a
    line of its own in the cell. `value`: a decimal, a code or a time in a fixed form. `whole`: a whole number. `flag`:
    true or false."""

    TEXT = "text"
    LINES = "lines"
    VALUE = "value"
    WHOLE = "whole"
    FLAG = "flag"


class Shape(StrEnum):
    """How a field becomes columns."""

    PLAIN = "plain"
    GROUP = "group"
    LIST = "list"
    GROUPS = "groups"
    MAP = "map"


Empty = None | UnsetType | str | tuple[()]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value in one cell. name: its name in an object; empty when it is the field itself or an element of it. choices:
    all accepted values, where they are few."""

    name: str
    form: Form
    is_required: bool
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row. empty: what it becomes when its cells are empty; UNSET when it always has a value, and an empty
    cell leaves it alone. most: elements of a list."""

    name: str
    shape: Shape
    leaves: tuple[Leaf, ...]
    empty: Empty
    description: str
    most: int = 0

    def leaf(self, name: str) -> Leaf | None:
        """The value with this name in an object; the only one for an empty name."""
        return next((leaf for leaf in self.leaves if leaf.name == name), None)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of a field, of its element or member if it has several, and of the value in it. title: what the file
    calls it."""

    field: Field
    member: str
    leaf: Leaf
    title: str

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.field.name, self.member, self.leaf.name) if part)


def of(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields of a row. TypeError for a field that no columns can hold."""
    return _of(kind)


@cache
def _of(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    return tuple(map(_field, struct_types.fields(kind)))


def find(fields: tuple[Field, ...], name: str, title: str) -> Column | None:
    """The column with one of our names, in any case; None when there is none."""
    first, _, rest = name.partition(".")
    for field in fields:
        if field.name == first.lower():
            return _column(field, rest, title)
    return None


def columns(fields: tuple[Field, ...], members: dict[str, list[str]]) -> list[Column]:
    """All columns in order. members: the members of lists and maps; a list has at least one."""
    return [
        Column(field, member, leaf, "")
        for field in fields
        for member in _members(field, members.get(field.name, []))
        for leaf in field.leaves
    ]


def _members(field: Field, given: list[str]) -> list[str]:
    if field.shape in (Shape.LIST, Shape.GROUPS):
        return [str(number) for number in range(1, max([1, *map(int, given)]) + 1)]
    return sorted(given) if field.shape is Shape.MAP else [""]


def _column(field: Field, rest: str, title: str) -> Column | None:
    if field.shape is Shape.MAP:
        return Column(field, rest, field.leaves[0], title) if rest else None
    member, name = "", rest
    if field.shape in (Shape.LIST, Shape.GROUPS):
        member, _, name = rest.partition(".")
        is_number = member.isascii() and member.isdecimal() and len(member) <= _NUMBER_DIGITS
        if not is_number or not 1 <= int(member) <= field.most:
            return None
        member = str(int(member))
    leaf = field.leaf(name.lower())
    return None if leaf is None else Column(field, member, leaf, title)


def _field(described: inspect.Field) -> Field:
    info, is_nullable, text = _bare(described.type)
    empty: Empty = None if is_nullable else UNSET
    name = described.encode_name
    if isinstance(info, inspect.StructType):
        return Field(name, Shape.GROUP, tuple(_leaves(info)), empty, text)
    if isinstance(info, inspect.DictType):
        value, _, _ = _bare(info.value_type)
        return Field(name, Shape.MAP, (Leaf("", _form(value), is_required=False, description=text),), empty, text)
    if isinstance(info, inspect.ListType):
        item, _, says = _bare(info.item_type)
        most = info.max_length or 20
        if isinstance(item, inspect.StructType):
            return Field(name, Shape.GROUPS, tuple(_leaves(item)), (), text, most)
        return Field(name, Shape.LIST, (_leaf("", item, says or text, is_required=True),), (), text, most)
    if isinstance(info, inspect.StrType) and not is_nullable and _may_be_empty(info):
        empty = ""
    return Field(name, Shape.PLAIN, (_leaf("", info, text, is_required=described.required),), empty, text)


def _may_be_empty(info: inspect.StrType) -> bool:
    return not info.min_length and (info.pattern is None or re.search(info.pattern, "") is not None)


def _leaves(struct: inspect.StructType) -> Iterator[Leaf]:
    for each in struct.fields:
        info, is_nullable, text = _bare(each.type)
        yield _leaf(each.encode_name, info, text, is_required=each.required and not is_nullable)


def _leaf(name: str, info: inspect.Type, text: str, *, is_required: bool) -> Leaf:
    choices: tuple[str, ...] = ()
    if isinstance(info, inspect.EnumType):
        choices = tuple(str(each.value) for each in info.cls)
    return Leaf(name, _form(info), is_required, text, choices)


def _form(info: inspect.Type) -> Form:
    """What cells of the type hold. TypeError when no cell can hold it."""
    if isinstance(info, inspect.StrType):
        return Form.TEXT
    if isinstance(info, inspect.ListType) and isinstance(_bare(info.item_type)[0], inspect.StrType):
        return Form.LINES
    if isinstance(info, inspect.IntType | inspect.BoolType):
        return Form.WHOLE if isinstance(info, inspect.IntType) else Form.FLAG
    if isinstance(info, inspect.CustomType) and issubclass(info.cls, Exact):
        return Form.VALUE
    if isinstance(info, inspect.EnumType | inspect.LiteralType | inspect.DateType | inspect.DateTimeType):
        return Form.VALUE
    if isinstance(info, inspect.UnionType):  # a member of a map that may be of several types is given as text
        return Form.TEXT
    raise TypeError(f"no cell holds a {type(info).__name__}")


def _bare(info: inspect.Type) -> tuple[inspect.Type, bool, str]:
    """The type without annotations, null and UNSET; whether null is accepted; and its description."""
    if isinstance(info, inspect.Metadata):
        inner, is_nullable, text = _bare(info.type)
        own: str | None = (info.extra_json_schema or {}).get("description")
        return inner, is_nullable, own or text
    if isinstance(info, inspect.UnionType):
        members = [each for each in info.types if not isinstance(each, inspect.NoneType)]
        is_nullable = any(isinstance(each, inspect.NoneType) for each in info.types)
        if len(members) == 1:
            inner, _, text = _bare(members[0])
            return inner, is_nullable, text
        return inspect.UnionType(tuple(members)), is_nullable, ""
    return info, False, ""
