"""All errors of a value against a msgspec type, each with its JSON pointer; msgspec itself reports only the first."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import inspect

from chalicelib.edge.structs import TypeForm
from chalicelib.kernel.dynamo.attributes import exact_hook
from chalicelib.kernel.errors import FieldError


def errors(info: inspect.Type, value: object, pointer: str) -> list[FieldError]:
    """All errors of `value` for a msgspec type."""
    if isinstance(info, inspect.Metadata):
        return errors(info.type, value, pointer)
    if isinstance(info, inspect.UnionType):
        return _union_errors(info, value, pointer)
    if isinstance(info, inspect.StructType):
        return _struct_errors(info, value, pointer)
    if isinstance(info, inspect.ListType):
        return _list_errors(info, value, pointer)
    if isinstance(info, inspect.DictType) and isinstance(value, dict):
        return [e for key, member in value.items() for e in errors(info.value_type, member, f"{pointer}/{escape(key)}")]
    return _leaf_errors(info, value, pointer)


def _union_errors(info: inspect.UnionType, value: object, pointer: str) -> list[FieldError]:
    members = [member for member in info.types if not isinstance(member, inspect.NoneType)]
    if value is None and len(members) < len(info.types):
        return []
    if len(members) == 1:
        return errors(members[0], value, pointer)
    found = [errors(member, value, pointer) for member in members]
    return min(found, key=len)


def _struct_errors(info: inspect.StructType, value: object, pointer: str) -> list[FieldError]:
    if not isinstance(value, dict):
        return [FieldError(pointer, "wrong_type", "Expected an object.")]
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
            FieldError(f"{pointer}/{escape(n)}", "unknown_field", "Not a field here.") for n in value if n not in known
        ]
    return found


def _list_errors(info: inspect.ListType, value: object, pointer: str) -> list[FieldError]:
    if not isinstance(value, list):
        return [FieldError(pointer, "wrong_type", "Expected an array.")]
    if info.min_length is not None and len(value) < info.min_length:
        return [FieldError(pointer, "too_short", f"Expected at least {info.min_length} elements.")]
    if info.max_length is not None and len(value) > info.max_length:
        return [FieldError(pointer, "too_long", f"Expected at most {info.max_length} elements.")]
    return [e for index, member in enumerate(value) for e in errors(info.item_type, member, f"{pointer}/{index}")]


def _leaf_errors(info: inspect.Type, value: object, pointer: str) -> list[FieldError]:
    """The error of a value that is not a container: msgspec's message, without the value."""
    if isinstance(value, str) and value.endswith("\n") and getattr(info, "pattern", None):
        return [FieldError(pointer, "invalid", "Expected no line end.")]
    try:
        msgspec.convert(value, _leaf_type(info), dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError) as error:
        return [FieldError(pointer, "invalid", clean(str(error)))]
    return []


def _leaf_type(info: inspect.Type) -> TypeForm:
    if isinstance(info, inspect.CustomType):
        return info.cls
    if isinstance(info, inspect.EnumType):
        return info.cls
    if isinstance(info, inspect.LiteralType):
        return Literal[tuple(info.values)]
    constraints = {
        name: limit
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern", "multiple_of", "tz")
        if (limit := getattr(info, name, None)) is not None
    }
    base: TypeForm = _BASES.get(type(info), Any)
    return Annotated[base, msgspec.Meta(**constraints)] if constraints else base


_BASES: dict[type, type] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.BoolType: bool,
    inspect.FloatType: float,
    inspect.DateTimeType: datetime,
    inspect.DictType: dict,
}


def clean(message: str) -> str:
    """msgspec's message without the path and without the value, which the message for enums contains."""
    text = message.partition(" - at ")[0]
    return "Not one of the allowed values." if "enum value" in text.lower() else text + "."


def escape(name: str) -> str:
    """The name as a reference token of a JSON pointer (RFC 6901), truncated."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")
