"""What the API says about the tenant itself."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.address import Address, Name
from chalicelib.kernel.money import Currency, RoundingMode

TimeZone = Annotated[
    str, Meta(pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$", max_length=64, examples=["Europe/Berlin"])
]
Month = Annotated[int, Meta(ge=1, le=12)]


class TenantStatus(StrEnum):
    """`suspended`: nobody is let in until the operator resumes it. `closed`: for good; what becomes of the data is the
    exit procedure's business."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class TenantAddressKind(StrEnum):
    REGISTERED = "registered"
    BILLING = "billing"
    DELIVERY = "delivery"


class TenantAddress(Address, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the company's own addresses."""

    kind: TenantAddressKind


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change. They are defaults for new documents; those that exist stay as they are.

    time_zone: a name of the IANA database. fiscal_year_start: the month, 1 to 12.
    """

    name: Name | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    fiscal_year_start: Month | UnsetType = UNSET
    rounding: RoundingMode | UnsetType = UNSET
    addresses: Annotated[list[TenantAddress], Meta(max_length=10)] | UnsetType = UNSET


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """The company that all of this belongs to. `id` is that of its organization in Keycloak."""

    id: str
    name: str | None
    status: TenantStatus
    currency: str
    time_zone: str
    fiscal_year_start: int
    rounding: RoundingMode
    addresses: list[TenantAddress]
    version: int
    created_at: datetime | None
    created_by: str | None
    updated_at: datetime | None
    updated_by: str | None
