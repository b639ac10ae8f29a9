"""All errors of a value against a msgspec type, each with its JSON pointer, a stable code, and words that a form can
show to a person; msgspec itself reports only the first, in words for programmers."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import inspect

from chalicelib.kernel import texts
from chalicelib.kernel.decimals import DecimalRefusedError, Exact
from chalicelib.kernel.dynamo.attributes import exact_hook
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.struct_types import TypeForm


def errors(info: inspect.Type, value: object, pointer: str, *, strict: bool = True) -> list[FieldError]:
    """All errors of `value` for a msgspec type. Not `strict`: numbers and flags may be texts, as in a query string."""
    return _errors(info, value, pointer, None, strict=strict)


def _errors(
    info: inspect.Type, value: object, pointer: str, rule: texts.Rule | None, *, strict: bool
) -> list[FieldError]:
    if isinstance(info, inspect.Metadata):
        return _errors(info.type, value, pointer, texts.rule_of(info.extra) or rule, strict=strict)
    if isinstance(info, inspect.UnionType):
        return _union_errors(info, value, pointer, rule, strict=strict)
    if isinstance(info, inspect.StructType | inspect.ListType | inspect.DictType):
        return _container_errors(info, value, pointer)
    if value is None:
        return [FieldError(pointer, "required", "A value is needed here.")]
    if isinstance(info, inspect.StrType):
        found = _text_error(info, value, rule)
    else:
        found = _leaf_error(info, value, strict=strict)
    return [] if found is None else [FieldError(pointer, *found)]


def _container_errors(
    info: inspect.StructType | inspect.ListType | inspect.DictType, value: object, pointer: str
) -> list[FieldError]:
    if isinstance(info, inspect.StructType):
        return _struct_errors(info, value, pointer)
    if isinstance(info, inspect.ListType):
        return _list_errors(info, value, pointer)
    if not isinstance(value, dict):
        return [FieldError(pointer, "wrong_type", "Use an object with fields.")]
    return [e for key, member in value.items() for e in errors(info.value_type, member, f"{pointer}/{escape(key)}")]


def _union_errors(
    info: inspect.UnionType, value: object, pointer: str, rule: texts.Rule | None, *, strict: bool
) -> list[FieldError]:
    members = [member for member in info.types if not isinstance(member, inspect.NoneType)]
    if value is None and len(members) < len(info.types):
        return []
    return min((_errors(member, value, pointer, rule, strict=strict) for member in members), key=len)


def _struct_errors(info: inspect.StructType, value: object, pointer: str) -> list[FieldError]:
    if not isinstance(value, dict):
        return [FieldError(pointer, "wrong_type", "Use an object with fields.")]
    found: list[FieldError] = []
    known = {field.encode_name for field in info.fields}
    for field in info.fields:
        place = f"{pointer}/{escape(field.encode_name)}"
        if field.encode_name in value:
            found += errors(field.type, value[field.encode_name], place)
        elif field.required:
            found.append(FieldError(place, "required", "This field is required."))
    if info.forbid_unknown_fields:
        found += [
            FieldError(f"{pointer}/{escape(n)}", "unknown_field", "There is no such field here.")
            for n in value
            if n not in known
        ]
    return found


def _list_errors(info: inspect.ListType, value: object, pointer: str) -> list[FieldError]:
    if not isinstance(value, list):
        return [FieldError(pointer, "wrong_type", "Use a list.")]
    if info.min_length is not None and len(value) < info.min_length:
        return [FieldError(pointer, "too_short", f"Give at least {info.min_length}.")]
    if info.max_length is not None and len(value) > info.max_length:
        return [FieldError(pointer, "too_long", f"Give at most {info.max_length}.")]
    return [e for index, member in enumerate(value) for e in errors(info.item_type, member, f"{pointer}/{index}")]


_Found = tuple[str, str] | None
"""Code and message, or None for a value that fits."""


def _text_error(info: inspect.StrType, value: object, rule: texts.Rule | None) -> _Found:
    """The error of a text in the form that its field declares."""
    if not isinstance(value, str):
        return "wrong_type", "Use a text."
    text = rule.form(value) if rule else value
    if info.min_length is not None and len(text) < info.min_length:
        return ("too_short", f"Use at least {info.min_length} characters.") if text else ("blank", "Fill this in.")
    if info.max_length is not None and len(text) > info.max_length:
        return "too_long", f"Use at most {info.max_length} characters."
    says = rule.says if rule else "Use the format of this field."
    # The `$` of a pattern accepts a line feed at the end.
    if info.pattern is not None and (not re.search(info.pattern, text) or text.endswith("\n")):
        return "invalid_format", says
    if rule is not None and rule.accepts is not None and not rule.accepts(text):
        return rule.code, says
    return None


def _leaf_error(info: inspect.Type, value: object, *, strict: bool) -> _Found:
    """The error of a value that is neither a text nor a container."""
    if isinstance(info, inspect.CustomType) and issubclass(info.cls, Exact):
        return _decimal_error(info.cls, value)
    try:
        msgspec.convert(value, _leaf_type(info), strict=strict, dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError):
        return _worded(info, value)
    return None


def _decimal_error(kind: type[Exact], value: object) -> _Found:
    try:
        kind.parse(value)
    except DecimalRefusedError as error:
        return error.code, str(error)
    return None


def _worded(info: inspect.Type, value: object) -> tuple[str, str]:
    """The code and message for a value that the type refuses."""
    if isinstance(info, inspect.EnumType):
        return "not_one_of", _choices(info.cls)
    if isinstance(info, inspect.LiteralType):
        return "not_one_of", _choices(info.values)
    if isinstance(info, inspect.IntType):
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return "out_of_range" if is_whole else "wrong_type", f"Use a whole number{_range(info)}."
    if isinstance(info, inspect.BoolType):
        return "wrong_type", "Use true or false."
    if isinstance(info, inspect.DateTimeType | inspect.DateType):
        is_date = isinstance(info, inspect.DateType)
        form = "date such as 2026-11-30" if is_date else "time with its offset, such as 2026-11-30T12:00:00Z"
        return "invalid_format" if isinstance(value, str) else "wrong_type", f"Use a {form}."
    return "wrong_type", "Use a value of another kind."


def _choices(values: Iterable[object]) -> str:
    return f"Choose one of: {', '.join(str(value) for value in values)}."


def _range(info: inspect.IntType) -> str:
    least = info.gt + 1 if info.gt is not None else info.ge
    most = info.lt - 1 if info.lt is not None else info.le
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of at least {least}"
    return "" if most is None else f" of at most {most}"


def _leaf_type(info: inspect.Type) -> TypeForm:
    if isinstance(info, inspect.CustomType):
        return info.cls
    if isinstance(info, inspect.EnumType):
        return info.cls
    if isinstance(info, inspect.LiteralType):
        return Literal[tuple(info.values)]
    constraints = {
        name: limit
        for name in ("ge", "gt", "le", "lt", "multiple_of", "tz")
        if (limit := getattr(info, name, None)) is not None
    }
    base: TypeForm = _BASES.get(type(info), Any)
    return Annotated[base, msgspec.Meta(**constraints)] if constraints else base


_BASES: dict[type, type] = {
    inspect.IntType: int,
    inspect.BoolType: bool,
    inspect.FloatType: float,
    inspect.DateTimeType: datetime,
    inspect.DateType: date,
}


def escape(name: str) -> str:
    """The name as a reference token of a JSON pointer (RFC 6901), truncated."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")
