"""API schemas of shipments."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.months import Month
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
from chalicelib.sales.orders.schemas import OrderId

Carrier = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._&-]{0,63}$", examples=["DHL"])]
TrackingNumber = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,64}$", examples=["JJD000390007882345678"])]
TrackingUrl = Annotated[str, Meta(pattern=r"^https://[!-~]{4,500}$")]


ShipmentId = Annotated[str, ids.described("shp", "a shipment")]


class ShipmentStatus(StrEnum):
    """The status of a shipment. A `draft` is a pick list."""

    DRAFT = "draft"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class ConsignmentFields(Schema, frozen=True, kw_only=True):
    """The carrier and tracking of a shipment."""

    carrier: Carrier | None = None
    tracking_number: TrackingNumber | None = None
    tracking_url: TrackingUrl | None = None


class Consignment(ConsignmentFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The carrier and tracking of a shipment."""


class NewShipmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A quantity of one order line. `line` is the number of the order's line."""

    line: Annotated[int, Meta(ge=1)]
    quantity: Quantity


class NewShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shipment of the given lines, or without `lines` of everything reserved. With `ship` it is shipped
    immediately."""

    order_id: OrderId
    lines: Annotated[list[NewShipmentLine], Meta(min_length=1, max_length=200)] | None = None
    ship: Consignment | None = None


class PackShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    packages: Annotated[int, Meta(ge=1, le=999)] = 1


class ShipmentChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears a field."""

    carrier: Carrier | None | UnsetType = UNSET
    tracking_number: TrackingNumber | None | UnsetType = UNSET
    tracking_url: TrackingUrl | None | UnsetType = UNSET


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of one order line at one location. `line` is the number of the order's line."""

    line: int
    item_id: str
    sku: str
    name: str
    unit: str
    location_id: str
    quantity: Decimal


class Shipment(ConsignmentFields, Stamped, frozen=True, kw_only=True):
    """Goods of an order that are shipped together. The lines are sorted by location, for picking."""

    id: ShipmentId
    order_id: OrderId
    order_number: str
    status: ShipmentStatus
    lines: list[ShipmentLine]
    ship_to: Address | None
    packages: int | None
    packed_at: datetime | None
    shipped_at: datetime | None
    job_id: JobId
    allowed_transitions: AllowedTransitions


class ShipmentQuery(PageQuery, frozen=True, kw_only=True):
    """All shipments or those of one month, newest first; the open ones, oldest first; or those of an order."""

    month: Month | None = None
    open: (
        Annotated[bool, Meta(description="true: only drafts and packed shipments; false: only the others.")] | None
    ) = None
    order_id: OrderId | None = None
    status: ShipmentStatus | None = None
