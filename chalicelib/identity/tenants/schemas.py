"""API schemas of the tenant itself."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import available_timezones

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.address import Address, Name
from chalicelib.kernel.decimals import Percent
from chalicelib.kernel.money import Currency, RoundingMode
from chalicelib.kernel.privacy import BUSINESS, marked
from chalicelib.kernel.texts import formatted

TenantId = Annotated[str, Meta(description="The id of your tenant, which is that of its organization in Keycloak.")]
CompanyName = Annotated[Name, Meta(description="The name of your company; null until it is set.")]
DefaultCurrency = Annotated[Currency, Meta(description="The currency that forms should suggest for new documents.")]


def _is_time_zone(name: str) -> bool:
    return name in available_timezones()


TimeZone = Annotated[
    str,
    formatted(
        r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$",
        "Use a time zone of the IANA database, such as Europe/Berlin.",
        accepts=_is_time_zone,
        code="unknown_time_zone",
        most=64,
        description="The time zone of your company: a name of the IANA database.",
        examples=["Europe/Berlin"],
    ),
]
FiscalYearStart = Annotated[
    int, Meta(ge=1, le=12, description="The month in which your fiscal year begins: 1 for January.")
]
ApiVersion = Annotated[
    str,
    formatted(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "Use a version of the API, such as 2026-11-26.",
        description="The version of the API for requests that name none in Novex-Version.",
        examples=["2026-11-26"],
    ),
]
OverDeliveryPercent = Annotated[
    Percent,
    Meta(description="How much more of an order line than was ordered may be shipped, in percent of what was ordered."),
]
Rounding = Annotated[RoundingMode, Meta(description="The rounding that forms should suggest for new documents.")]


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

    kind: Annotated[TenantAddressKind, marked(BUSINESS, "What the address is for.")]


Addresses = Annotated[
    list[TenantAddress],
    Meta(max_length=10, description="The addresses of your company. A change replaces the whole list."),
]


class TenantChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change. Existing documents stay as they are."""

    name: CompanyName | UnsetType = UNSET
    currency: DefaultCurrency | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    fiscal_year_start: FiscalYearStart | UnsetType = UNSET
    rounding: Rounding | UnsetType = UNSET
    over_delivery_percent: OverDeliveryPercent | UnsetType = UNSET
    api_version: ApiVersion | UnsetType = UNSET
    addresses: Addresses | UnsetType = UNSET


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """The company whose data this is."""

    id: TenantId
    name: CompanyName
    status: Annotated[TenantStatus, Meta(description="Whether its people are let in.")]
    currency: DefaultCurrency
    time_zone: TimeZone
    fiscal_year_start: FiscalYearStart
    rounding: Rounding
    over_delivery_percent: OverDeliveryPercent
    api_version: ApiVersion
    is_sandbox: Annotated[bool, Meta(description="Whether it is for tests: its clock can be set. It never changes.")]
    addresses: Addresses
    version: Annotated[int, Meta(description="Rises with every change; send it back in If-Match as an ETag.")]
    created_at: Annotated[datetime, Meta(description="When the operator made it.")]
    created_by: Annotated[str, Meta(description="Who made it, as on other documents.")]
    updated_at: Annotated[datetime, Meta(description="When it was changed last.")]
    updated_by: Annotated[str, Meta(description="Who changed it last, as in `created_by`.")]
