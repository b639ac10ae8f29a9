"""What the API says about connections."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel.lists import PageQuery
from chalicelib.sales.orders.schemas import Reservation

ShopDomain = Annotated[
    str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,58}\.myshopify\.com$", examples=["novex-bikes.myshopify.com"])
]
ClientSecret = Annotated[
    str,
    Meta(
        pattern=r"^[\x21-\x7e]{20,128}$",
        description="The client secret of the Shopify app. It is never shown again.",
        extra_json_schema={"writeOnly": True},
    ),
]
ConnectionId = Annotated[str, Meta(pattern=r"^con_[0-9a-z]{26}$")]


class Platform(StrEnum):
    """Platforms that can be connected; more will come."""

    SHOPIFY = "shopify"


class ConnectionStatus(StrEnum):
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class NewConnection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shop to connect. Its orders take stock from the warehouse; `reservation` is what each of them gets."""

    platform: Platform
    shop_domain: ShopDomain
    client_secret: ClientSecret
    warehouse_id: WarehouseId
    reservation: Reservation = Reservation.PARTIAL
    auto_confirm: bool = True


class ConnectionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change; they count for orders that arrive afterwards."""

    warehouse_id: WarehouseId | UnsetType = UNSET
    reservation: Reservation | UnsetType = UNSET
    auto_confirm: bool | UnsetType = UNSET


class NewSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret before it stays valid for 24 hours, or until it is dropped."""

    client_secret: ClientSecret


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """`webhook_path` is where the platform must deliver to. `old_secret_until`: until then two secrets are valid."""

    id: str
    platform: Platform
    shop_domain: str
    status: ConnectionStatus
    warehouse_id: str
    reservation: Reservation
    auto_confirm: bool
    webhook_path: str
    old_secret_until: datetime | None
    disconnected_at: datetime | None
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class ConnectionQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""

    status: ConnectionStatus | None = None
