"""API schemas of the tenant itself."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.address import Address, Name
from chalicelib.kernel.money import Currency, RoundingMode

TenantId = Annotated[str, Meta(description="The id of the tenant: that of its organization in Keycloak.")]
CompanyName = Annotated[Name, Meta(description="The company's name.")]
DefaultCurrency = Annotated[Currency, Meta(description="The currency of new documents.")]
TimeZone = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$",
        max_length=64,
        description="The company's time zone: a name of the IANA database.",
        examples=["Europe/Berlin"],
    ),
]
FiscalYearStart = Annotated[int, Meta(ge=1, le=12, description="The month in which the fiscal year begins.")]
Rounding = Annotated[RoundingMode, Meta(description="How amounts of new documents are rounded.")]


class TenantStatus(StrEnum):
    """`active`: its people are let in. `suspended`: nobody is let in until the operator resumes it. `closed`: nobody is
    let in any more, for good."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class TenantAddressKind(StrEnum):
    """`registered`: the seat of the company. `billing`: where invoices to it go. `delivery`: where goods go."""

    REGISTERED = "registered"
    BILLING = "billing"
    DELIVERY = "delivery"


class TenantAddress(Address, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the company's own addresses."""

    kind: Annotated[TenantAddressKind, Meta(description="What the address is for.")]


Addresses = Annotated[list[TenantAddress], Meta(max_length=10, description="The company's own addresses.")]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change. They are defaults for new documents; those that exist stay as they are."""

    name: CompanyName | UnsetType = UNSET
    currency: DefaultCurrency | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    fiscal_year_start: FiscalYearStart | UnsetType = UNSET
    rounding: Rounding | UnsetType = UNSET
    addresses: Addresses | UnsetType = UNSET


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """The company whose data this is. Until its settings are changed for the first time, it has the defaults, version 0
    and no times."""

    id: TenantId
    name: CompanyName | None
    status: Annotated[TenantStatus, Meta(description="Whether its people are let in.")]
    currency: DefaultCurrency
    time_zone: TimeZone
    fiscal_year_start: FiscalYearStart
    rounding: Rounding
    addresses: Addresses
    version: Annotated[int, Meta(description="Rises with every change; send it back in If-Match as an ETag.")]
    created_at: Annotated[datetime | None, Meta(description="When it was described for the first time.")]
    created_by: Annotated[str | None, Meta(description="Who described it first, as on other documents.")]
    updated_at: Annotated[datetime | None, Meta(description="When it was changed last.")]
    updated_by: Annotated[str | None, Meta(description="Who changed it last, as in `created_by`.")]
