"""API schemas of warehouses and their locations."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line

Code = Annotated[
    str,
    line(
        16,
        description="Your own short code, as labels show it. No two warehouses have the same, and no two locations of "
        "a warehouse, whatever its case.",
        examples=["MAIN"],
    ),
]
Name = Annotated[str, line(100, description="The name that people see.")]
WarehouseId = Annotated[str, ids.described("wh", "the warehouse")]
LocationId = Annotated[str, ids.described("loc", "the location")]


class Zone(StrEnum):
    """What a location is for. `storage` and `picking`: goods lie there for orders. `receiving`, `packing`, `shipping`:
    goods are on their way, sold but not picked from there. `quarantine` and `scrap`: goods are held, and not sold.
    `missing`: goods that were not found where they should be; they are held until they are counted."""

    STORAGE = "storage"
    PICKING = "picking"
    RECEIVING = "receiving"
    PACKING = "packing"
    SHIPPING = "shipping"
    QUARANTINE = "quarantine"
    SCRAP = "scrap"
    MISSING = "missing"

    @property
    def is_held(self) -> bool:
        """Whether what lies there may not be promised to anybody."""
        return self in (Zone.QUARANTINE, Zone.SCRAP, Zone.MISSING)

    @property
    def is_pickable(self) -> bool:
        """Whether goods for orders are taken from there."""
        return self in (Zone.STORAGE, Zone.PICKING)


class CountedBy(StrEnum):
    """Who says what lies in a warehouse. `us`: its stock is what is received, moved and counted. `keeper`: the goods
    lie with somebody else, such as a customer who has them on consignment or a platform that ships for you; only
    statements of that keeper and transfers change its stock, and orders are not shipped from there."""

    US = "us"
    KEEPER = "keeper"


ParentLocation = Annotated[
    LocationId, Meta(description="The location in which it lies, of the same warehouse; null when it lies in none.")
]
WithInner = Annotated[
    bool,
    Meta(
        description="Whether a location counts with all locations that lie in it, at any depth, as it does by default; "
        "false: only the location itself."
    ),
]
ZoneField = Annotated[Zone, Meta(description="What the location is for. It stays as it is.")]


def default_location(warehouse_id: str) -> str:
    """The id of the warehouse's default location."""
    return "loc_" + warehouse_id.removeprefix("wh_")


def warehouse_of_default(location_id: str) -> str:
    """The id of the warehouse of which the location would be the default one; only a guess, until that is known."""
    return "wh_" + location_id.removeprefix("loc_")


WarehousePriority = Annotated[
    int,
    Meta(
        ge=1,
        le=9,
        description="Which warehouses give first what is short in another one: those with lower numbers. 5 is normal.",
    ),
]
ShipsBeforeReceipt = Annotated[
    bool,
    Meta(
        description="Whether goods are committed and shipped before they are received; then less than nothing can be "
        "on hand. Not for a warehouse that its keeper counts. A change counts within a minute."
    ),
]


class WarehouseFields(Schema, frozen=True, kw_only=True):
    """The fields of a warehouse that callers can set."""

    code: Code
    name: Name
    priority: WarehousePriority = 5
    counted_by: Annotated[CountedBy, Meta(description="Who says what lies there. It stays as it is.")] = CountedBy.US
    ships_before_receipt: ShipsBeforeReceipt = False
    external_refs: ExternalRefs = []


class NewWarehouse(WarehouseFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A warehouse to create. It gets a default location, so that locations are optional."""


class WarehouseChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    priority: WarehousePriority | UnsetType = UNSET
    ships_before_receipt: ShipsBeforeReceipt | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Warehouse(WarehouseFields, Stamped, frozen=True, kw_only=True):
    """A building or yard for stock."""

    id: WarehouseId
    default_location_id: Annotated[
        LocationId, Meta(description="The id of the location where goods lie for which no other is named.")
    ]


class NewLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A location for stock in a warehouse, such as a bin, a shelf or a room."""

    warehouse_id: WarehouseId
    code: Code
    name: Name
    zone: ZoneField = Zone.STORAGE
    parent_location_id: ParentLocation | None = None


class LocationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    parent_location_id: ParentLocation | None | UnsetType = UNSET


class Location(Schema, Stamped, frozen=True, kw_only=True):
    """A location for stock in a warehouse, such as a bin, a shelf or a room."""

    id: LocationId
    warehouse_id: WarehouseId
    code: Code
    name: Name
    zone: ZoneField
    parent_location_id: ParentLocation | None
    status: StatusField
    is_default: Annotated[
        bool, Meta(description="Whether it is the default location of its warehouse, which cannot be archived.")
    ]
    allowed_transitions: AllowedTransitions


class WarehouseQuery(CreationQuery, frozen=True, kw_only=True):
    """All warehouses, oldest first."""


class LocationQuery(CreationQuery, frozen=True, kw_only=True):
    """The locations of a warehouse, or all; oldest first."""

    warehouse_id: Annotated[WarehouseId, Meta(description="Only locations of this warehouse.")] | None = None
    parent_location_id: Annotated[LocationId, Meta(description="Only locations that lie in this one.")] | None = None
    status: StatusFilter | None = None
