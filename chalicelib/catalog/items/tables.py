"""The table of items; SKU, barcodes and external references are also rows of `uniques`."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.catalog.items.schemas import ItemQuery, Money, Size, Tracking, Weight
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Choice, Number, Struct, Text
from chalicelib.kernel.dynamo.model import index_meta, meta
from chalicelib.kernel.lifecycle import Master
from chalicelib.kernel.lists import View, required
from chalicelib.kernel.privacy import BUSINESS, USAGE

FOLDED_BYTES = 900
"""DynamoDB's sort keys have at most 1,024 bytes, and case folding can make a name longer."""


def folded(name: str) -> str:
    """The name for sorting and searching: case-folded, and truncated to FOLDED_BYTES."""
    return name.casefold().encode()[:FOLDED_BYTES].decode(errors="ignore")


class BySku(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_sku")
    partition = Text(BUSINESS, hash_key=True)
    sku = Text(BUSINESS, range_key=True)


class ByName(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_name")
    partition = Text(BUSINESS, hash_key=True)
    folded_name = Text(BUSINESS, range_key=True)


class ByUpdate(GlobalSecondaryIndex["Item"]):
    Meta = index_meta("by_update")
    partition = Text(BUSINESS, hash_key=True)
    updated_at = Text(USAGE, range_key=True)


class Item(Master):
    """Access: by id; by SKU, by name prefix, by time of change (indexes). Limit: 1,000 writes a second for a tenant."""

    Meta = meta("items")
    entity = "item"
    sku = Text(BUSINESS)
    name = Text(BUSINESS)
    folded_name = Text(BUSINESS)
    description = Text(BUSINESS, null=True)
    unit = Text(BUSINESS)
    barcodes: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    category = Text(BUSINESS, null=True)
    tracking: Choice[Tracking] = Choice(BUSINESS, Tracking)
    price: Struct[Money] = Struct(BUSINESS, Money, null=True)
    cost: Struct[Money] = Struct(BUSINESS, Money, null=True)
    reorder_point = Number(BUSINESS, null=True)
    weight: Struct[Weight] = Struct(BUSINESS, Weight, null=True)
    size: Struct[Size] = Struct(BUSINESS, Size, null=True)
    by_sku = BySku()
    by_name = ByName()
    by_update = ByUpdate()


_FILTERS = ("status", "category")
VIEWS: tuple[View[ItemQuery], ...] = (
    View(lambda request: Item.partition == request.tenant.key(), filters=_FILTERS),
    View(
        lambda request: (BySku.partition == request.tenant.key()) & (BySku.sku == required(request.query.sku)),
        needs=frozenset({"sku"}),
        sort="sku",
        index="by_sku",
        filters=_FILTERS,
    ),
    View(lambda request: BySku.partition == request.tenant.key(), sort="sku", index="by_sku", filters=_FILTERS),
    View(
        lambda request: (
            (ByName.partition == request.tenant.key())
            & ByName.folded_name.startswith(folded(required(request.query.name_prefix)))
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
