"""What is asked of price lists, and the answers: the price that was found, and why."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.schemas import Item, ItemId
from chalicelib.catalog.items.unit_schemas import UnitName
from chalicelib.catalog.price_lists.price_schemas import RequestedItem, RequestedSku
from chalicelib.catalog.price_lists.schemas import PriceListId
from chalicelib.kernel.decimals import Percent, Price, Quantity, QuantityOrZero
from chalicelib.kernel.money import Currency
from chalicelib.kernel.texts import line


class PriceSource(StrEnum):
    """Where a price is from: a price list, the item itself, or whoever wrote the line."""

    PRICE_LIST = "price_list"
    ITEM = "item"
    GIVEN = "given"


class PriceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The line that needs a price. factor: how many of the item's own units one `unit` is."""

    item: Item
    unit: str
    factor: Fraction
    quantity: Quantity
    day: date


class SaleTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What the choice of a price list depends on. customer_list_id: the list that the customer was given. includes_tax:
    only lists whose prices do, or do not; None for both."""

    currency: str
    customer_list_id: str | None = None
    group: str | None = None
    channel: str | None = None
    includes_tax: bool | None = None


class PriceFound(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a line, before its discount."""

    amount: Annotated[Price, Meta(description="The price of `per` units, before the discount.")]
    per: Annotated[Quantity, Meta(description="For how many units the amount is the price.")]
    unit: Annotated[str, Meta(description="The unit that is priced; it can be another one than that of the line.")]
    currency: Annotated[Currency, Meta(description="The currency of the amount.")]
    discount_percent: Annotated[
        Percent | None, Meta(description="The discount of the price list in percent; null for none.")
    ] = None
    includes_tax: Annotated[
        bool | None, Meta(description="Whether the price includes taxes; null when it is not from a price list.")
    ] = None
    source: Annotated[PriceSource, Meta(description="Where the price is from.")]
    price_list_id: Annotated[
        PriceListId | None, Meta(description="The price list; null when the price is from elsewhere.")
    ] = None
    price_list_code: Annotated[
        str | None, Meta(description="The code of the price list; null when the price is from elsewhere.")
    ] = None
    minimum_quantity: Annotated[
        QuantityOrZero, Meta(description="The price counts from this quantity on; 0 for any quantity.")
    ]
    minimum_unit: Annotated[str, Meta(description="The unit of `minimum_quantity`.")]
    reason: Annotated[
        str, Meta(description="Which rule gave the price, in words.", examples=["list DEALER, from 10 each"])
    ]


class PriceOutcome(StrEnum):
    """`won`: it gave the price. `lost`: see the reason. `not_needed`: one before it gave the price."""

    WON = "won"
    LOST = "lost"
    NOT_NEEDED = "not_needed"


class PriceConsidered(msgspec.Struct, frozen=True, kw_only=True):
    """A price list, or the item's own price, that was considered for a line."""

    source: Annotated[PriceSource, Meta(description="What was considered.")]
    price_list_id: Annotated[PriceListId | None, Meta(description="The price list; null for the item's own price.")]
    price_list_code: Annotated[
        str | None, Meta(description="The code of the price list; null for the item's own price.")
    ]
    outcome: Annotated[PriceOutcome, Meta(description="What became of it.")]
    reason: Annotated[str, Meta(description="Why, in words.", examples=["The list has no price of the item."])]


class PreviewLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item whose price is asked for. Give either `item_id` or `sku`."""

    item_id: RequestedItem | None = None
    sku: RequestedSku | None = None
    unit: Annotated[UnitName, Meta(description="The unit of the quantity; null for the base unit.")] | None = None
    quantity: Annotated[Quantity, Meta(description="How much would be ordered.")] = msgspec.field(
        default_factory=lambda: Quantity(1)
    )


class PricePreview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Prices to look up, as an order with these terms would."""

    currency: Annotated[Currency, Meta(description="The currency of the order.")]
    price_list_id: Annotated[PriceListId, Meta(description="The customer's own price list; null for none.")] | None = (
        None
    )
    customer_group: Annotated[str, line(64, description="The customer's group; null for none.")] | None = None
    channel: Annotated[str, line(64, description="The channel of the sale; null for none.")] | None = None
    day: Annotated[date, Meta(description="The day of the order; today in UTC if absent.")] | None = None
    lines: Annotated[
        list[PreviewLine], Meta(min_length=1, max_length=25, description="The items whose prices are asked for.")
    ]


class PreviewedPrice(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a line of a preview."""

    item_id: ItemId
    unit: Annotated[str, Meta(description="The unit of the quantity.")]
    quantity: Annotated[Quantity, Meta(description="The quantity that was asked for.")]
    price: Annotated[PriceFound | None, Meta(description="The price that was found; null when there is none.")]
    considered: Annotated[
        list[PriceConsidered], Meta(description="Everything that was considered, in the order of the rules.")
    ]


class PreviewedPrices(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of a preview."""

    lines: Annotated[list[PreviewedPrice], Meta(description="The prices, in the order of the request.")]
