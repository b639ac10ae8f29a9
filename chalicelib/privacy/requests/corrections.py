"""What a correction changes: one field of a document, by the same command as everybody's changes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib.identity.users import service as users
from chalicelib.identity.users.schemas import UserChange
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.kernel.use_case import UseCase
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.parties.customers.schemas import CustomerChange
from chalicelib.parties.vendors import service as vendors
from chalicelib.parties.vendors.schemas import VendorChange
from chalicelib.privacy.requests.content_schemas import PrivacyCorrection

_USER, _PARTY = "usr_", "pty_"
_OF_USERS = frozenset({"given_name", "family_name"})
_OF_PARTIES = frozenset({"name", "legal_name", "contacts", "addresses", "tax_ids"})


class _Door(NamedTuple):
    """Where documents of a kind are changed. fields: those of them that a correction may be about."""

    update: UseCase[[str, Any], Any]  # each door has its own command
    change: type[msgspec.Struct]
    fields: frozenset[str]


class Command(NamedTuple):
    """A change of one document: the use case, the id of the document, and what it is given."""

    update: UseCase[[str, Any], Any]  # each door has its own command
    document_id: str
    change: msgspec.Struct


_USERS = _Door(users.update, UserChange, _OF_USERS)
_CUSTOMERS = _Door(customers.update, CustomerChange, _OF_PARTIES)
_VENDORS = _Door(vendors.update, VendorChange, _OF_PARTIES)


def ref(work: Work, document_id: str) -> Ref | None:
    """The key of a document that may be about a person; None when it is of another kind."""
    if document_id.startswith(_USER):
        return users.ref(work.tenant, document_id)
    return customers.ref(work, document_id) if document_id.startswith(_PARTY) else None


def errors(work: Work, corrections: Sequence[PrivacyCorrection]) -> list[FieldError]:
    """An error for each correction that cannot be made: of a field that there is not, or with a value that does not fit
    it. Documents that there are not have none here."""
    found = list[FieldError]()
    for index, each in enumerate(corrections):
        row = _document(work, each.document_id)
        if row is not None:
            try:
                _changed(row, _door(row), [each], f"/correction/{index}")
            except Invalid as problem:
                found += problem.errors
    return found


def commands(work: Work, corrections: Sequence[PrivacyCorrection]) -> list[Command]:
    """What makes all of them, document by document. Invalid when one cannot be made any more."""
    found = []
    for document_id in dict.fromkeys(each.document_id for each in corrections):
        row = _document(work, document_id)
        if row is None:
            raise Invalid(errors=[FieldError("/correction", "not_found", "The document is not there any more.")])
        of_document, door = [each for each in corrections if each.document_id == document_id], _door(row)
        found.append(Command(door.update, document_id, _changed(row, door, of_document, "/correction")))
    return found


def _document(work: Work, document_id: str) -> Row | None:
    key = ref(work, document_id)
    return None if key is None else work.read(key)[0]


def _door(row: Row) -> _Door:
    if row.attribute_values.get("id", "").startswith(_USER):
        return _USERS
    return _CUSTOMERS if row.attribute_values.get("customer") is not None else _VENDORS


def _changed(row: Row, door: _Door, corrections: Sequence[PrivacyCorrection], pointer: str) -> msgspec.Struct:
    """The command that makes the corrections of one document. Invalid."""
    values: dict[str, object] = {}
    for each in corrections:
        name, *path = each.field.split(".")
        if name not in door.fields:
            says = f"Use one of {', '.join(sorted(door.fields))}."
            raise Invalid(errors=[FieldError(f"{pointer}/field", "not_correctable", says)])
        before = values.get(name, msgspec.to_builtins(row.attribute_values.get(name)))
        try:
            values[name] = _replaced(before, path, each.proposed_value)
        except (KeyError, IndexError, TypeError, ValueError):
            says = "The document has no such field."
            raise Invalid(errors=[FieldError(f"{pointer}/field", "not_found", says)]) from None
    try:
        return msgspec.convert(values, door.change)
    except msgspec.ValidationError as problem:
        raise Invalid(errors=[FieldError(f"{pointer}/proposed_value", "invalid", str(problem))]) from None


def _replaced(value: object, path: Sequence[str], new: str | None) -> object:
    """A copy of a tree with one leaf replaced. KeyError, IndexError, TypeError or ValueError when there is none."""
    if not path:
        if isinstance(value, dict | list):
            raise TypeError("this is no leaf")
        return new
    name, *rest = path
    if isinstance(value, dict):
        return value | {name: _replaced(value[name] if rest else value.get(name), rest, new)}
    if isinstance(value, list):
        index = int(name)
        return [
            _replaced(each, rest, new) if place == index else each for place, each in enumerate(_long(value, index))
        ]
    raise TypeError("this has no parts")


def _long(value: list[object], index: int) -> list[object]:
    """The list. IndexError when it has no such place."""
    if not 0 <= index < len(value):
        raise IndexError(index)
    return value
