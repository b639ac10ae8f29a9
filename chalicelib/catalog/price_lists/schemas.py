"""API schemas of price lists."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.money import Currency
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line

PriceListId = Annotated[str, ids.described("prl", "the price list")]
Code = Annotated[
    str,
    line(
        64,
        description="Your own short code of it. No two price lists have the same, whatever its case.",
        examples=["DEALER"],
    ),
]
Name = Annotated[str, line(200, description="The name, as people choose it from a list.")]
ListCurrency = Annotated[Currency, Meta(description="The currency of all its prices. It cannot change.")]
IncludesTax = Annotated[bool, Meta(description="Whether its prices include taxes. It cannot change.")]
CustomerGroup = Annotated[
    str,
    line(
        64,
        description="Only customers of this group have these prices, in any case; null for customers of all groups.",
        examples=["Dealers"],
    ),
]
Channel = Annotated[
    str,
    line(
        64,
        description="Only sales through this channel have these prices, in any case; null for all channels.",
        examples=["shop"],
    ),
]
ValidFrom = Annotated[date, Meta(description="The first day on which it counts; null when it always did.")]
ValidTo = Annotated[date, Meta(description="The last day on which it counts; null when no end is known.")]
Priority = Annotated[
    int,
    Meta(
        ge=-1000, le=1000, description="Of lists with equally special conditions, the one with the highest goes first."
    ),
]


class PriceListFields(Schema, frozen=True, kw_only=True):
    """The fields of a price list that callers can set."""

    code: Code
    name: Name
    currency: ListCurrency
    includes_tax: IncludesTax = False
    customer_group: CustomerGroup | None = None
    channel: Channel | None = None
    valid_from: ValidFrom | None = None
    valid_to: ValidTo | None = None
    priority: Priority = 0


class NewPriceList(PriceListFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A price list to create."""


class PriceListChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. The currency, and whether taxes are included, cannot
    change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    customer_group: CustomerGroup | None | UnsetType = UNSET
    channel: Channel | None | UnsetType = UNSET
    valid_from: ValidFrom | None | UnsetType = UNSET
    valid_to: ValidTo | None | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET


class PriceList(PriceListFields, Stamped, frozen=True, kw_only=True):
    """Prices of items in one currency, for certain customers, channels and days."""

    id: PriceListId
    status: StatusField
    allowed_transitions: AllowedTransitions


class PriceListSort(StrEnum):
    """`created_at`: by time of creation. `code`: by code, in any case. A `-` before it reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    CODE = "code"
    CODE_DOWN = "-code"


class PriceListQuery(DocumentQuery, frozen=True, kw_only=True):
    """Code, status, currency, customer group and channel can be combined."""

    sort: Annotated[PriceListSort, Meta(description="The sort order; by time of creation by default.")] | None = None
    code: Annotated[Code, Meta(description="Only the price list with this code; case does not matter.")] | None = None
    status: StatusFilter | None = None
    currency: Annotated[Currency, Meta(description="Only price lists in this currency.")] | None = None
    customer_group: (
        Annotated[CustomerGroup, Meta(description="Only price lists for this group of customers, in any case.")] | None
    ) = None
    channel: Annotated[Channel, Meta(description="Only price lists for this channel, in any case.")] | None = None
