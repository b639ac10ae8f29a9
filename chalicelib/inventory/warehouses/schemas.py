"""What the API says about warehouses and the locations in them."""

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
        description="A short name in capitals: of warehouses unique in the tenant, of locations in the warehouse.",
        examples=["MAIN"],
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=100, description="What people call it.")]
WarehouseId = Annotated[str, ids.described("wh", "a warehouse")]
LocationId = Annotated[str, ids.described("loc", "a location")]


def default_location(warehouse_id: str) -> str:
    """The id of the location that is made with the warehouse."""
    return "loc_" + warehouse_id.removeprefix("wh_")


class WarehouseFields(Schema, frozen=True, kw_only=True):
    """What a warehouse says of itself."""

    code: Code
    name: Name
    external_refs: ExternalRefs = []


class NewWarehouse(WarehouseFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A warehouse is made with a default location, so that nobody who needs no bins has to think of them."""


class WarehouseChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Warehouse(WarehouseFields, Stamped, frozen=True, kw_only=True):
    """A building or yard where stock is kept."""

    id: WarehouseId
    default_location_id: Annotated[LocationId, Meta(description="Where stock lies if nothing else is said.")]


class NewLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A location in a warehouse where stock lies: a bin, a shelf, a room."""

    warehouse_id: WarehouseId
    code: Code
    name: Name


class LocationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change."""

    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET


class Location(Schema, Stamped, frozen=True, kw_only=True):
    """A location in a warehouse. `job_id` is there while a job archives one with very many balances."""

    id: LocationId
    warehouse_id: WarehouseId
    code: Code
    name: Name
    status: LifecycleStatus
    is_default: Annotated[bool, Meta(description="Whether it was made with its warehouse.")]
    job_id: JobId
    allowed_transitions: AllowedTransitions


class WarehouseQuery(PageQuery, frozen=True, kw_only=True):
    """All warehouses, oldest first."""


class LocationQuery(PageQuery, frozen=True, kw_only=True):
    """The locations of a warehouse, or all; oldest first."""

    warehouse_id: WarehouseId | None = None
    status: LifecycleStatus | None = None
