"""What the API says about items."""

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
Name = Annotated[str, Meta(min_length=1, max_length=200, description="What the item is called.")]
Description = Annotated[str, Meta(max_length=4000, description="A longer text.")]
UnitCode = Annotated[
    str,
    Meta(pattern=r"^[a-z][a-z0-9_]{0,15}$", description="The unit that quantities are counted in.", examples=["each"]),
]
Barcode = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{4,48}$", examples=["4006381333931"])]
Category = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 &/_-]{0,63}$", examples=["Bikes"])]
ItemId = Annotated[str, ids.described("itm", "an item")]
Barcodes = Annotated[list[Barcode], Meta(max_length=20, description="Each is unique in the tenant.")]


class Tracking(StrEnum):
    """How stock of the item is told apart. Lots and serial numbers come later; treat unknown values as such."""

    NONE = "none"


class Measure(Exact):
    """More than zero, at most 6 places."""

    places = 6
    lowest = Exact(0)
    exclusive = True


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price of one unit."""

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


UnitPrice = Annotated[Money, Meta(description="What one unit is sold for.")]
UnitCost = Annotated[Money, Meta(description="What one unit costs.")]
ReorderPoint = Annotated[QuantityOrZero, Meta(description="When less than this is available, more should be bought.")]


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: Measure
    unit: WeightUnit


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    length: Measure
    width: Measure
    height: Measure
    unit: LengthUnit


class ItemFields(Schema, frozen=True, kw_only=True):
    """What an item says of itself."""

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
    """An item to add."""


class ItemChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the fields that are given change; null empties an optional one. Unit and tracking stay as they are."""

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
    """A row of a bulk upsert: adds the item of this SKU, then with a name, or changes the fields that are given."""

    sku: Sku
    unit: UnitCode | UnsetType = UNSET
    tracking: Tracking | UnsetType = UNSET


class Item(ItemFields, Stamped, frozen=True, kw_only=True):
    """An item: something that is bought, made, stocked or sold."""

    id: ItemId
    status: LifecycleStatus
    allowed_transitions: AllowedTransitions


class ItemSort(StrEnum):
    """By the time of adding, by SKU, by name without regard to case, or by the last change; `-` turns it round."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    SKU = "sku"
    SKU_DOWN = "-sku"
    NAME = "name"
    NAME_DOWN = "-name"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"


class ItemQuery(PageQuery, frozen=True, kw_only=True):
    """sku, name_prefix and updated_since each have an index and exclude one another; status and category narrow any."""

    sort: Annotated[ItemSort, Meta(description="The order; by the time of adding if not given.")] | None = None

    sku: Sku | None = None
    name_prefix: Annotated[str, Meta(min_length=1, max_length=200, description="Case does not matter.")] | None = None
    updated_since: Annotated[datetime, Meta(tz=True, description="Changed at or after this time.")] | None = None
    status: LifecycleStatus | None = None
    category: Category | None = None


class OnError(StrEnum):
    SKIP_ROWS = "skip_rows"
    ALL_OR_NOTHING = "all_or_nothing"


class BulkUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Up to 100 items. `skip_rows` writes the good rows, each by itself; `all_or_nothing` writes all in one
    transaction, which holds 98 writes: an item, its SKU, each barcode and each external reference count one."""

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
    """`index` is the row's place in the request."""

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
