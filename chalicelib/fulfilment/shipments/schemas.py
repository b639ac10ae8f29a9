"""API schemas of shipments."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.fulfilment.shipments.package_schemas import MOST_PACKAGES, Package, PackageTracking, TrackingNumber
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.months import CreatedInMonth
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
from chalicelib.kernel.texts import formatted, line, one_line
from chalicelib.sales.orders.line_schemas import (
    LineCustomerCode,
    LineCustomerName,
    LineName,
    LineNumber,
    LineSku,
    LineUnit,
)
from chalicelib.sales.orders.schemas import OrderId
from chalicelib.search.index.schemas import ListSearch

Carrier = Annotated[
    str,
    line(
        64,
        description="Who carries the goods; null when that is not known.",
        examples=["DHL"],
    ),
]
TrackingUrl = Annotated[
    str,
    formatted(
        r"^https://[!-~]{4,500}$",
        "Use an address that begins with https:// and has no blanks.",
        form=one_line,
        description="The page on which the customer can follow the consignment; null when there is none.",
        examples=["https://www.dhl.com/track?id=JJD000390007882345678"],
    ),
]
ShipmentId = Annotated[str, ids.described("shp", "the shipment")]


ReceivedBy = Annotated[str, line(100, description="Who took the goods; null when that is not known.")]


class ShipmentStatus(StrEnum):
    """The status of a shipment. `draft`: a pick list. `packed`: ready to leave. `shipped`: its goods are no longer in
    stock. `delivered`: the customer has them. `cancelled`: it did not leave, or was reversed."""

    DRAFT = "draft"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class ConsignmentFields(Schema, frozen=True, kw_only=True):
    """The carrier and tracking of a shipment."""

    carrier: Carrier | None = None
    tracking_number: TrackingNumber | None = None
    tracking_url: TrackingUrl | None = None


class Consignment(ConsignmentFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The carrier and tracking of a shipment. What is null or absent stays as it is."""


class NewShipmentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A quantity of one order line."""

    line: Annotated[int, Meta(ge=1, description="The number of the order's line.")]
    quantity: Annotated[Quantity, Meta(description="The quantity to ship, in the item's unit.")]
    location_id: (
        Annotated[LocationId, Meta(description="Where to take it from. Without it, the places are chosen.")] | None
    ) = None


class NewShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A shipment of an order's committed stock."""

    order_id: Annotated[OrderId, Meta(description="The id of the sales order whose goods are shipped.")]
    warehouse_id: (
        Annotated[
            WarehouseId,
            Meta(description="The warehouse that the goods leave. Needed when they could leave several."),
        ]
        | None
    ) = None
    lines: (
        Annotated[
            list[NewShipmentLine],
            Meta(
                min_length=1,
                max_length=200,
                description="What is shipped. Without it, everything that is committed in the warehouse.",
            ),
        ]
        | None
    ) = None
    beyond_tolerance: Annotated[
        bool,
        Meta(description="Whether lines may have more than was ordered beyond what the company tolerates."),
    ] = False
    ship: (
        Annotated[
            Consignment,
            Meta(description="If given, even as an empty object, the goods are shipped at once, with these details."),
        ]
        | None
    ) = None


class PackShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the goods are packed."""

    packages: (
        Annotated[
            list[Package],
            Meta(
                max_length=MOST_PACKAGES,
                description="All packages of the shipment from now on, in any order; without it, those that it has.",
            ),
        ]
        | UnsetType
    ) = UNSET


class DeliverShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When the goods reached the customer, and who took them."""

    delivered_at: (
        Annotated[
            datetime,
            Meta(tz=True, description="When it was delivered: after it was shipped, not in the future; now if absent."),
        ]
        | None
    ) = None
    received_by: ReceivedBy | None = None


class CancelShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the goods of a shipment that had left return to."""

    return_to_location_id: (
        Annotated[
            LocationId,
            Meta(description="The location to which all goods return. Without it, where they were taken from."),
        ]
        | None
    ) = None


class ShipmentChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears a field."""

    carrier: Carrier | None | UnsetType = UNSET
    tracking_number: TrackingNumber | None | UnsetType = UNSET
    tracking_url: TrackingUrl | None | UnsetType = UNSET
    packages: (
        Annotated[
            list[PackageTracking],
            Meta(max_length=MOST_PACKAGES, description="New tracking numbers of packages; the others keep theirs."),
        ]
        | UnsetType
    ) = UNSET


class MissingLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was not found of a line."""

    line: LineNumber
    quantity: Annotated[Quantity, Meta(description="How much of it was not found, in the item's base unit.")]
    location_id: (
        Annotated[
            LocationId,
            Meta(description="Where it was not found; without it, wherever the shipment takes the line from."),
        ]
        | None
    ) = None


class ReportMissing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a picker has not found."""

    lines: Annotated[
        list[MissingLine], Meta(min_length=1, max_length=15, description="What was not found, line by line.")
    ]


class ShipmentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity of one order line at one location."""

    line: Annotated[int, Meta(description="The number of the order's line.")]
    item_id: ItemId
    sku: LineSku
    name: LineName
    customer_item_code: LineCustomerCode
    customer_item_name: LineCustomerName
    unit: LineUnit
    location_id: Annotated[LocationId, Meta(description="The location to pick the goods from.")]
    quantity: Annotated[Decimal, Meta(description="The quantity to pick and ship, in the item's unit.")]
    is_over: Annotated[bool, Meta(description="Whether it is beyond what was ordered.")]


class Shipment(ConsignmentFields, Stamped, frozen=True, kw_only=True):
    """Goods of an order that leave a warehouse together. The lines are sorted by location, for picking."""

    id: ShipmentId
    warehouse_id: Annotated[WarehouseId, Meta(description="The warehouse that the goods leave.")]
    order_id: Annotated[OrderId, Meta(description="The id of the sales order whose goods are shipped.")]
    order_number: Annotated[
        str, Meta(description="The number of that order, as people name it.", examples=["SO-2026-000123"])
    ]
    status: Annotated[ShipmentStatus, Meta(description="How far the shipment is.")]
    lines: Annotated[list[ShipmentLine], Meta(description="What is shipped, in the order of picking.")]
    ship_to: Annotated[
        Address | None,
        Meta(
            description="Where the goods go: the order's address, from packing on the one of that time; null when it "
            "had none."
        ),
    ]
    ship_to_differs: Annotated[
        bool,
        Meta(
            description="Whether the order has another address since the shipment was packed, told within seconds. "
            "Pack it again to take that one."
        ),
    ]
    packages: Annotated[
        list[Package], Meta(description="What it is packed in; empty until that is said, when it is packed.")
    ]
    packed_at: Annotated[datetime | None, Meta(description="When it was packed; null if it was not.")]
    shipped_at: Annotated[datetime | None, Meta(description="When it was shipped; null if it was not.")]
    delivered_at: Annotated[datetime | None, Meta(description="When it was delivered; null if it was not.")]
    received_by: Annotated[
        str | None, Meta(description="Who took the goods; null when that is not known, or when you may not see it.")
    ]
    job_id: JobId
    allowed_transitions: AllowedTransitions


class ShipmentQuery(CreationQuery, frozen=True, kw_only=True):
    """All shipments or those of one month, newest first; the open ones, by warehouse, in the order of picking; those of
    an order, or those with a tracking number."""

    q: ListSearch | None = None

    month: CreatedInMonth | None = None
    open: (
        Annotated[bool, Meta(description="true: only drafts and packed shipments; false: only the others.")] | None
    ) = None
    order_id: Annotated[OrderId, Meta(description="Only shipments of this order.")] | None = None
    tracking_number: (
        Annotated[
            str,
            line(
                64,
                description="Only shipments with this tracking number, or with a package that has it; the newest 25.",
            ),
        ]
        | None
    ) = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Only shipments that leave this warehouse.")] | None = None
    status: Annotated[ShipmentStatus, Meta(description="Only shipments with this status.")] | None = None
