"""Brings the texts of a request into the form that their fields declare (kernel/texts.py), before they are checked."""

from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import inspect

from chalicelib.kernel import texts
from chalicelib.kernel.struct_types import TypeForm

Former = Callable[[Any], Any]
"""Takes decoded JSON of any type, and returns it with its texts in form; what does not fit the type stays as it is."""


class TextRefusedError(Exception):
    """Raised for a text that matches its pattern and is still not accepted, such as a currency that does not exist."""


def formed(kind: TypeForm, value: object) -> object:
    """A copy of the value with its texts in form. TextRefusedError when a field does not accept one."""
    former = _former_of_kind(kind)
    return value if former is None else former(value)


@cache
def _former_of_kind(kind: TypeForm) -> Former | None:
    return _former(inspect.type_info(kind), None)


def _former(info: inspect.Type, rule: texts.Rule | None) -> Former | None:
    """The function that forms values of the type; None when it has no texts with a rule."""
    if isinstance(info, inspect.Metadata):
        return _former(info.type, texts.rule_of(info.extra) or rule)
    if isinstance(info, inspect.StrType):
        return None if rule is None else _of_text(rule)
    if isinstance(info, inspect.UnionType):
        return _of_union(info, rule)
    if isinstance(info, inspect.ListType):
        return _of_list(_former(info.item_type, None))
    if isinstance(info, inspect.DictType):
        return _of_values(_former(info.value_type, None))
    return _of_struct(info) if isinstance(info, inspect.StructType) else None


def _of_text(rule: texts.Rule) -> Former:
    def form(value: object) -> object:
        if not isinstance(value, str):
            return value
        text = rule.form(value)
        if rule.accepts is not None and not rule.accepts(text):
            raise TextRefusedError
        return text

    return form


def _of_union(info: inspect.UnionType, rule: texts.Rule | None) -> Former | None:
    """Each former leaves what is of another type or has another tag as it is, so all of them apply in turn."""
    formers = [former for member in info.types if (former := _former(member, rule)) is not None]
    if not formers:
        return None

    def form(value: object) -> object:
        for former in formers:
            value = former(value)
        return value

    return form


def _of_list(item: Former | None) -> Former | None:
    if item is None:
        return None
    return lambda value: [item(each) for each in value] if isinstance(value, list) else value


def _of_values(member: Former | None) -> Former | None:
    if member is None:
        return None
    return lambda value: {key: member(each) for key, each in value.items()} if isinstance(value, dict) else value


def _of_struct(info: inspect.StructType) -> Former | None:
    members = {field.encode_name: former for field in info.fields if (former := _former(field.type, None)) is not None}
    if not members:
        return None

    def form(value: object) -> object:
        if not isinstance(value, dict) or (info.tag_field is not None and value.get(info.tag_field) != info.tag):
            return value
        return value | {name: former(value[name]) for name, former in members.items() if name in value}

    return form
