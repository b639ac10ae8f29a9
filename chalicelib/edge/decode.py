"""Decoding of bodies and query strings to structs. All field errors are reported at once."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

import msgspec
from msgspec import inspect

from chalicelib.kernel.decimals import Exact
from chalicelib.kernel.dynamo.attributes import exact_hook
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
MAX_DEPTH = 20
_MAX_ERRORS = 100


def body(kind: type[T], raw: bytes) -> T:
    """The struct of a JSON body. BadRequest when it is not strict JSON, Invalid with all field errors."""
    return _convert_strictly(kind, parse(raw), raw)


def _convert_strictly(kind: type[T], value: Any, raw: bytes) -> T:
    """The struct. Invalid also for a text with a pattern that ends in a line feed, which the pattern's `$` accepts."""
    result = convert(kind, value)
    if _LINE_END.search(raw) and (found := errors(inspect.type_info(kind), value, "")):
        raise Invalid(errors=found[:_MAX_ERRORS])
    return result


def parse(raw: bytes) -> Any:
    """The value of strict JSON: no duplicate keys, no NaN, no unpaired surrogates, at most 20 levels. BadRequest
    otherwise."""
    try:
        text = raw.decode()
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer)
        _check_depth(value, MAX_DEPTH)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadRequest("A JSON object has the same key twice.")
    return value


def _constant(name: str) -> Any:
    raise BadRequest(f"{name} is not JSON.")


def _integer(digits: str) -> int:
    if len(digits) > 19:
        raise BadRequest("A number has too many digits; write decimals as strings.")
    return int(digits)


def _check_depth(value: Any, left: int) -> None:
    if left == 0:
        raise BadRequest(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict):
        for key, member in value.items():
            _check_text(key)
            _check_depth(member, left - 1)
    elif isinstance(value, list):
        for member in value:
            _check_depth(member, left - 1)
    elif isinstance(value, str):
        _check_text(value)


# The gateway replaces bytes that are not UTF-8 with U+FFFD.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LINE_END = re.compile(rb"(\\n|\\u000[aA])\"")


def _check_text(value: str) -> None:
    if _FORBIDDEN.search(value):
        raise BadRequest("A text holds a control character, an unpaired surrogate or what is not UTF-8.")


def convert(kind: type[T], value: Any) -> T:
    """The value as a struct. Invalid with all errors, each with its pointer."""
    try:
        return msgspec.convert(value, kind, dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError) as error:
        found = list(errors(inspect.type_info(kind), value, ""))[:_MAX_ERRORS]
        raise Invalid(errors=found or [FieldError("", "invalid", str(error))]) from None


def rows(kind: type[T], raw: bytes, field: str) -> tuple[T, dict[int, list[FieldError]]]:
    """The struct of a bulk body without its invalid rows, and their errors by index.

    Invalid when `on_error` is `all_or_nothing`, when other fields are invalid too, or when no row is valid.
    """
    value = parse(raw)
    try:
        return _convert_strictly(kind, value, raw), {}
    except Invalid as error:
        if not isinstance(value, dict):
            raise
        bad_rows: dict[int, list[FieldError]] = {}
        for problem in error.errors:
            head, _, rest = problem.pointer.removeprefix(f"/{field}/").partition("/")
            if (
                value.get("on_error") == "all_or_nothing"
                or not head.isdigit()
                or not problem.pointer.startswith(f"/{field}/")
            ):
                raise
            bad_rows.setdefault(int(head), []).append(
                FieldError(f"/{rest}" if rest else "", problem.code, problem.message)
            )
        valid_rows = [row for index, row in enumerate(value[field]) if index not in bad_rows]
        if not valid_rows:
            raise
        return convert(kind, {**value, field: valid_rows}), bad_rows


def query(kind: type[S], parameters: Mapping[str, Sequence[str]]) -> S:
    """The struct of a query string. BadRequest for unknown, repeated or invalid parameters, each with its pointer."""
    known = _parameters(kind)
    problems = []
    for name, values in parameters.items():
        if name not in known:
            problems.append(FieldError(f"/query/{_escape(name)}", "unknown_parameter", _known_names(known)))
        elif len(values) > 1:
            problems.append(FieldError(f"/query/{name}", "repeated_parameter", "Give this parameter once."))
        elif _CONTROL.search(values[0]):
            problems.append(FieldError(f"/query/{name}", "invalid", "A control character."))
    given: dict[str, Any] = {name: values[0] for name, values in parameters.items() if name in known}
    if not problems:
        try:
            found = msgspec.convert(given, kind, strict=False, dec_hook=exact_hook)
        except (msgspec.ValidationError, OverflowError):
            problems = _query_errors(inspect.type_info(kind), given)
        else:
            # msgspec decodes the text `null` as None, which would silently ignore the filter.
            null_names = [name for name in given if getattr(found, known[name]) is None]
            if not null_names:
                return found
            problems = [FieldError(f"/query/{name}", "invalid", "Leave it out instead.") for name in null_names]
    raise BadRequest("The query string has invalid parameters.", errors=problems[:_MAX_ERRORS])


@cache
def _parameters(kind: Any) -> dict[str, str]:
    """Parameter name to field name."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(kind)}


def _query_errors(info: Any, given: dict[str, Any]) -> list[FieldError]:
    problems = []
    for field in info.fields:
        if field.encode_name in given:
            try:
                msgspec.convert(given[field.encode_name], _python_type(info, field), strict=False, dec_hook=exact_hook)
            except (msgspec.ValidationError, OverflowError) as error:
                problems.append(FieldError(f"/query/{field.encode_name}", "invalid", _clean(str(error))))
        elif field.required:
            problems.append(FieldError(f"/query/{field.encode_name}", "required", "This parameter is required."))
    return problems


def _python_type(info: Any, field: Any) -> Any:
    return get_type_hints(info.cls, include_extras=True)[field.name]


def _known_names(names: Iterable[str]) -> str:
    return "Known parameters: " + (", ".join(sorted(names)) or "none") + "."


def errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
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
        return [
            e for key, member in value.items() for e in errors(info.value_type, member, f"{pointer}/{_escape(key)}")
        ]
    return _leaf_errors(info, value, pointer)


def _union_errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
    members = [member for member in info.types if not isinstance(member, inspect.NoneType)]
    if value is None and len(members) < len(info.types):
        return []
    if len(members) == 1:
        return errors(members[0], value, pointer)
    found = [errors(member, value, pointer) for member in members]
    return min(found, key=len)


def _struct_errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
    if not isinstance(value, dict):
        return [FieldError(pointer, "wrong_type", "Expected an object.")]
    found: list[FieldError] = []
    known = {field.encode_name for field in info.fields}
    for field in info.fields:
        place = f"{pointer}/{_escape(field.encode_name)}"
        if field.encode_name in value:
            found += errors(field.type, value[field.encode_name], place)
        elif field.required:
            found.append(FieldError(place, "required", "This field is required."))
    if info.forbid_unknown_fields:
        found += [
            FieldError(f"{pointer}/{_escape(n)}", "unknown_field", "Not a field here.") for n in value if n not in known
        ]
    return found


def _list_errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
    if not isinstance(value, list):
        return [FieldError(pointer, "wrong_type", "Expected an array.")]
    if info.min_length is not None and len(value) < info.min_length:
        return [FieldError(pointer, "too_short", f"Expected at least {info.min_length} elements.")]
    if info.max_length is not None and len(value) > info.max_length:
        return [FieldError(pointer, "too_long", f"Expected at most {info.max_length} elements.")]
    return [e for index, member in enumerate(value) for e in errors(info.item_type, member, f"{pointer}/{index}")]


def _leaf_errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
    """The error of a value that is not a container: msgspec's message, without the value."""
    if isinstance(value, str) and value.endswith("\n") and getattr(info, "pattern", None):
        return [FieldError(pointer, "invalid", "Expected no line end.")]
    try:
        msgspec.convert(value, _leaf_type(info), dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError) as error:
        return [FieldError(pointer, "invalid", _clean(str(error)))]
    return []


def _leaf_type(info: Any) -> Any:
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
    base = _BASES.get(type(info), Any)
    return Annotated[base, msgspec.Meta(**constraints)] if constraints else base


_BASES: dict[type, Any] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.BoolType: bool,
    inspect.FloatType: float,
    inspect.DateTimeType: datetime,
    inspect.DictType: dict,
}


def _clean(message: str) -> str:
    """msgspec's message without the path and without the value, which the message for enums contains."""
    text = message.partition(" - at ")[0]
    return "Not one of the allowed values." if "enum value" in text.lower() else text + "."


def _escape(name: str) -> str:
    """The name as a reference token of a JSON pointer (RFC 6901), truncated."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")


def decimal_schema(kind: Any) -> dict[str, Any]:
    """msgspec's hook for the JSON schemas of the decimal types."""
    if isinstance(kind, type) and issubclass(kind, Exact):
        return kind.schema()
    raise NotImplementedError(kind)  # msgspec requires it for types that the hook does not support
