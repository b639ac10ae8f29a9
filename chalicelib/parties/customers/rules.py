"""Rules of customers, without access to the store."""

from collections.abc import Iterable

from msgspec import UNSET

from chalicelib.kernel.errors import FieldError, Invalid
from chalicelib.parties.customers.schemas import Contact, CustomerChange, NewCustomer


def check(command: NewCustomer | CustomerChange) -> None:
    """Invalid when a contact has neither name, e-mail address nor telephone number."""
    if command.contacts is UNSET:
        return
    problems = [
        FieldError(f"/contacts/{index}", "empty", "A contact needs a name, an email or a phone.")
        for index, contact in enumerate(command.contacts)
        if not (contact.name or contact.email or contact.phone)
    ]
    if problems:
        raise Invalid(errors=problems)


def emails(contacts: Iterable[Contact]) -> list[str]:
    """The e-mail addresses of the contacts, case-folded, in their order, without duplicates."""
    return list(dict.fromkeys(contact.email.casefold() for contact in contacts if contact.email))
