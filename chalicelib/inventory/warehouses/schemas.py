"""API schemas of warehouses and their locations."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped

Code = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z0-9][A-Z0-9_-]{0,15}$",
        description="A short code in capitals. Unique in the tenant for warehouses, in the warehouse for locations.",
        examples=["MAIN"],
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=100, description="The display name.")]
WarehouseId = Annotated[str, ids.described("wh", "a warehouse")]
LocationId = Annotated[str, ids.described("loc", "a location")]


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
    default_location_id: Annotated[LocationId, Meta(description="The location that is used when none is given.")]


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
    """A location in a warehouse. `job_id` is set while a job archives or restores it."""

    id: LocationId
    warehouse_id: WarehouseId
    code: Code
    name: Name
    status: LifecycleStatus
    is_default: Annotated[bool, Meta(description="Whether it is the default location of its warehouse.")]
    job_id: JobId
    allowed_transitions: AllowedTransitions


class WarehouseQuery(PageQuery, frozen=True, kw_only=True):
    """All warehouses, oldest first."""


class LocationQuery(PageQuery, frozen=True, kw_only=True):
    """The locations of a warehouse, or all; oldest first."""

    warehouse_id: WarehouseId | None = None
    status: LifecycleStatus | None = None
