"""API schemas of the prices in a list."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.bulk.schemas import BulkOnError, BulkRowOutcome
from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.catalog.items.unit_schemas import UnitName
from chalicelib.catalog.price_lists.schemas import Code, PriceListId
from chalicelib.kernel.decimals import Percent, Price, Quantity, QuantityOrZero
from chalicelib.kernel.errors import FieldError
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.schemas import Schema, Stamped

EntryUnit = Annotated[
    UnitName, Meta(description="The unit that is priced: the item's base unit or one of its others.", examples=["each"])
]
Minimum = Annotated[
    QuantityOrZero,
    Meta(description="The price counts from this quantity of the unit on; 0 for any quantity.", examples=["10"]),
]
EntryFrom = Annotated[date, Meta(description="The first day on which the price counts; null for no beginning.")]
EntryTo = Annotated[date, Meta(description="The last day on which the price counts; null for no end.")]
EntryAmount = Annotated[
    Price, Meta(description="The price of `per` units, in the list's currency; null when a discount is given.")
]
Per = Annotated[
    Quantity, Meta(description="For how many units the amount is the price: 12.50 for 100 of them.", examples=["100"])
]
Discount = Annotated[
    Percent, Meta(description="The discount in percent off the item's own price; null when an amount is given.")
]
MOST_ENTRIES = 50
"""So many prices can an item have in one list, because they are one row."""
_ONE = Quantity(1)
_ANY = QuantityOrZero(0)


class PriceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A price of an item: for a unit, from a quantity on, from one day to another. Give either `amount` or
    `discount_percent`."""

    unit: EntryUnit
    minimum_quantity: Minimum = msgspec.field(default_factory=lambda: _ANY)
    valid_from: EntryFrom | None = None
    valid_to: EntryTo | None = None
    amount: EntryAmount | None = None
    per: Per = msgspec.field(default_factory=lambda: _ONE)
    discount_percent: Discount | None = None


Entries = Annotated[
    list[PriceEntry],
    Meta(
        max_length=MOST_ENTRIES,
        description="The prices of the item. On one day, one unit has one price from one quantity on.",
    ),
]
RequestedItem = Annotated[ItemId, Meta(description="The id of the item; or give its `sku`.")]
RequestedSku = Annotated[Sku, Meta(description="The SKU of the item; or give its `item_id`.")]


class SetPrices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The prices of an item in the list, in place of those that it has there. Give either `item_id` or `sku`."""

    item_id: RequestedItem | None = None
    sku: RequestedSku | None = None
    entries: Annotated[Entries, Meta(description="All prices of the item in the list; none to remove it.")]


class ItemPrices(Schema, Stamped, frozen=True, kw_only=True):
    """The prices of an item in a price list."""

    price_list_id: PriceListId
    item_id: ItemId
    entries: Entries


class PriceQuery(PageQuery, frozen=True, kw_only=True):
    """Sorted by item id."""

    item_id: Annotated[ItemId, Meta(description="Only the prices of this item.")] | None = None


class PricesOfList(PriceQuery, frozen=True, kw_only=True):
    """The query of one price list."""

    price_list_id: PriceListId


class BulkPrices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Prices of items to set. One transaction has room for 98 items, which limits `all_or_nothing`."""

    prices: Annotated[
        list[SetPrices], Meta(min_length=1, max_length=100, description="The rows, each about another item.")
    ]
    on_error: Annotated[BulkOnError, Meta(description="What happens when rows are invalid.")] = BulkOnError.SKIP_ROWS


class PricesSet(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the prices of an item in a price list."""

    price_list_id: PriceListId
    item_id: ItemId
    outcome: Annotated[BulkRowOutcome, Meta(description="What was done; `updated` also when all were removed.")]
    entries: Annotated[Entries, Meta(description="The prices that the item has there now.")]


class PriceRowResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one row."""

    index: Annotated[int, Meta(description="The position of the row in the request, from 0.")]
    item_id: Annotated[ItemId | None, Meta(description="The id of the item; null when it is not known.")] = None
    outcome: Annotated[BulkRowOutcome, Meta(description="What became of the row.")]
    errors: Annotated[
        list[FieldError],
        Meta(description="Why the row failed; pointers begin at the row. Empty when it did not fail."),
    ] = []


class BulkPricesResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of a command that sets prices."""

    dry_run: Annotated[bool, Meta(description="Whether it was a dry run, which wrote nothing.")]
    created: Annotated[int, Meta(description="For how many items prices were added.")]
    updated: Annotated[int, Meta(description="For how many items prices were changed or removed.")]
    unchanged: Annotated[int, Meta(description="How many items had the given prices already.")]
    failed: Annotated[int, Meta(description="How many rows were skipped because of errors.")]
    rows: Annotated[list[PriceRowResult], Meta(description="The result of every row, in the order of the request.")]


class PriceRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of an import: one price of an item in the list with this code. It replaces the price of the same unit,
    minimum quantity and first day, or is added."""

    price_list: Code
    sku: Sku
    unit: Annotated[UnitName, Meta(description="The unit that is priced; null for the item's base unit.")] | None = None
    minimum_quantity: Minimum = msgspec.field(default_factory=lambda: _ANY)
    valid_from: EntryFrom | None = None
    valid_to: EntryTo | None = None
    amount: EntryAmount | None = None
    per: Per = msgspec.field(default_factory=lambda: _ONE)
    discount_percent: Discount | None = None
