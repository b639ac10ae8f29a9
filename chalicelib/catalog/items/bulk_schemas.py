"""API schemas of items as rows. Rows name other documents by the codes that people know, so that they can be moved to
another tenant."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.bulk.schemas import BulkKey, BulkOnError, KeyField, OnErrorField
from chalicelib.catalog.items.kit_schemas import KindField
from chalicelib.catalog.items.schemas import ItemChange, ItemOwnChange, Sku, UnitCode
from chalicelib.catalog.tax_codes.schemas import Code
from chalicelib.kernel.decimals import Quantity


class KitComponentRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one kit has of another item, which is named by its SKU."""

    sku: Annotated[Sku, Meta(description="The SKU of an item that is not a kit itself.")]
    quantity: Annotated[Quantity, Meta(description="How much one kit has of it, in the component's base unit.")]


class ItemRow(ItemOwnChange, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of a bulk upsert or import: changes the given fields of the item that its key names, or creates it; then
    `sku` and `name` are required. Kind and base unit never change; tracking and expiry cannot change once stock of the
    item has moved."""

    kind: KindField | UnsetType = UNSET
    unit: UnitCode | UnsetType = UNSET
    components: (
        Annotated[
            list[KitComponentRow],
            Meta(
                max_length=20,
                description="What a kit consists of; empty for other kinds. A change replaces the whole list.",
            ),
        ]
        | UnsetType
    ) = UNSET
    tax_code: (
        Annotated[
            Code,
            Meta(description="The code of the tax code, from which the taxes of order lines follow; null for none."),
        ]
        | None
        | UnsetType
    ) = UNSET
    replacement_sku: (
        Annotated[
            Sku,
            Meta(
                description="The SKU of the item that replaces this one, which refusals of an archived item name; null "
                "for none."
            ),
        ]
        | None
        | UnsetType
    ) = UNSET


class FoundRow(ItemChange, frozen=True, kw_only=True):
    """A row with the ids of the documents that it names; no caller sends it."""

    kind: KindField | UnsetType = UNSET
    unit: UnitCode | UnsetType = UNSET


class BulkUpsert(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Items to create or change. One transaction has room for 98 writes, which limits `all_or_nothing`: an item, its
    SKU, each barcode and each external reference count as one."""

    items: Annotated[
        list[ItemRow],
        Meta(min_length=1, max_length=100, description="The rows. Each is matched to an item by `key`."),
    ]
    on_error: OnErrorField = BulkOnError.SKIP_ROWS
    key: KeyField = BulkKey.CODE
