"""Bodies and query strings to structs, with every field error at once."""

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
    """The struct of a JSON body. BadRequest for what is not clean JSON, Invalid with all errors."""
    return _accepted(kind, parse(raw), raw)


def _accepted(kind: type[T], value: Any, raw: bytes) -> T:
    """The struct; Invalid too for a line end behind a text with a pattern, whose `$` would let it through."""
    result = convert(kind, value)
    if _LINE_END.search(raw) and (found := errors(inspect.type_info(kind), value, "")):
        raise Invalid(errors=found[:_MAX_ERRORS])
    return result


def parse(raw: bytes) -> Any:
    """JSON as strict as it gets: one value for a key, no NaN, no unpaired surrogates, at most 20 levels."""
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


# U+FFFD is what the gateway makes of bytes that are not UTF-8, before they get here.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LINE_END = re.compile(rb"(\\n|\\u000[aA])\"")


def _check_text(value: str) -> None:
    if _FORBIDDEN.search(value):
        raise BadRequest("A text holds a control character, an unpaired surrogate or what is not UTF-8.")


def convert(kind: type[T], value: Any) -> T:
    """The value as a struct; Invalid with a pointer for every error."""
    try:
        return msgspec.convert(value, kind, dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError) as error:
        found = list(errors(inspect.type_info(kind), value, ""))[:_MAX_ERRORS]
        raise Invalid(errors=found or [FieldError("", "invalid", str(error))]) from None


def rows(kind: type[T], raw: bytes, field: str) -> tuple[T, dict[int, list[FieldError]]]:
    """The same for a bulk body whose bad rows are to be skipped: the struct without them, and their errors by index.

    Only when the body asks for it (`on_error` is not `all_or_nothing`) and nothing but rows is wrong.
    """
    value = parse(raw)
    try:
        return _accepted(kind, value, raw), {}
    except Invalid as error:
        if not isinstance(value, dict):
            raise
        bad: dict[int, list[FieldError]] = {}
        for problem in error.errors:
            head, _, rest = problem.pointer.removeprefix(f"/{field}/").partition("/")
            if (
                value.get("on_error") == "all_or_nothing"
                or not head.isdigit()
                or not problem.pointer.startswith(f"/{field}/")
            ):
                raise
            bad.setdefault(int(head), []).append(FieldError(f"/{rest}" if rest else "", problem.code, problem.message))
        kept = [row for index, row in enumerate(value[field]) if index not in bad]
        if not kept:
            raise
        return convert(kind, {**value, field: kept}), bad


def query(kind: type[S], parameters: Mapping[str, Sequence[str]]) -> S:
    """The struct of a query string. An unknown or repeated parameter, or a bad value, is a BadRequest naming it."""
    known = _parameters(kind)
    problems = []
    for name, values in parameters.items():
        if name not in known:
            problems.append(FieldError(f"/query/{_escape(name)}", "unknown_parameter", _known(known)))
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
            # msgspec reads the text `null` as nothing given, which would drop a filter without a word.
            nothing = [name for name in given if getattr(found, known[name]) is None]
            if not nothing:
                return found
            problems = [FieldError(f"/query/{name}", "invalid", "Leave it out instead.") for name in nothing]
    raise BadRequest("The query string has invalid parameters.", errors=problems[:_MAX_ERRORS])


@cache
def _parameters(kind: Any) -> dict[str, str]:
    """What the parameters are called, and the fields that they become."""
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


def _known(names: Iterable[str]) -> str:
    return "Known parameters: " + (", ".join(sorted(names)) or "none") + "."


def errors(info: Any, value: Any, pointer: str) -> list[FieldError]:
    """Every error of `value` against a msgspec type, by one walk."""
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
    """Lets msgspec judge one value: the constraint's own message, without the value."""
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
    """msgspec's message without its path, and never with the value: for an enum it would quote it."""
    text = message.partition(" - at ")[0]
    return "Not one of the allowed values." if "enum value" in text.lower() else text + "."


def _escape(name: str) -> str:
    """RFC 6901."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")


def decimal_schema(kind: Any) -> dict[str, Any]:
    """msgspec's hook for our decimals in JSON schemas."""
    if isinstance(kind, type) and issubclass(kind, Exact):
        return kind.schema()
    raise NotImplementedError(kind)  # msgspec's own word for a type that a hook does not know
