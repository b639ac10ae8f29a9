"""API schemas of item templates."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.identity_schemas import CountryOfOrigin, HsCode, Images
from chalicelib.catalog.items.schemas import (
    Barcodes,
    Category,
    Description,
    Item,
    ItemId,
    ReorderPoint,
    SizeField,
    Sku,
    UnitCost,
    UnitPrice,
    WeightField,
)
from chalicelib.catalog.items.tracking import ItemExpiry, ItemTracking, ShelfLife
from chalicelib.catalog.items.units import Unit
from chalicelib.catalog.items.variants import OptionName, OptionValue, TemplateId, VariantOption
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lifecycle import StatusField, StatusFilter
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped
from chalicelib.kernel.texts import line

MOST_VARIANTS = 90
"""So many items a change of their template can reach in one transaction."""
MOST_AT_ONCE = 45
"""So many items, each with its SKU, can be made in one transaction."""

TemplateCode = Annotated[
    str,
    line(
        40,
        without="{}",
        description="Your own code of the template, with which SKUs of variants begin. No two templates have the same, "
        "whatever its case.",
        examples=["BIKE-26"],
    ),
]
TemplateName = Annotated[str, line(120, description="The name of the template, with which names of variants begin.")]
SkuPattern = Annotated[
    str,
    line(
        200,
        description="How SKUs of variants are made: a text with {code} and the name of every option in braces; null "
        "for the code and the values with dashes between them.",
        examples=["{code}-{Colour}-{Size}"],
    ),
]


class TemplateOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What variants of a template differ in."""

    name: OptionName
    values: Annotated[
        list[OptionValue],
        Meta(min_length=1, max_length=50, description="The values that variants can have, in the order of screens."),
    ]


TemplateOptions = Annotated[
    list[TemplateOption],
    Meta(
        min_length=1,
        max_length=5,
        description="What variants differ in. Values can be added; those of existing variants, and the options "
        "themselves once there are variants, cannot be taken away.",
    ),
]
VariantUnit = Annotated[
    Unit, Meta(description="The unit of measure of variants when they are made. It cannot change.", examples=["each"])
]
VariantTracking = Annotated[
    ItemTracking, Meta(description="How stock of variants is tracked when they are made. It cannot change.")
]
VariantExpiry = Annotated[
    ItemExpiry, Meta(description="Whether stock of variants expires, when they are made. It cannot change.")
]


class ItemTemplateFields(Schema, frozen=True, kw_only=True):
    """The fields of a template that callers can set."""

    code: TemplateCode
    name: TemplateName
    options: TemplateOptions
    sku_pattern: SkuPattern | None = None
    description: Description = ""
    unit: VariantUnit = Unit.EACH
    category: Category | None = None
    tracking: VariantTracking = ItemTracking.NONE
    expiry: VariantExpiry = ItemExpiry.NONE
    shelf_life_days: ShelfLife | None = None
    price: UnitPrice | None = None
    cost: UnitCost | None = None
    reorder_point: ReorderPoint | None = None
    weight: WeightField | None = None
    size: SizeField | None = None
    country_of_origin: CountryOfOrigin | None = None
    hs_code: HsCode | None = None
    images: Images = []
    external_refs: ExternalRefs = []


INHERITED = (
    "description",
    "category",
    "shelf_life_days",
    "price",
    "cost",
    "reorder_point",
    "weight",
    "size",
    "country_of_origin",
    "hs_code",
    "images",
)
"""The fields in which variants follow their template, until they are given a value of their own."""
COPIED = ("unit", "tracking", "expiry")
"""The fields that variants only copy when they are made."""


class NewItemTemplate(ItemTemplateFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A template to create."""


class ItemTemplateChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Unit, tracking and expiry cannot change."""

    code: TemplateCode | UnsetType = UNSET
    name: TemplateName | UnsetType = UNSET
    options: TemplateOptions | UnsetType = UNSET
    sku_pattern: SkuPattern | None | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    category: Category | None | UnsetType = UNSET
    shelf_life_days: ShelfLife | None | UnsetType = UNSET
    price: UnitPrice | None | UnsetType = UNSET
    cost: UnitCost | None | UnsetType = UNSET
    reorder_point: ReorderPoint | None | UnsetType = UNSET
    weight: WeightField | None | UnsetType = UNSET
    size: SizeField | None | UnsetType = UNSET
    country_of_origin: CountryOfOrigin | None | UnsetType = UNSET
    hs_code: HsCode | None | UnsetType = UNSET
    images: Images | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class Variant(msgspec.Struct, frozen=True):
    """A variant of a template."""

    item_id: ItemId
    options: Annotated[list[VariantOption], Meta(description="Its value of each option, in the order of the options.")]


class ItemTemplate(ItemTemplateFields, Stamped, frozen=True, kw_only=True):
    """What variants of a product have in common, and what they differ in. It cannot be ordered or stocked itself."""

    id: TemplateId
    status: StatusField
    variants: Annotated[list[Variant], Meta(description="The items that were made from the template, oldest first.")]
    allowed_transitions: AllowedTransitions


class NewVariant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A variant to make."""

    options: Annotated[
        list[VariantOption], Meta(min_length=1, max_length=5, description="A value of every option of the template.")
    ]
    sku: Annotated[Sku | None, Meta(description="Its SKU; null to make it by the template's pattern.")] = None
    barcodes: Barcodes = []


class NewVariants(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The variants to make: some, all, or some with SKUs of their own and all others."""

    variants: Annotated[list[NewVariant], Meta(max_length=MOST_AT_ONCE, description="The variants to make.")] = []
    all: Annotated[
        bool, Meta(description="Whether to make all other combinations of the options too that are not there yet.")
    ] = False


class MadeVariants(msgspec.Struct, frozen=True, kw_only=True):
    """The items that were made from a template."""

    template_id: TemplateId
    items: Annotated[list[Item], Meta(description="The new items, in the order of the request or of the options.")]


class ItemTemplateQuery(CreationQuery, frozen=True, kw_only=True):
    """Templates can be filtered by status."""

    status: StatusFilter | None = None
