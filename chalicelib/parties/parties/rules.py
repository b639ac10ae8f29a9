"""Rules of parties, without access to the store."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import UNSET

from chalicelib.catalog.tax_codes.schemas import TaxTreatment
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.money import minor_units
from chalicelib.parties.parties import tax_ids
from chalicelib.parties.parties.schemas import MoneyAmount, PartyChange, PartyFields, PartyTerms
from chalicelib.parties.parties.terms import CustomerTerms, VendorTerms

T = TypeVar("T", bound=PartyTerms)


def errors(command: PartyFields | PartyChange, terms: PartyTerms, pointer: str = "") -> list[FieldError]:
    """Every error of the given fields and of the terms. pointer: where they lie in the request."""
    return [*_field_errors(command, pointer), *term_errors(terms, pointer)]


def _field_errors(command: PartyFields | PartyChange, pointer: str) -> Iterator[FieldError]:
    if command.contacts is not UNSET:
        for index, contact in enumerate(command.contacts):
            if not (contact.name or contact.email or contact.phone):
                says = "A contact needs a name, an email or a phone."
                yield FieldError(f"{pointer}/contacts/{index}", "empty", says)
    if command.tax_ids is not UNSET:
        yield from tax_ids.errors(command.tax_ids, f"{pointer}/tax_ids")


def term_errors(terms: PartyTerms, pointer: str = "") -> Iterator[FieldError]:
    """An error for each of the terms that does not fit the others."""
    if isinstance(terms, CustomerTerms):
        yield from _amount_errors(terms.credit_limit, f"{pointer}/credit_limit")
        if terms.tax_treatment is TaxTreatment.EXEMPT and terms.tax_exemption is None:
            says = "Say why the customer pays no tax."
            yield FieldError(f"{pointer}/tax_exemption", "required", says)
        if terms.tax_treatment is not TaxTreatment.EXEMPT and terms.tax_exemption is not None:
            says = "Only for the treatment `exempt`."
            yield FieldError(f"{pointer}/tax_exemption", "not_exempt", says)
    if isinstance(terms, VendorTerms):
        yield from _amount_errors(terms.minimum_order, f"{pointer}/minimum_order")


def _amount_errors(money: MoneyAmount | None, pointer: str) -> Iterator[FieldError]:
    if money is not None:
        places = minor_units(money.currency)
        if money.amount != round(Decimal(money.amount), places):
            says = f"{money.currency} has {places} decimal places."
            yield FieldError(f"{pointer}/amount", "too_precise", says)


def changed(terms: T, change: msgspec.Struct) -> T:
    """The terms with the given fields of the change."""
    given = {name: getattr(change, name) for name in terms.__struct_fields__ if name in change.__struct_fields__}
    return msgspec.structs.replace(terms, **{name: value for name, value in given.items() if value is not UNSET})


def of_command(kind: type[T], command: msgspec.Struct) -> T:
    """The terms that a command to create a party in a role holds."""
    return kind(**{name: getattr(command, name) for name in kind.__struct_fields__})


def too_many(what: str, values: Sequence[object], most: int) -> Iterator[FieldError]:
    """An error when a merge would make a list longer than it may be."""
    if len(values) > most:
        says = f"Together they would have more than {most} {what}; remove some first."
        yield FieldError("/into", "too_many", says)
