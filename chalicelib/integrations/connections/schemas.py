"""API schemas of connections."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.sales.orders.schemas import Reservation

ShopDomain = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,58}\.myshopify\.com$",
        description="The shop's own domain at Shopify.",
        examples=["novex-bikes.myshopify.com"],
    ),
]
ClientSecret = Annotated[
    str,
    Meta(
        pattern=r"^[\x21-\x7e]{20,128}$",
        description="The client secret of the Shopify app. It is never shown again.",
        extra_json_schema={"writeOnly": True},
    ),
]
ConnectionId = Annotated[str, ids.described("con", "a connection")]


class Platform(StrEnum):
    """Platforms that can be connected; more will come."""

    SHOPIFY = "shopify"


class ConnectionStatus(StrEnum):
    """`connected`: deliveries are taken and worked on. `disconnected`: they are refused, for good."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


PlatformField = Annotated[Platform, Meta(description="The platform that the account belongs to.")]
OrdersWarehouse = Annotated[WarehouseId, Meta(description="The warehouse that the shop's orders take stock from.")]
OrdersReservation = Annotated[Reservation, Meta(description="How the shop's orders reserve stock.")]
AutoConfirm = Annotated[bool, Meta(description="Whether the shop's orders are confirmed as soon as they arrive.")]


class ConnectionFields(Schema, frozen=True, kw_only=True):
    """The fields of a connection. Its orders take stock from the warehouse, each as `reservation` says."""

    platform: PlatformField
    shop_domain: ShopDomain
    warehouse_id: OrdersWarehouse
    reservation: OrdersReservation = Reservation.PARTIAL
    auto_confirm: AutoConfirm = True


class NewConnection(ConnectionFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shop to connect."""

    client_secret: ClientSecret


class ConnectionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change; they count for orders that arrive afterwards."""

    warehouse_id: OrdersWarehouse | UnsetType = UNSET
    reservation: OrdersReservation | UnsetType = UNSET
    auto_confirm: AutoConfirm | UnsetType = UNSET


class NewSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret before it stays valid for 24 hours, or until it is dropped."""

    client_secret: ClientSecret


class Connection(ConnectionFields, Stamped, frozen=True, kw_only=True):
    """An account of a platform whose deliveries are taken."""

    id: ConnectionId
    status: Annotated[ConnectionStatus, Meta(description="Whether deliveries are taken.")]
    webhook_path: Annotated[
        str,
        Meta(
            description="The path that the platform must deliver its webhooks to.",
            examples=["/webhooks/shopify/con_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    old_secret_until: Annotated[
        datetime | None, Meta(description="Until then the client secret before the present one is valid too.")
    ]
    disconnected_at: Annotated[datetime | None, Meta(description="When the connection ended.")]
    allowed_transitions: AllowedTransitions


class ConnectionQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first."""

    status: Annotated[ConnectionStatus, Meta(description="Only connections of this status.")] | None = None
