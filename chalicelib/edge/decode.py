"""Decoding of bodies and query strings to structs. All field errors are reported at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import inspect

from chalicelib.edge import text_forms
from chalicelib.edge.field_errors import errors, escape
from chalicelib.edge.strict_json import parse
from chalicelib.kernel import struct_types
from chalicelib.kernel.dynamo.attributes import exact_hook
from chalicelib.kernel.errors import BadRequest, FieldError, Invalid

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
_MAX_ERRORS = 100


def body(kind: type[T], raw: bytes) -> T:
    """The struct of a JSON body. BadRequest when it is not strict JSON, Invalid with all field errors."""
    return _convert_strictly(kind, parse(raw), raw)


def _convert_strictly(kind: type[T], value: object, raw: bytes) -> T:
    """The struct. Invalid also for an id that ends in a line feed, which the `$` of its pattern accepts."""
    result = convert(kind, value)
    if _LINE_END.search(raw) and (found := errors(inspect.type_info(kind), value, "")):
        raise Invalid(errors=found[:_MAX_ERRORS])
    return result


_CONTROL = re.compile("[\x00-\x1c\x1e\x1f\x7f\ud800-\udfff]")
"""GS is in scanned codes; no other text takes it."""
_LINE_END = re.compile(rb"(\\n|\\u000[aA])\"")


def convert(kind: type[T], value: object) -> T:
    """The value as a struct, its texts in form. Invalid with all errors, each with its pointer."""
    result = valid(kind, value)
    if result is None:
        found = errors(inspect.type_info(kind), value, "")[:_MAX_ERRORS]
        raise Invalid(errors=found or [FieldError("", "invalid", "Use a value of another kind.")])
    return result


def valid(kind: type[T], value: object) -> T | None:
    """The value as a struct, its texts in form; None when it has errors."""
    try:
        return msgspec.convert(text_forms.formed(kind, value), kind, dec_hook=exact_hook)
    except (msgspec.ValidationError, OverflowError, text_forms.TextRefusedError):
        return None


def rows(kind: type[T], raw: bytes, field: str) -> tuple[T, dict[int, list[FieldError]]]:
    """The struct of a bulk body without its invalid rows, and their errors by index.

    Invalid when `on_error` is `all_or_nothing`, when other fields are invalid too, or when no row is valid.
    """
    value = parse(raw)
    try:
        return _convert_strictly(kind, value, raw), {}
    except Invalid:
        found = errors(inspect.type_info(kind), value, "")
        if not isinstance(value, dict) or not found:
            raise
        bad_rows: dict[int, list[FieldError]] = {}
        for problem in found:
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
    """The struct of a query string; commas separate the values of a parameter that is a list. BadRequest for unknown,
    repeated or invalid parameters, each with its pointer."""
    known = _parameters(kind)
    problems = []
    for name, values in parameters.items():
        if name not in known:
            problems.append(FieldError(f"/query/{escape(name)}", "unknown_parameter", _known_names(known)))
        elif len(values) > 1:
            problems.append(FieldError(f"/query/{name}", "repeated_parameter", "Give this parameter once."))
        elif _CONTROL.search(values[0]):
            problems.append(FieldError(f"/query/{name}", "invalid_format", "Leave out control characters."))
    lists = _list_parameters(kind)
    given: dict[str, str | list[str]] = {
        name: values[0].split(",") if name in lists else values[0]
        for name, values in parameters.items()
        if name in known
    }
    if not problems:
        try:
            found = msgspec.convert(text_forms.formed(kind, given), kind, strict=False, dec_hook=exact_hook)
        except (msgspec.ValidationError, OverflowError, text_forms.TextRefusedError):
            problems = _query_errors(kind, given)
        else:
            # msgspec decodes the text `null` as None, which would silently ignore the filter.
            null_names = [name for name in given if getattr(found, known[name]) is None]
            if not null_names:
                return found
            problems = [
                FieldError(f"/query/{name}", "required", "Give a value, or leave it out.") for name in null_names
            ]
    raise BadRequest("The query string has invalid parameters.", errors=problems[:_MAX_ERRORS])


@cache
def _parameters(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Parameter name to field name."""
    return {field.encode_name: field.name for field in msgspec.structs.fields(kind)}


@cache
def _list_parameters(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The names of the parameters that take several values."""
    return frozenset(field.encode_name for field in struct_types.fields(kind) if _is_list(field.type))


def _is_list(info: inspect.Type) -> bool:
    if isinstance(info, inspect.Metadata):
        return _is_list(info.type)
    if isinstance(info, inspect.UnionType):
        return any(map(_is_list, info.types))
    return isinstance(info, inspect.ListType)


def _query_errors(kind: type[msgspec.Struct], given: Mapping[str, object]) -> list[FieldError]:
    problems = []
    for field in msgspec.structs.fields(kind):
        place = f"/query/{field.encode_name}"
        if field.encode_name in given:
            # Of several values, the first wrong one is told, at the parameter.
            found = errors(inspect.type_info(field.type), given[field.encode_name], place, strict=False)
            problems += [FieldError(place, error.code, error.message) for error in found[:1]]
        elif field.required:
            problems.append(FieldError(place, "required", "This parameter is required."))
    return problems


def _known_names(names: Iterable[str]) -> str:
    return "Known parameters: " + (", ".join(sorted(names)) or "none") + "."
