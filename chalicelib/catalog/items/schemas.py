"""API schemas of items."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.custom_fields.schemas import CustomFieldFilter, CustomValues, NewCustomValues
from chalicelib.catalog.items.barcodes import Barcode, NewBarcode
from chalicelib.catalog.items.identity_schemas import (
    CountryOfOrigin,
    HsCode,
    Images,
    ItemStatusField,
    ItemStatusFilter,
    ReplacementId,
)
from chalicelib.catalog.items.kit_schemas import Components, ItemKind, KindField
from chalicelib.catalog.items.tracking import (
    ExpiryField,
    ItemExpiry,
    ItemTracking,
    MovedField,
    ShelfLife,
    TrackingField,
)
from chalicelib.catalog.items.unit_schemas import ItemUnits
from chalicelib.catalog.items.units import Unit
from chalicelib.catalog.items.variants import ItemOptions, TemplateId
from chalicelib.catalog.tax_codes.schemas import TaxCodeId
from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Price, Quantity, QuantityOrZero
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.measures import Size, Weight
from chalicelib.kernel.money import Currency
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line, prose
from chalicelib.search.index.schemas import ListSearch

Sku = Annotated[
    str,
    line(
        64,
        description="The stock keeping unit: your own code of the item. No two items have the same, whatever its case.",
        examples=["BIKE-26-RED"],
    ),
]
Name = Annotated[str, line(200, description="The name of the item, as orders and shipments show it.")]
Description = Annotated[str, prose(4000, description="A longer text about the item; empty when there is none.")]
UnitCode = Annotated[
    Unit,
    Meta(
        description="The base unit, in which the item's stock is counted. It cannot change.",
        examples=["each"],
    ),
]
Category = Annotated[
    str,
    line(
        64,
        description="Your own group of items, by which lists can be filtered; null for none.",
        examples=["Bikes"],
    ),
]
ItemId = Annotated[str, ids.described("itm", "the item")]
Barcodes = Annotated[
    list[NewBarcode],
    Meta(
        max_length=20,
        description="The item's barcodes. No two items have the same one. A change replaces the whole list.",
    ),
]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money for one unit of an item or for several, with its currency."""

    amount: Annotated[Price, Meta(description="The amount for `per` base units of the item.")]
    currency: Currency
    per: Annotated[Quantity, Meta(description="For how many base units the amount is; 1 if absent.")] = msgspec.field(
        default_factory=lambda: Quantity(1)  # msgspec's schema cannot show a decimal default
    )


UnitPrice = Annotated[Money, Meta(description="The sales price, for order lines without a price; null for none.")]
UnitCost = Annotated[
    Money,
    Meta(description="What it costs to buy or make; null when it is unknown, or when you may not see it."),
]
ReorderPoint = Annotated[
    QuantityOrZero,
    Meta(description="The reorder point of new reorder rules of the item that give none; null when there is none."),
]


WeightField = Annotated[Weight, Meta(description="The weight of one unit; null when it is unknown.")]
SizeField = Annotated[Size, Meta(description="The outer dimensions of one unit; null when they are unknown.")]


TaxCodeField = Annotated[
    TaxCodeId, Meta(description="The tax code, from which the taxes of order lines follow; null for none.")
]


class ItemFields(Schema, frozen=True, kw_only=True):
    """The fields of an item that callers can set."""

    sku: Sku
    name: Name
    description: Description = ""
    kind: KindField = ItemKind.STOCKED
    components: Components = []
    unit: UnitCode = Unit.EACH
    units: ItemUnits = []
    category: Category | None = None
    tracking: TrackingField = ItemTracking.NONE
    expiry: ExpiryField = ItemExpiry.NONE
    shelf_life_days: ShelfLife | None = None
    price: UnitPrice | None = None
    tax_code_id: TaxCodeField | None = None
    cost: UnitCost | None = None
    reorder_point: ReorderPoint | None = None
    weight: WeightField | None = None
    size: SizeField | None = None
    country_of_origin: CountryOfOrigin | None = None
    hs_code: HsCode | None = None
    images: Images = []
    replacement_id: ReplacementId | None = None
    external_refs: ExternalRefs = []


class NewItem(ItemFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item to create."""

    barcodes: Barcodes = []
    custom_fields: NewCustomValues = {}


class ItemOwnChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Changes of the fields of an item that name no other document."""

    sku: Sku | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    units: ItemUnits | UnsetType = UNSET
    barcodes: Barcodes | UnsetType = UNSET
    category: Category | None | UnsetType = UNSET
    tracking: TrackingField | UnsetType = UNSET
    expiry: ExpiryField | UnsetType = UNSET
    shelf_life_days: ShelfLife | None | UnsetType = UNSET
    price: UnitPrice | None | UnsetType = UNSET
    cost: UnitCost | None | UnsetType = UNSET
    reorder_point: ReorderPoint | None | UnsetType = UNSET
    weight: WeightField | None | UnsetType = UNSET
    size: SizeField | None | UnsetType = UNSET
    country_of_origin: CountryOfOrigin | None | UnsetType = UNSET
    hs_code: HsCode | None | UnsetType = UNSET
    images: Images | UnsetType = UNSET
    custom_fields: NewCustomValues | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class ItemChange(ItemOwnChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Kind and base unit never change; tracking and expiry
    cannot change once stock of the item has moved."""

    components: Components | UnsetType = UNSET
    tax_code_id: TaxCodeField | None | UnsetType = UNSET
    replacement_id: ReplacementId | None | UnsetType = UNSET


class Item(ItemFields, Stamped, frozen=True, kw_only=True):
    """A product or material that is bought, made, stocked or sold."""

    id: ItemId
    barcodes: Annotated[list[Barcode], Meta(description="The item's barcodes.")]
    status: ItemStatusField
    moved: MovedField
    template_id: Annotated[
        TemplateId | None, Meta(description="The template that the item is a variant of; null for none.")
    ]
    options: ItemOptions
    custom_fields: CustomValues
    allowed_transitions: AllowedTransitions


class ItemSort(StrEnum):
    """`created_at`: by time of creation. `sku`, `name`: by SKU or name, in any case. `updated_at`: by the last change.
    A `-` before it reverses the order."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    SKU = "sku"
    SKU_DOWN = "-sku"
    NAME = "name"
    NAME_DOWN = "-name"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"


class ItemQuery(DocumentQuery, frozen=True, kw_only=True):
    """At most one of sku, name_prefix, template_id and updated_since, with which status, kind, category and
    custom_field can be combined; or barcode alone."""

    q: ListSearch | None = None

    sort: Annotated[ItemSort, Meta(description="The sort order; by time of creation by default.")] | None = None

    sku: Annotated[Sku, Meta(description="Only the item with this SKU; case does not matter.")] | None = None
    barcode: Annotated[str, line(48, description="Only the item with this barcode, in any spelling.")] | None = None
    name_prefix: (
        Annotated[
            str,
            line(200, description="Only items whose name begins with this; case does not matter."),
        ]
        | None
    ) = None
    template_id: Annotated[TemplateId, Meta(description="Only the variants of this template.")] | None = None
    updated_since: (
        Annotated[datetime, Meta(tz=True, description="Only items that were changed at or after this time.")] | None
    ) = None
    status: ItemStatusFilter | None = None
    kind: Annotated[ItemKind, Meta(description="Only items of this kind.")] | None = None
    category: Annotated[Category, Meta(description="Only items of this category; case does not matter.")] | None = None
    custom_field: CustomFieldFilter | None = None
