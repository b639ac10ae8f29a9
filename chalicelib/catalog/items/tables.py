"""The table of items; SKU, barcodes and external references are also rows of `uniques`."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.custom_fields import service as custom_fields
from chalicelib.catalog.items import barcodes
from chalicelib.catalog.items.barcodes import Barcode
from chalicelib.catalog.items.identity_schemas import ItemImage, ItemStatus
from chalicelib.catalog.items.kit_schemas import ItemKind, KitComponent
from chalicelib.catalog.items.schemas import ItemQuery, Money
from chalicelib.catalog.items.tracking import ItemExpiry, ItemTracking
from chalicelib.catalog.items.unit_schemas import ItemUnit
from chalicelib.catalog.items.units import Unit
from chalicelib.catalog.items.variants import VariantOption
from chalicelib.kernel import clock, uniques
from chalicelib.kernel.codes import folded
from chalicelib.kernel.dynamo.attributes import Choice, Flag, Number, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Document, index_meta, meta
from chalicelib.kernel.measures import Size, Weight
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Partitions, Persons
from chalicelib.kernel.views import Filter, View, required

SKU = uniques.Kind("sku", "SKU", "item")
BARCODE = uniques.Kind("barcode", "barcode", "item", barcodes.compared)
FOLDED_BYTES = 900
"""DynamoDB's sort keys have at most 1,024 bytes, and folding can make a name longer."""


def folded_name(name: str) -> str:
    """The name for sorting and searching, truncated to FOLDED_BYTES."""
    return folded(name).encode()[:FOLDED_BYTES].decode(errors="ignore")


class BySku(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_sku")
    partition = Text(BUSINESS, hash_key=True)
    folded_sku = Text(BUSINESS, range_key=True)


class ByName(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_name")
    partition = Text(BUSINESS, hash_key=True)
    folded_name = Text(BUSINESS, range_key=True)


class ByUpdate(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_update")
    partition = Text(BUSINESS, hash_key=True)
    updated_at = Text(USAGE, range_key=True)


class ByTemplate(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_template")
    template_key = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)


class Item(Document):
    """Access: by id; by SKU, by name prefix, by time of change, of a template (indexes); by barcode (uniques). moved:
    whether stock of it has ever moved; inventory marks it. Limit: 1,000 writes a second for a tenant."""

    Meta = meta("items")
    entity = "item"
    persons = Persons(("customers", "vendors"), Partitions.ONE)
    status: Choice[ItemStatus] = Choice(BUSINESS, ItemStatus)
    sku = Text(BUSINESS)
    folded_sku = Text(BUSINESS)
    name = Text(BUSINESS)
    folded_name = Text(BUSINESS)
    description = Text(BUSINESS, null=True)
    kind: Choice[ItemKind] = Choice(BUSINESS, ItemKind)
    components: Struct[list[KitComponent]] = Struct(BUSINESS, list[KitComponent], null=True)
    unit: Choice[Unit] = Choice(BUSINESS, Unit)
    units: Struct[list[ItemUnit]] = Struct(BUSINESS, list[ItemUnit], null=True)
    barcodes: Struct[list[Barcode]] = Struct(BUSINESS, list[Barcode], null=True)
    category = Text(BUSINESS, null=True)
    tracking: Choice[ItemTracking] = Choice(BUSINESS, ItemTracking)
    expiry: Choice[ItemExpiry] = Choice(BUSINESS, ItemExpiry)
    shelf_life_days = Whole(BUSINESS, null=True)
    moved = Flag(BUSINESS, null=True)
    price: Struct[Money] = Struct(BUSINESS, Money, null=True)
    tax_code_id = Text(BUSINESS, null=True)
    cost: Struct[Money] = Struct(BUSINESS, Money, null=True)
    reorder_point = Number(BUSINESS, null=True)
    weight: Struct[Weight] = Struct(BUSINESS, Weight, null=True)
    size: Struct[Size] = Struct(BUSINESS, Size, null=True)
    country_of_origin = Text(BUSINESS, null=True)
    hs_code = Text(BUSINESS, null=True)
    images: Struct[list[ItemImage]] = Struct(BUSINESS, list[ItemImage], null=True)
    replacement_id = Text(BUSINESS, null=True)
    custom_fields: Struct[dict[str, str | bool]] = Struct(FREE_TEXT, dict[str, str | bool], null=True)
    template_id = Text(BUSINESS, null=True)
    template_key = Text(BUSINESS, null=True)
    options: Struct[list[VariantOption]] = Struct(BUSINESS, list[VariantOption], null=True)
    by_sku = BySku()
    by_name = ByName()
    by_update = ByUpdate()
    by_template = ByTemplate()


_CATEGORY = Filter("category", lambda row, category: folded(row.category or "") == folded(category))
_CUSTOM = Filter("custom_field", lambda row, request: custom_fields.matches(row.custom_fields, request))
_FILTERS = ("status", "kind", _CATEGORY, _CUSTOM)
VIEWS: tuple[View[ItemQuery], ...] = (
    View(lambda request: Item.partition == request.tenant.key(), filters=_FILTERS),
    View(
        lambda request: (
            (BySku.partition == request.tenant.key()) & (BySku.folded_sku == folded(required(request.query.sku)))
        ),
        needs=frozenset({"sku"}),
        sort="sku",
        index="by_sku",
        filters=_FILTERS,
    ),
    View(lambda request: BySku.partition == request.tenant.key(), sort="sku", index="by_sku", filters=_FILTERS),
    View(
        lambda request: uniques.is_value(request.tenant, BARCODE, required(request.query.barcode)),
        needs=frozenset({"barcode"}),
    ),
    View(
        lambda request: ByTemplate.template_key == request.tenant.key(required(request.query.template_id)),
        needs=frozenset({"template_id"}),
        index="by_template",
        filters=_FILTERS,
    ),
    View(
        lambda request: (
            (ByName.partition == request.tenant.key())
            & ByName.folded_name.startswith(folded_name(required(request.query.name_prefix)))
        ),
        needs=frozenset({"name_prefix"}),
        sort="name",
        index="by_name",
        filters=_FILTERS,
    ),
    View(lambda request: ByName.partition == request.tenant.key(), sort="name", index="by_name", filters=_FILTERS),
    View(
        lambda request: (
            (ByUpdate.partition == request.tenant.key())
            & (ByUpdate.updated_at >= clock.text(required(request.query.updated_since)))
        ),
        needs=frozenset({"updated_since"}),
        sort="updated_at",
        index="by_update",
        filters=_FILTERS,
    ),
    View(
        lambda request: ByUpdate.partition == request.tenant.key(),
        sort="updated_at",
        index="by_update",
        filters=_FILTERS,
    ),
)
