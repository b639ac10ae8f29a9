"""API schemas of connections."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import formatted, one_line
from chalicelib.sales.orders.status_schemas import ReservationMode
from chalicelib.search.index.schemas import ListSearch

SHOP_DOMAIN = r"[a-z0-9][a-z0-9-]{0,58}\.myshopify\.com"
ShopDomain = Annotated[
    str,
    formatted(
        f"^{SHOP_DOMAIN}$",
        "Use the shop's own domain, such as novex-bikes.myshopify.com.",
        form=one_line,
        description="The shop's own domain at Shopify.",
        examples=["novex-bikes.myshopify.com"],
    ),
]
ClientId = Annotated[
    str,
    formatted(
        r"^[A-Za-z0-9_-]{8,64}$",
        "Use the client id as Shopify shows it: 8 to 64 letters, digits, _ and -.",
        form=one_line,
        description="The client id of the Shopify app, as its settings in the Dev Dashboard show it.",
        examples=["2f1c7a9be04d4c5f8a6b3d2e1f0a9b8c"],
    ),
]
ClientSecret = Annotated[
    str,
    formatted(
        r"^[\x21-\x7e]{20,128}$",
        "Use the secret as Shopify shows it: 20 to 128 letters, digits and signs, without blanks.",
        description="The client secret of the Shopify app. It is kept encrypted and never shown.",
        extra_json_schema={"writeOnly": True},
    ),
]
ConnectionId = Annotated[str, ids.described("con", "the connection")]


class Platform(StrEnum):
    """Platforms that can be connected; more will come."""

    SHOPIFY = "shopify"


class ConnectionStatus(StrEnum):
    """`pending`: the platform has not confirmed yet that the account is the tenant's; deliveries are refused.
    `connected`: deliveries are taken and worked on. `disconnected`: they are refused, for good."""

    PENDING = "pending"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class PendingReason(StrEnum):
    """Why the platform has not confirmed that the account is the tenant's. `not_asked`: only in answers to dry runs.
    `wrong_credentials`: it does not know this client id with this client secret. `app_not_installed`: the app is not
    installed in the shop. `other_organization`: the app belongs to another organization than the shop. `other_shop`:
    the domain leads to a shop that the platform knows under another domain. `no_answer`: there is no such shop, it is
    closed, or the platform is down."""

    NOT_ASKED = "not_asked"
    WRONG_CREDENTIALS = "wrong_credentials"
    APP_NOT_INSTALLED = "app_not_installed"
    OTHER_ORGANIZATION = "other_organization"
    OTHER_SHOP = "other_shop"
    NO_ANSWER = "no_answer"


PlatformField = Annotated[Platform, Meta(description="The platform that the account belongs to.")]
OrdersWarehouse = Annotated[
    WarehouseId, Meta(description="The id of the warehouse that the shop's orders take stock from.")
]
OrdersReservation = Annotated[
    ReservationMode, Meta(description="What the confirmation of the shop's orders does when stock is short.")
]
AutoConfirm = Annotated[
    bool,
    Meta(description="Whether the shop's orders are confirmed as soon as they arrive; otherwise they stay drafts."),
]


class ConnectionFields(Schema, frozen=True, kw_only=True):
    """The fields of a connection. Its orders take stock from the warehouse, each as `reservation` says."""

    platform: PlatformField
    shop_domain: ShopDomain
    client_id: ClientId
    warehouse_id: OrdersWarehouse
    reservation: OrdersReservation = ReservationMode.PARTIAL
    auto_confirm: AutoConfirm = True


class NewConnection(ConnectionFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shop to connect."""

    client_secret: ClientSecret


class ConnectionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; they count for orders that arrive afterwards."""

    warehouse_id: OrdersWarehouse | UnsetType = UNSET
    reservation: OrdersReservation | UnsetType = UNSET
    auto_confirm: AutoConfirm | UnsetType = UNSET


class NewClientSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret before it stays valid for 24 hours, or until it is dropped."""

    client_secret: ClientSecret


class Connection(ConnectionFields, Stamped, frozen=True, kw_only=True):
    """An account of a platform whose deliveries are taken once the platform has confirmed that it is the tenant's."""

    id: ConnectionId
    status: Annotated[ConnectionStatus, Meta(description="Whether deliveries are taken.")]
    pending_reason: Annotated[
        PendingReason | None,
        Meta(description="Why the platform did not confirm it when it was asked last; null when it did."),
    ]
    pending_advice: Annotated[
        str | None, Meta(description="What a person can do about `pending_reason`; null when there is none.")
    ]
    pending_until: Annotated[
        datetime | None,
        Meta(description="When a pending connection ends and its secret is deleted; null once it is connected."),
    ]
    shop_id: Annotated[
        str | None,
        Meta(
            description="The shop's own id at the platform; null until it is connected.",
            examples=["gid://shopify/Shop/548380009"],
        ),
    ]
    connected_at: Annotated[
        datetime | None,
        Meta(description="When the platform confirmed that the account is the tenant's; null until then."),
    ]
    webhook_path: Annotated[
        str,
        Meta(
            description="The path that the platform must deliver its webhooks to.",
            examples=["/webhooks/shopify/con_01k9zq3v5e7r2t8y4w6x1c9b3n"],
        ),
    ]
    old_secret_until: Annotated[
        datetime | None,
        Meta(description="Until then the client secret before the present one is valid too; null when only one is."),
    ]
    disconnected_at: Annotated[datetime | None, Meta(description="When the connection ended; null while it lasts.")]
    allowed_transitions: AllowedTransitions


class ConnectionQuery(CreationQuery, frozen=True, kw_only=True):
    """Newest first."""

    q: ListSearch | None = None

    status: Annotated[ConnectionStatus, Meta(description="Only connections with this status.")] | None = None
