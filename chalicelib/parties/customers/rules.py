"""Decisions about customers that need no store."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.parties.customers.schemas import Contact, CustomerChange, NewCustomer


def check(wanted: NewCustomer | CustomerChange) -> None:
    """Invalid when a contact says nothing or an external reference is given twice."""
    problems: list[FieldError] = []
    if wanted.contacts is not UNSET:
        problems += [
            FieldError(f"/contacts/{index}", "empty", "A contact needs a name, an email or a phone.")
            for index, contact in enumerate(wanted.contacts)
            if not (contact.name or contact.email or contact.phone)
        ]
    if wanted.external_refs is not UNSET:
        values = [ref.value for ref in wanted.external_refs]
        problems += [FieldError(f"/external_refs/{i}", "repeated", "Given twice.") for i in _repeats(values)]
    if problems:
        raise Invalid(errors=problems)


def emails(contacts: Iterable[Contact]) -> list[str]:
    """Every address once, the first contact's first."""
    return list(dict.fromkeys(contact.email.casefold() for contact in contacts if contact.email))


def _repeats(values: Sequence[str]) -> list[int]:
    return [index for index, value in enumerate(values) if value in values[:index]]
