"""Mapping between stored rows and the structs of the API by field name, so that plain fields need no mapping code.

Empty values (`""`, `[]`, `{}`) of optional attributes are not stored. A missing value is shown as null, or as empty
when the struct's field cannot be null.
"""

from collections.abc import Callable, Collection
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, inspect

from chalicelib.kernel import struct_types
from chalicelib.kernel.decimals import Exact
from chalicelib.kernel.dynamo.model import Row

R = TypeVar("R", bound=Row)
S = TypeVar("S", bound=msgspec.Struct)
_EMPTY: dict[type, Callable[[], object]] = {inspect.StrType: str, inspect.ListType: list, inspect.DictType: dict}


def to_struct(row: Row, kind: type[S], **derived: object) -> S:
    """The struct with the row's attributes of the same names; `derived` adds or replaces values.

    TypeError when a field is neither an attribute nor derived.
    """
    stored = row.attribute_values
    values: dict[str, object] = {}
    for name, empty, exact in _fields(kind):
        if name in derived:
            continue
        value = stored.get(name)
        if value is None:
            values[name] = empty() if empty is not None else None
        else:
            values[name] = exact(value) if exact is not None and isinstance(value, Decimal) else value
    return kind(**values, **derived)


def merged(kind: type[S], *sources: msgspec.Struct, **derived: object) -> S:
    """The struct with the sources' fields of the same names, each from the first source that has it; `derived` adds or
    replaces values."""
    values: dict[str, object] = {}
    for index, name, exact in _sources(kind, tuple(map(type, sources))):
        if name not in derived:
            value = getattr(sources[index], name)
            values[name] = exact(value) if exact is not None and isinstance(value, Decimal) else value
    return kind(**values, **derived)


def to_row(model: type[R], source: msgspec.Struct, **more: Any) -> R:
    """A new row with the fields of `source` that the table has; `more` adds or replaces values."""
    attributes = model.get_attributes()
    values: dict[str, Any] = {
        name: _to_attribute(getattr(source, name), is_optional=bool(attributes[name].null))
        for name in source.__struct_fields__
        if name in attributes and name not in more
    }
    return model(**values, **more)


def patch(row: Row, change: msgspec.Struct, *, without: Collection[str] = ()) -> bool:
    """Copies the fields of a change to the row, except fields that are UNSET, in `without`, or not attributes. Returns
    whether the row is another one now."""
    attributes, before = type(row).get_attributes(), dict(row.attribute_values)
    for name in change.__struct_fields__:
        value = getattr(change, name)
        if value is not UNSET and name in attributes and name not in without:
            setattr(row, name, _to_attribute(value, is_optional=bool(attributes[name].null)))
    return row.attribute_values != before


def _to_attribute(value: Any, *, is_optional: bool) -> Any:
    if is_optional and (value is None or value in ("", [], {})):
        return None
    return list(value) if isinstance(value, list) else value


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, Callable[[], object] | None, type[Exact] | None], ...]:
    """For each field that is always sent: its name, the factory of its empty value if it cannot be null, and its
    decimal type if any."""
    optional = {field.name for field in msgspec.structs.fields(kind) if field.default is UNSET}
    shown = (field for field in struct_types.fields(kind) if field.name not in optional)
    return tuple((field.name, _empty(field.type), _exact(field.type)) for field in shown)


@cache
def _sources(
    kind: type[msgspec.Struct], sources: tuple[type[msgspec.Struct], ...]
) -> tuple[tuple[int, str, type[Exact] | None], ...]:
    """For each field that a source has: the index of the source, the field's name, and its decimal type if any."""
    return tuple(
        (index, name, exact)
        for name, _, exact in _fields(kind)
        for index in [next((i for i, each in enumerate(sources) if name in each.__struct_fields__), -1)]
        if index >= 0
    )


def _empty(info: Any) -> Callable[[], object] | None:
    return _EMPTY.get(type(_plain(info)))


def _exact(info: Any) -> type[Exact] | None:
    members = _plain(info).types if isinstance(_plain(info), inspect.UnionType) else (info,)
    for member in map(_plain, members):
        if isinstance(member, inspect.CustomType) and issubclass(member.cls, Exact):
            return member.cls
    return None


def _plain(info: Any) -> Any:
    return _plain(info.type) if isinstance(info, inspect.Metadata) else info
