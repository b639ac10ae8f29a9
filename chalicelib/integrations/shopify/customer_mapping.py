"""From Shopify's customer and addresses to ours. All of it may be missing: shops may withhold personal data."""

import re

from chalicelib.integrations.shopify import schemas
from chalicelib.integrations.shopify.text import clean
from chalicelib.kernel.address import Address
from chalicelib.parties.customers.schemas import (
    Contact,
    CustomerAddress,
    CustomerAddressKind,
    CustomerKind,
    NewCustomer,
)

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_UNKNOWN_COUNTRY = "ZZ"
"""ISO 3166 leaves it to users; we mean: not told."""


def address(given: schemas.Address | None) -> Address | None:
    """Our form of an address; None when it says nothing."""
    if given is None:
        return None
    lines = [line for line in (clean(given.address1, 200), clean(given.address2, 200)) if line]
    country = (given.country_code or "").upper()
    parts = {
        "name": clean(given.name, 200) or _full_name(given.first_name, given.last_name),
        "company": clean(given.company, 200),
        "city": clean(given.city, 120),
        "region": clean(given.province_code, 120) or clean(given.province, 120),
        "postal_code": clean(given.zip, 20),
        "phone": clean(given.phone, 40),
    }
    is_known = _COUNTRY.fullmatch(country) is not None
    if not lines and not is_known and not any(parts.values()):
        return None
    return Address(lines=lines, country=country if is_known else _UNKNOWN_COUNTRY, **parts)


def customer(order: schemas.Order) -> NewCustomer | None:
    """The customer to add if none is known; None for an order without one."""
    given = order.customer
    if given is None:
        return None
    addresses = [
        (CustomerAddressKind.BILLING, address(order.billing_address)),
        (CustomerAddressKind.SHIPPING, address(order.shipping_address)),
        (CustomerAddressKind.OTHER, address(given.default_address)),
    ]
    kept = [(kind, found) for kind, found in addresses if found is not None]
    if len(kept) == len(addresses) and kept[2][1] in (kept[0][1], kept[1][1]):
        kept.pop()
    name = _full_name(given.first_name, given.last_name) or next((a.name for _, a in kept if a.name), None)
    email, phone = _email(given.email) or _email(order.email), clean(given.phone, 40)
    return NewCustomer(
        kind=CustomerKind.PERSON,
        name=name or f"Shopify customer {given.id}",
        contacts=[Contact(name=name, email=email, phone=phone)] if email or phone else [],
        addresses=[_typed(found, kind) for kind, found in kept],
    )


def _typed(found: Address, kind: CustomerAddressKind) -> CustomerAddress:
    return CustomerAddress(kind=kind, **{name: getattr(found, name) for name in Address.__struct_fields__})


def _full_name(first: str | None, last: str | None) -> str | None:
    return clean(" ".join(part for part in (first, last) if part), 200)


def _email(given: str | None) -> str | None:
    found = clean(given, 254)
    return found if found and _EMAIL.fullmatch(found) else None
