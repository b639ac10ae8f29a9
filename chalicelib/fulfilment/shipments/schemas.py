"""What the API says about shipments."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.months import Month, OpenOnly
from chalicelib.sales.orders.schemas import OrderId

Carrier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._&-]{0,63}$", examples=["DHL"])]
TrackingNumber = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$", examples=["JJD000390007882345678"])]
TrackingUrl = Annotated[str, Meta(pattern=r"^https://[!-~]{4,500}$")]


class ShipmentStatus(StrEnum):
    """`draft` is the pick list."""

    DRAFT = "draft"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Consignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who carries it."""

    carrier: Carrier | None = None
    tracking_number: TrackingNumber | None = None
    tracking_url: TrackingUrl | None = None


class NewShipmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`line` is the number of the order's line."""

    line: Annotated[int, Meta(ge=1)]
    quantity: Quantity


class NewShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Without `lines` everything that is reserved goes. With `ship` it leaves at once, in the same commit."""

    order_id: OrderId
    lines: Annotated[list[NewShipmentLine], Meta(min_length=1, max_length=200)] | None = None
    ship: Consignment | None = None


class PackShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    packages: Annotated[int, Meta(ge=1, le=999)] = 1


class ShipmentChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Carrier and tracking can change after the shipment has left, too."""

    carrier: Carrier | None | UnsetType = UNSET
    tracking_number: TrackingNumber | None | UnsetType = UNSET
    tracking_url: TrackingUrl | None | UnsetType = UNSET


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    item_id: str
    sku: str
    name: str
    unit: str
    location_id: str
    quantity: Decimal


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """The lines are sorted by location: a pick list. `job_id` while a large one ships step by step."""

    id: str
    order_id: str
    order_number: str
    status: ShipmentStatus
    lines: list[ShipmentLine]
    ship_to: Address | None
    packages: int | None
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    packed_at: datetime | None
    shipped_at: datetime | None
    job_id: str | None
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class ShipmentQuery(PageQuery, frozen=True, kw_only=True):
    """Newest first, going back month by month; of one month; the open ones (to pick, pack and ship); of an order."""

    month: Month | None = None
    open: OpenOnly | None = None
    order_id: OrderId | None = None
    status: ShipmentStatus | None = None
