"""Types for names, e-mail addresses, telephone numbers and postal addresses."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.countries import is_country
from chalicelib.kernel.privacy import ADDRESS, CONTACT, COUNTRY, IDENTITY, NAME, marked
from chalicelib.kernel.texts import formatted, line, one_line

Name = Annotated[str, line(200)]
Email = Annotated[
    str,
    formatted(
        r"^[^@\s]{1,64}@[^@\s]{1,189}$",
        "Use an e-mail address such as ada@example.com.",
        form=one_line,
        examples=["ada@example.com"],
    ),
]
Phone = Annotated[str, line(40)]
Country = Annotated[
    str,
    formatted(
        r"^[A-Z]{2}$",
        "Use a country code of ISO 3166-1, such as DE, or ZZ when the country is unknown.",
        accepts=is_country,
        code="unknown_country",
        description="The country, as a code of ISO 3166-1 alpha-2; `ZZ` when it is unknown.",
        examples=["DE"],
    ),
]
_Line = Annotated[str, line(200)]
_Part = Annotated[str, line(120)]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A postal address. Documents store a copy of it, which later changes do not affect."""

    name: Annotated[Name | None, marked(NAME, "Who receives post or goods here; null for a company.")] = None
    company: Annotated[Name | None, marked(IDENTITY, "The company at this address; null for a private address.")] = None
    lines: Annotated[
        list[_Line],
        Meta(max_length=4),
        marked(ADDRESS, "Street, house number and whatever else stands above the city, one line each."),
    ] = []
    city: Annotated[_Part | None, marked(ADDRESS, "The city or town; null where there is none.")] = None
    region: Annotated[_Part | None, marked(ADDRESS, "The state, province or county; null where there is none.")] = None
    postal_code: Annotated[
        Annotated[str, line(20)] | None,
        marked(ADDRESS, "The postal code as it is written in the country; null where there is none."),
    ] = None
    country: Annotated[Country, marked(COUNTRY)]
    phone: Annotated[
        Phone | None, marked(CONTACT, "The telephone number for questions; null when it is not known.")
    ] = None
