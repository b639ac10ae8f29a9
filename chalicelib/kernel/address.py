"""Types for names, e-mail addresses, telephone numbers and postal addresses."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.privacy import ADDRESS, CONTACT, IDENTITY, marked

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Email = Annotated[str, Meta(pattern=r"^[^@\s]{1,64}@[^@\s]{1,189}$", examples=["ada@example.com"])]
Phone = Annotated[str, Meta(min_length=1, max_length=40)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="ISO 3166-1; ZZ when unknown", examples=["DE"])]
_Line = Annotated[str, Meta(min_length=1, max_length=200)]
_Part = Annotated[str, Meta(min_length=1, max_length=120)]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A postal address. Documents store a copy of it, which later changes do not affect."""

    name: Annotated[Name | None, marked(IDENTITY)] = None
    company: Annotated[Name | None, marked(IDENTITY)] = None
    lines: Annotated[list[_Line], Meta(max_length=4), marked(ADDRESS)] = []
    city: Annotated[_Part | None, marked(ADDRESS)] = None
    region: Annotated[_Part | None, marked(ADDRESS)] = None
    postal_code: Annotated[Annotated[str, Meta(min_length=1, max_length=20)] | None, marked(ADDRESS)] = None
    country: Annotated[Country, marked(ADDRESS)]
    phone: Annotated[Phone | None, marked(CONTACT)] = None
