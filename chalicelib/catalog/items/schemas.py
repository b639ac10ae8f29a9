"""API schemas of items."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Exact, Price, QuantityOrZero
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lifecycle import LifecycleStatus
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.money import Currency
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped

Sku = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/+ -]{0,63}$",
        description="The stock keeping unit: the company's own code, unique in the tenant.",
        examples=["BIKE-26-RED"],
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=200, description="The name of the item.")]
Description = Annotated[str, Meta(max_length=4000, description="A longer text.")]
UnitCode = Annotated[
    str,
    Meta(pattern=r"^[a-z][a-z0-9_]{0,15}$", description="The unit of measure of quantities.", examples=["each"]),
]
Barcode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{4,48}$", examples=["4006381333931"])]
Category = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 &/_-]{0,63}$", examples=["Bikes"])]
ItemId = Annotated[str, ids.described("itm", "an item")]
Barcodes = Annotated[list[Barcode], Meta(max_length=20, description="Each is unique in the tenant.")]


class Tracking(StrEnum):
    """How stock of the item is tracked. Lots and serial numbers may be added, so accept unknown values."""

    NONE = "none"


class Measure(Exact):
    """A measurement: more than zero, at most 6 decimal places."""

    places = 6
    lowest = Exact(0)
    exclusive = True


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money for one unit, with its currency."""

    amount: Price
    currency: Currency


class WeightUnit(StrEnum):
    GRAM = "g"
    KILOGRAM = "kg"
    OUNCE = "oz"
    POUND = "lb"


class LengthUnit(StrEnum):
    MILLIMETRE = "mm"
    CENTIMETRE = "cm"
    METRE = "m"
    INCH = "in"


UnitPrice = Annotated[Money, Meta(description="The sales price of one unit.")]
UnitCost = Annotated[Money, Meta(description="The cost of one unit.")]
ReorderPoint = Annotated[QuantityOrZero, Meta(description="Reorder when less is available.")]


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: Measure
    unit: WeightUnit


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    length: Measure
    width: Measure
    height: Measure
    unit: LengthUnit


class ItemFields(Schema, frozen=True, kw_only=True):
    """The fields of an item that callers can set."""

    sku: Sku
    name: Name
    description: Description = ""
    unit: UnitCode = "each"
    barcodes: Barcodes = []
    category: Category | None = None
    tracking: Tracking = Tracking.NONE
    price: UnitPrice | None = None
    cost: UnitCost | None = None
    reorder_point: ReorderPoint | None = None
    weight: Weight | None = None
    size: Size | None = None
    external_refs: ExternalRefs = []


class NewItem(ItemFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to create."""


class ItemChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Unit and tracking cannot change."""

    sku: Sku | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    barcodes: Barcodes | UnsetType = UNSET
    category: Category | None | UnsetType = UNSET
    price: UnitPrice | None | UnsetType = UNSET
    cost: UnitCost | None | UnsetType = UNSET
    reorder_point: ReorderPoint | None | UnsetType = UNSET
    weight: Weight | None | UnsetType = UNSET
    size: Size | None | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class ItemRow(ItemChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of a bulk upsert: changes the given fields of the item with this SKU, or creates it; then `name` is
    required."""

    sku: Sku
    unit: UnitCode | UnsetType = UNSET
    tracking: Tracking | UnsetType = UNSET


class Item(ItemFields, Stamped, frozen=True, kw_only=True):
    """A product or material that is bought, made, stocked or sold."""

    id: ItemId
    status: LifecycleStatus
    allowed_transitions: AllowedTransitions


class ItemSort(StrEnum):
    """By time of creation, by SKU, by name ignoring case, or by the last change; `-` reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    SKU = "sku"
    SKU_DOWN = "-sku"
    NAME = "name"
    NAME_DOWN = "-name"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"


class ItemQuery(PageQuery, frozen=True, kw_only=True):
    """At most one of sku, name_prefix and updated_since; status and category can be combined with each."""

    sort: Annotated[ItemSort, Meta(description="The sort order; by time of creation by default.")] | None = None

    sku: Sku | None = None
    name_prefix: Annotated[str, Meta(min_length=1, max_length=200, description="Ignores case.")] | None = None
    updated_since: Annotated[datetime, Meta(tz=True, description="Changed at or after this time.")] | None = None
    status: LifecycleStatus | None = None
    category: Category | None = None


class OnError(StrEnum):
    SKIP_ROWS = "skip_rows"
    ALL_OR_NOTHING = "all_or_nothing"


class BulkUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Up to 100 items. `skip_rows` writes the valid rows, each separately; `all_or_nothing` writes all in one
    transaction of at most 98 writes: an item, its SKU, each barcode and each external reference count as one."""

    items: Annotated[list[ItemRow], Meta(min_length=1, max_length=100)]
    on_error: OnError = OnError.SKIP_ROWS


class BulkOutcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class RowError(msgspec.Struct, frozen=True):
    pointer: str
    code: str
    message: str


class RowResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one row. `index` is its position in the request."""

    index: int
    sku: str | None
    outcome: BulkOutcome
    id: str | None = None
    errors: list[RowError] = []


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    failed: int
    rows: list[RowResult]
