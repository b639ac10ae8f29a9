"""API schemas of warehouses and their locations."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
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


def default_location(warehouse_id: str) -> str:
    """The id of the warehouse's default location."""
    return "loc_" + warehouse_id.removeprefix("wh_")


class WarehouseFields(Schema, frozen=True, kw_only=True):
    """The fields of a warehouse that callers can set."""

    code: Code
    name: Name
    external_refs: ExternalRefs = []


class NewWarehouse(WarehouseFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A warehouse to create. It gets a default location, so that locations are optional."""


class WarehouseChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Warehouse(WarehouseFields, Stamped, frozen=True, kw_only=True):
    """A building or yard for stock."""

    id: WarehouseId
    default_location_id: Annotated[
        LocationId, Meta(description="The id of the location that orders use when they name none.")
    ]


class NewLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A location for stock in a warehouse, such as a bin, a shelf or a room."""

    warehouse_id: WarehouseId
    code: Code
    name: Name


class LocationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET


class Location(Schema, Stamped, frozen=True, kw_only=True):
    """A location for stock in a warehouse, such as a bin, a shelf or a room."""

    id: LocationId
    warehouse_id: WarehouseId
    code: Code
    name: Name
    status: StatusField
    is_default: Annotated[
        bool, Meta(description="Whether it is the default location of its warehouse, which cannot be archived.")
    ]
    job_id: JobId
    allowed_transitions: AllowedTransitions


class WarehouseQuery(CreationQuery, frozen=True, kw_only=True):
    """All warehouses, oldest first."""


class LocationQuery(CreationQuery, frozen=True, kw_only=True):
    """The locations of a warehouse, or all; oldest first."""

    warehouse_id: Annotated[WarehouseId, Meta(description="Only locations of this warehouse.")] | None = None
    status: StatusFilter | None = None
