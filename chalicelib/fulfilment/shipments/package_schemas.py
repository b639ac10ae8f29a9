"""API schemas of the packages of a shipment."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.measures import Size, Weight
from chalicelib.kernel.texts import line
from chalicelib.sales.orders.line_schemas import LineNumber

MOST_PACKAGES = 200
TrackingNumber = Annotated[
    str,
    line(
        64,
        description="The carrier's number of the consignment; null when there is none.",
        examples=["JJD000390007882345678"],
    ),
]
PackageNumber = Annotated[
    int, Meta(ge=1, le=9999, description="The number of the package, which no other one of the shipment has.")
]
PackageTrackingNumber = Annotated[
    str,
    line(
        64,
        description="The carrier's number of the package; null when it has none of its own.",
        examples=["00340434161094000001"],
    ),
]


class PackageContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a package has of one order line."""

    line: LineNumber
    quantity: Annotated[Quantity, Meta(description="How much of it is in the package, in the item's base unit.")]


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A package of a shipment, which may lie in another one."""

    number: PackageNumber
    parent: (
        Annotated[int, Meta(description="The number of the package in which it lies; null when it lies in none.")]
        | None
    ) = None
    packaging: (
        Annotated[
            str,
            line(64, description="What the goods are packed in; null when it is not known.", examples=["Euro pallet"]),
        ]
        | None
    ) = None
    weight: (
        Annotated[Weight, Meta(description="The gross weight, with all that lies in it; null when it is unknown.")]
        | None
    ) = None
    size: Annotated[Size, Meta(description="The outer dimensions; null when they are unknown.")] | None = None
    tracking_number: PackageTrackingNumber | None = None
    contents: Annotated[
        list[PackageContent],
        Meta(
            max_length=200,
            description="What lies directly in it. Goods of the shipment that are in no package are fine.",
        ),
    ] = []


class PackageTracking(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tracking number of one package."""

    number: Annotated[int, Meta(description="The number of the package.")]
    tracking_number: PackageTrackingNumber | None
