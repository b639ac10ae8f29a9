"""What the API says about warehouses and the locations in them."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel.external_refs import ExternalRef, ExternalRefs
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import PageQuery

Code = Annotated[str, Meta(pattern=r"^[A-Z0-9][A-Z0-9_-]{0,15}$", examples=["MAIN"])]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
WarehouseId = Annotated[str, Meta(pattern=r"^wh_[0-9a-z]{26}$")]
LocationId = Annotated[str, Meta(pattern=r"^loc_[0-9a-z]{26}$")]


class NewWarehouse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A warehouse is made with a default location, so that nobody who needs no bins has to think of them."""

    code: Code
    name: Name
    external_refs: ExternalRefs = []


class WarehouseChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    code: str
    name: str
    default_location_id: str
    external_refs: list[ExternalRef]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class NewLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place in a warehouse where stock lies: a bin, a shelf, a room."""

    warehouse_id: WarehouseId
    code: Code
    name: Name


class LocationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: Code | UnsetType = UNSET
    name: Name | UnsetType = UNSET


class Location(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    warehouse_id: str
    code: str
    name: str
    status: LifecycleStatus
    is_default: bool
    allowed_transitions: list[str]
    version: int
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class WarehouseQuery(PageQuery, frozen=True, kw_only=True):
    """All warehouses, oldest first."""


class LocationQuery(PageQuery, frozen=True, kw_only=True):
    """The locations of a warehouse, or all; oldest first."""

    warehouse_id: WarehouseId | None = None
    status: LifecycleStatus | None = None
