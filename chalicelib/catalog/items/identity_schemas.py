"""Schemas of what an item is besides its codes: its life, its replacement, its customs data and its pictures."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import ids
from chalicelib.kernel.address import Country
from chalicelib.kernel.texts import formatted, line
from chalicelib.kernel.urls import is_web_address


class ItemStatus(StrEnum):
    """`active`: usable. `phasing_out`: sold while stock lasts, and neither bought nor made any more. `archived`: not
    usable in new documents; existing documents keep their reference."""

    ACTIVE = "active"
    PHASING_OUT = "phasing_out"
    ARCHIVED = "archived"


ItemStatusField = Annotated[ItemStatus, Meta(description="Whether new documents can use the item.")]
ItemStatusFilter = Annotated[ItemStatus, Meta(description="Only items with this status; all if absent.")]
ReplacementId = Annotated[
    Annotated[str, ids.described("itm", "the replacement")],
    Meta(description="The item that replaces this one, which refusals of an archived item name; null for none."),
]
CountryOfOrigin = Annotated[
    Country, Meta(description="Where the item is from, as a code of ISO 3166-1 alpha-2; null when it is unknown.")
]


def _digits_only(code: str) -> str:
    """The code without the dots and blanks with which it is printed."""
    return "".join(code.replace(".", " ").split())


HsCode = Annotated[
    str,
    formatted(
        r"^[0-9]{6,10}$",
        "Use the 6 to 10 digits of a customs tariff number, with or without dots.",
        form=_digits_only,
        description="The customs tariff number (HS code) in digits; null when it is unknown.",
        examples=["87120030"],
    ),
]


class ItemImage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A picture of an item, which lies elsewhere."""

    url: Annotated[
        str,
        formatted(
            r"^https://[!-~]{1,1992}$",
            "Use an address that begins with https:// and has no blanks or credentials.",
            accepts=is_web_address,
            most=2000,
            description="Where the picture is. Nothing is read from there.",
            examples=["https://cdn.example.com/bike-26-red.jpg"],
        ),
    ]
    alt: (
        Annotated[
            str, line(250, description="What the picture shows, for people who do not see it; null when nobody said.")
        ]
        | None
    ) = None


Images = Annotated[
    list[ItemImage],
    Meta(max_length=20, description="Pictures of the item, the main one first. A change replaces the whole list."),
]
