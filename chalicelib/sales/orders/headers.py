"""Building of the fixed fields of an order besides its lines: what is given, else what is agreed with the customer."""

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import UNSET

from chalicelib.catalog.tax_codes.schemas import TaxTreatment
from chalicelib.kernel.address import Address
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.mapping import merged
from chalicelib.parties.customers.schemas import Customer
from chalicelib.parties.parties.schemas import PartyAddressKind
from chalicelib.sales.orders import amounts, line_building
from chalicelib.sales.orders.content import Header
from chalicelib.sales.orders.line_schemas import Charge
from chalicelib.sales.orders.schemas import NewSalesOrder, SalesOrderChange

_OF_CUSTOMER = ("billing_address", "shipping_address", "tax_treatment")
"""What is as with the customer unless it is given."""
_GIVEN = (
    "billing_address",
    "shipping_address",
    "requested_on",
    "tax_date",
    "discount_percent",
    "discount_amount",
    "deposit_percent",
    "deposit_amount",
    "note",
)


def of_new(command: NewSalesOrder, customer: Customer | None, day: date) -> Header:
    """The header of a new order, without charges, taxes and totals. day: of the order."""
    header = Header(
        note=command.note,
        requested_on=command.requested_on,
        discount_percent=command.discount_percent,
        discount_amount=command.discount_amount,
        deposit_percent=command.deposit_percent,
        deposit_amount=command.deposit_amount,
        channel=command.channel,
        tax_date=command.tax_date or day,
        rounding=command.rounding,
        prices_include_tax=command.prices_include_tax,
    )
    given = {name: value for name in _OF_CUSTOMER if (value := getattr(command, name)) is not None}
    return msgspec.structs.replace(with_customer(header, customer), **given)


def changed(before: Header, change: SalesOrderChange) -> Header:
    """The header with what is given, besides charges."""
    fields: dict[str, object] = {name: value for name in _GIVEN if (value := getattr(change, name)) is not UNSET}
    return msgspec.structs.replace(before, **fields)


def errors(header: Header, currency: str) -> list[FieldError]:
    """The errors of the deposit."""
    if header.deposit_amount is None:
        return []
    if header.deposit_percent is not None:
        return [FieldError("/deposit_amount", "two_deposits", "Give percent or amount, not both.")]
    return amounts.amount_errors(header.deposit_amount, currency, "/deposit_amount")


def with_charges(header: Header, charges: Sequence[Charge], currency: str) -> Header:
    """The header with charges, without their taxes. Invalid for wrong ones."""
    return msgspec.structs.replace(header, charges=line_building.charges(charges, currency))


def with_customer(header: Header, customer: Customer | None) -> Header:
    """The header with what is agreed with a customer, and copies of the addresses."""
    return msgspec.structs.replace(
        header,
        billing_address=_address(customer, PartyAddressKind.BILLING),
        shipping_address=_address(customer, PartyAddressKind.SHIPPING),
        price_list_id=customer.price_list_id if customer else None,
        customer_group=customer.group if customer else None,
        tax_treatment=customer.tax_treatment if customer else TaxTreatment.TAXABLE,
    )


def _address(customer: Customer | None, kind: PartyAddressKind) -> Address | None:
    """A copy of the customer's first address of that kind, else of the first address."""
    addresses = customer.addresses if customer else []
    chosen = next((entry for entry in addresses if entry.kind is kind), addresses[0] if addresses else None)
    return None if chosen is None else merged(Address, chosen)
