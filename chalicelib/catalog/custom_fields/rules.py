"""Rules of custom fields, without access to the store."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from chalicelib.catalog.custom_fields.schemas import (
    PERSONAL,
    CustomFieldClass,
    CustomFieldEntity,
    CustomFieldType,
)
from chalicelib.kernel.codes import folded
from chalicelib.kernel.decimals import DecimalRefusedError, Exact, plain
from chalicelib.kernel.errors import FieldError, repeats

Value = str | bool
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Declared(Protocol):
    """The declaration of a field, as it is stored."""

    @property
    def type(self) -> CustomFieldType: ...
    @property
    def choices(self) -> Sequence[str] | None: ...
    @property
    def privacy_class(self) -> CustomFieldClass: ...
    @property
    def filterable(self) -> bool: ...


class ValueRefusedError(Exception):
    """Raised for a value of another type. The text says what to send instead; it never repeats the value."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code = code


def errors(field: Declared, entity: CustomFieldEntity) -> list[FieldError]:
    """What does not fit together in a declaration."""
    found = repeats("/choices", [folded(choice) for choice in field.choices or ()])
    if (field.type is CustomFieldType.CHOICE) is not bool(field.choices):
        says = "A field of the type choice has choices, and no other field has any."
        found.append(FieldError("/choices", "required" if not field.choices else "not_used", says))
    if field.privacy_class in PERSONAL and entity is CustomFieldEntity.ITEM:
        says = "Items are not about people: keep this with customers or vendors."
        found.append(FieldError("/privacy_class", "personal", says))
    if field.privacy_class in PERSONAL and field.filterable:
        says = "Values that are about people are not searched for in addresses of requests."
        found.append(FieldError("/filterable", "personal", says))
    return found


def stored(field: Declared, value: Value) -> Value:
    """The value in the form in which it is stored and shown. ValueRefusedError when it is of another type."""
    return _FORMS[field.type](field, value)


def compared(value: Value) -> str:
    """The form in which values are compared by filters."""
    return ("true" if value else "false") if isinstance(value, bool) else folded(value)


def wanted(field: Declared, text: str) -> str:
    """What a filter compares with, from the text of a request. ValueRefusedError when it is of another type."""
    if field.type is CustomFieldType.BOOLEAN:
        if text not in ("true", "false"):
            raise ValueRefusedError("wrong_type", "Use true or false.")
        return text
    return folded(text) if field.type is CustomFieldType.TEXT else compared(stored(field, text))


def matches(values: Mapping[str, Value] | None, code: str, text: str) -> bool:
    """Whether a document has the value, in the form of `wanted`, in the field."""
    value = (values or {}).get(code)
    return value is not None and compared(value) == text


def _text(_: Declared, value: Value) -> Value:
    return _as_text(value)


def _number(_: Declared, value: Value) -> Value:
    try:
        return plain(Exact.parse(value))
    except DecimalRefusedError as error:
        raise ValueRefusedError(error.code, str(error)) from None


def _date(_: Declared, value: Value) -> Value:
    text = _as_text(value)
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueRefusedError("invalid_format", "Use a day such as 2026-11-26.") from None


def _boolean(_: Declared, value: Value) -> Value:
    if isinstance(value, bool):
        return value
    if value.lower() not in ("true", "false"):  # a file has texts only
        raise ValueRefusedError("wrong_type", "Use true or false.")
    return value.lower() == "true"


def _choice(field: Declared, value: Value) -> Value:
    text = folded(_as_text(value))
    for choice in field.choices or ():
        if folded(choice) == text:
            return choice
    raise ValueRefusedError("not_one_of", f"Choose one of: {', '.join(field.choices or ())}.")


def _as_text(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueRefusedError("wrong_type", "Use a text in quotes.")
    return value


_FORMS: Mapping[CustomFieldType, Callable[[Declared, Value], Value]] = {
    CustomFieldType.TEXT: _text,
    CustomFieldType.NUMBER: _number,
    CustomFieldType.DATE: _date,
    CustomFieldType.BOOLEAN: _boolean,
    CustomFieldType.CHOICE: _choice,
}
