"""From Shopify's customer and addresses to ours. All of it may be missing: shops may withhold personal data."""

import re

from chalicelib.integrations.shopify import schemas
from chalicelib.kernel import countries
from chalicelib.kernel.address import Address
from chalicelib.kernel.texts import fit_line
from chalicelib.parties.customers.schemas import NewCustomer
from chalicelib.parties.parties.schemas import PartyAddress, PartyAddressKind, PartyContact, PartyKind

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


def address(given: schemas.Address | None) -> Address | None:
    """Our form of an address; None when it says nothing."""
    if given is None:
        return None
    lines = [line for line in (fit_line(given.address1, 200), fit_line(given.address2, 200)) if line]
    country = (given.country_code or "").upper()
    parts = {
        "name": fit_line(given.name, 200) or _full_name(given.first_name, given.last_name),
        "company": fit_line(given.company, 200),
        "city": fit_line(given.city, 120),
        "region": fit_line(given.province_code, 120) or fit_line(given.province, 120),
        "postal_code": fit_line(given.zip, 20),
        "phone": fit_line(given.phone, 40),
    }
    is_known = countries.is_country(country)
    if not lines and not is_known and not any(parts.values()):
        return None
    return Address(lines=lines, country=country if is_known else countries.UNKNOWN, **parts)


def customer(order: schemas.Order) -> NewCustomer | None:
    """The customer to add if none is known; None for an order without one."""
    given = order.customer
    if given is None:
        return None
    addresses = [
        (PartyAddressKind.BILLING, address(order.billing_address)),
        (PartyAddressKind.SHIPPING, address(order.shipping_address)),
        (PartyAddressKind.OTHER, address(given.default_address)),
    ]
    kept = [(kind, found) for kind, found in addresses if found is not None]
    if len(kept) == len(addresses) and kept[2][1] in (kept[0][1], kept[1][1]):
        kept.pop()
    name = _full_name(given.first_name, given.last_name) or next((a.name for _, a in kept if a.name), None)
    email, phone = _email(given.email) or _email(order.email), fit_line(given.phone, 40)
    return NewCustomer(
        kind=PartyKind.PERSON,
        name=name or f"Shopify customer {given.id}",
        contacts=[PartyContact(name=name, email=email, phone=phone)] if email or phone else [],
        addresses=[_typed(found, kind) for kind, found in kept],
    )


def _typed(found: Address, kind: PartyAddressKind) -> PartyAddress:
    return PartyAddress(kind=kind, **{name: getattr(found, name) for name in Address.__struct_fields__})


def _full_name(first: str | None, last: str | None) -> str | None:
    return fit_line(" ".join(part for part in (first, last) if part), 200)


def _email(given: str | None) -> str | None:
    found = fit_line(given, 254)
    return found if found and _EMAIL.fullmatch(found) else None
