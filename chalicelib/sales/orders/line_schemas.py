"""API schemas of the lines and charges of sales orders."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.catalog.items.unit_schemas import UnitName
from chalicelib.catalog.price_lists.finding_schemas import PriceSource
from chalicelib.catalog.price_lists.schemas import PriceListId
from chalicelib.catalog.tax_codes.schemas import AppliedTax, TaxCodeId, TaxCollector
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel.decimals import Amount, Percent, Price, Quantity
from chalicelib.parties.customer_items.schemas import CustomerItemCode

TaxCodeRef = Annotated[TaxCodeId, Meta(description="The tax code from which the tax is computed; none if absent.")]
_IN_CURRENCY = "In the order's currency, with at most its decimal places"
_PART = "; null when you see only a part of the order."
LineNumber = Annotated[int, Meta(description="The number of the line in its order, from 1; never used again.")]
LineSku = Annotated[str, Meta(description="The SKU of the item when the line was written.")]
LineName = Annotated[str, Meta(description="The name of the item when the line was written.")]
LineCustomerCode = Annotated[
    str | None, Meta(description="The customer's own code of the item when the line was written; null for none.")
]
LineCustomerName = Annotated[
    str | None, Meta(description="What the customer called the item when the line was written; null when not known.")
]
LineUnit = Annotated[str, Meta(description="The item's base unit, in which its stock is counted.", examples=["each"])]


GivenTax = Annotated[
    Amount,
    Meta(
        description="The tax of the whole line or charge. With a tax code it is computed if absent, and otherwise has "
        f"to agree with it to the minor unit; without one it is 0 if absent. {_IN_CURRENCY}."
    ),
]
CollectorField = Annotated[
    TaxCollector,
    Meta(description="Who collects the tax. What a marketplace collects is shown apart and is not part of the total."),
]
TaxField = Annotated[AppliedTax, Meta(description="The rate that holds, and why; null for what has no tax code.")]


class ChargeKind(StrEnum):
    """What a charge is for."""

    SHIPPING = "shipping"
    HANDLING = "handling"
    OTHER = "other"


class Charge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the customer pays besides the lines, such as shipping."""

    kind: Annotated[ChargeKind, Meta(description="What the charge is for.")]
    amount: Annotated[Amount, Meta(description=f"The amount without discount. {_IN_CURRENCY}.")]
    tax_code_id: TaxCodeRef | None = None
    tax_amount: GivenTax | None = None
    tax_collector: CollectorField = TaxCollector.SELLER


class SalesOrderCharge(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer pays besides the lines, with its tax."""

    kind: Annotated[ChargeKind, Meta(description="What the charge is for.")]
    amount: Annotated[Amount, Meta(description=f"The amount without discount. {_IN_CURRENCY}.")]
    tax: TaxField | None
    tax_amount: Annotated[Amount, Meta(description="The tax that you charge, in the order's currency.")]
    marketplace_tax: Annotated[
        Amount, Meta(description="The tax that a marketplace collects, which you neither charge nor owe.")
    ]


Charges = Annotated[
    list[Charge],
    Meta(
        max_length=20,
        description="What the customer pays besides the lines, such as shipping. A change replaces the whole list.",
    ),
]


LineRequestedOn = Annotated[
    date,
    Meta(description="The day on which the customer wants the goods of the line; null for that of the order."),
]
LinePromisedOn = Annotated[
    date,
    Meta(
        description="The day for which the goods of the line are promised; null for that of the order. Whose turn it "
        "is when stock is short goes by the date of the order."
    ),
]


DropShip = Annotated[
    bool,
    Meta(
        description="Whether a vendor ships it to the customer directly. Nothing is committed for it then: it is "
        "`unplanned` until it is bought."
    ),
]


class NewSalesOrderLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line to order. Give one of `item_id`, `sku` and `customer_item_code`, and at most one of the two discounts."""

    item_id: Annotated[ItemId, Meta(description="The id of the item; or give its `sku`.")] | None = None
    sku: Annotated[Sku, Meta(description="The SKU of the item; or give its `item_id`.")] | None = None
    customer_item_code: (
        Annotated[
            CustomerItemCode,
            Meta(description="The customer's own code of the item; or give its `item_id` or `sku`."),
        ]
        | None
    ) = None
    quantity: Annotated[Quantity, Meta(description="The quantity to order, in `unit`.")]
    unit: Annotated[UnitName, Meta(description="The unit of the quantity; the item's base unit if absent.")] | None = (
        None
    )
    unit_price: (
        Annotated[
            Price,
            Meta(
                description="The price for `price_per` of `price_unit`, in the order's currency. Without it, that of "
                "the price list that holds for the customer, channel, quantity and day, or the item's own."
            ),
        ]
        | None
    ) = None
    price_per: (
        Annotated[Quantity, Meta(description="For how many of `price_unit` the given price is; 1 if absent.")] | None
    ) = None
    price_unit: (
        Annotated[UnitName, Meta(description="The unit of the given price; that of the quantity if absent.")] | None
    ) = None
    discount_percent: (
        Annotated[Percent, Meta(description="The discount in percent of the line's value; at most 100.")] | None
    ) = None
    discount_amount: (
        Annotated[
            Amount,
            Meta(description=f"The discount of the whole line; at most the line's value. {_IN_CURRENCY}."),
        ]
        | None
    ) = None
    tax_code_id: (
        Annotated[
            TaxCodeId,
            Meta(description="The tax code of the line; the item's if absent. null for none: the given tax holds."),
        ]
        | None
        | UnsetType
    ) = UNSET
    tax_amount: GivenTax | None = None
    tax_collector: Annotated[CollectorField, Meta(description="Who collects the tax; the seller if absent.")] | None = (
        None
    )
    warehouse_id: (
        Annotated[
            WarehouseId,
            Meta(description="The warehouse whose stock is committed. Without it, the one of the order."),
        ]
        | None
    ) = None
    drop_ship: DropShip | UnsetType = UNSET
    requested_on: LineRequestedOn | None | UnsetType = UNSET
    promised_on: LinePromisedOn | None | UnsetType = UNSET


class SalesOrderLineChange(NewSalesOrderLine, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the new list: one that stays, with its number, or a new one without. A line that stays keeps what is
    not given: unit, price, discount, tax, texts, warehouse and dates. A discount of 0 takes a discount away."""

    line: (
        Annotated[
            int,
            Meta(
                ge=1,
                description="The number of the existing line that stays. It keeps its item, and its warehouse too once "
                "any of it is picked or shipped. Without it, the line is new.",
            ),
        ]
        | None
    ) = None


class SalesOrderLineTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered by a line, and for how much. Prices, texts and the meaning of the unit do not follow later
    changes of the item."""

    line: LineNumber
    item_id: ItemId
    sku: LineSku
    name: LineName
    customer_item_code: LineCustomerCode
    customer_item_name: LineCustomerName
    kind: Annotated[ItemKind, Meta(description="What the item is. Only stocked lines are committed and shipped.")]
    kit_line: Annotated[
        int | None,
        Meta(description="Of a component of a kit, the number of the kit's line, which has the price; null otherwise."),
    ]
    warehouse_id: Annotated[WarehouseId, Meta(description="The warehouse whose stock is committed to the line.")]
    drop_ship: DropShip
    requested_on: LineRequestedOn | None
    promised_on: LinePromisedOn | None
    quantity: Annotated[
        Decimal, Meta(description="The ordered quantity, in `unit`. What is cancelled of it is in `cancelled`.")
    ]
    unit: Annotated[str, Meta(description="The unit in which the line was ordered.", examples=["box"])]
    base_quantity: Annotated[Decimal, Meta(description="The ordered quantity in `base_unit`.")]
    base_unit: LineUnit
    unit_price: Annotated[
        Decimal | None, Meta(description=f"The price for `price_per` of `price_unit`, in the order's currency{_PART}")
    ]
    price_per: Annotated[Decimal, Meta(description="For how many of `price_unit` the price is.")]
    price_unit: Annotated[str, Meta(description="The unit of the price.", examples=["box"])]
    price_source: Annotated[PriceSource, Meta(description="Where the price is from.")]
    price_list_id: Annotated[
        PriceListId | None, Meta(description="The price list of the price; null when it is from elsewhere.")
    ]
    price_reason: Annotated[
        str | None,
        Meta(description=f"Which rule gave the price, in words{_PART}", examples=["list DEALER, from 10 each"]),
    ]
    discount_percent: Annotated[
        Decimal | None, Meta(description="The discount in percent of the line's value; null for none.")
    ]
    discount_amount: Annotated[
        Decimal | None, Meta(description="The discount of the whole line, in the order's currency; null for none.")
    ]
    order_discount: Annotated[
        Amount | None,
        Meta(description=f"The line's share of the discount of the order, in the order's currency{_PART}"),
    ]
    tax: TaxField | None
    tax_amount: Annotated[
        Amount | None, Meta(description=f"The tax of the whole line that you charge, in the order's currency{_PART}")
    ]
    marketplace_tax: Annotated[
        Amount | None, Meta(description=f"The tax of the whole line that a marketplace collects and you do not{_PART}")
    ]
    net: Annotated[
        Amount | None,
        Meta(
            description="Quantity times price without discount, rounded, without what was cancelled; with tax if "
            f"prices include it{_PART}"
        ),
    ]


class SalesOrderLine(SalesOrderLineTerms, frozen=True, kw_only=True):
    """A line with its quantities. `quantity` is what was entered, in `unit`; all others are in the item's base unit.
    Prices, texts and the meaning of the unit do not follow later changes of the item."""

    committed: Annotated[
        Decimal,
        Meta(
            description="The quantity that is committed in stock; includes `picked`. Of a kit, of whole kits, as below."
        ),
    ]
    picked: Annotated[Decimal, Meta(description="The quantity in open shipments.")]
    shipped: Annotated[Decimal, Meta(description="The quantity that was shipped.")]
    delivered: Annotated[
        Decimal,
        Meta(
            description="The quantity that the customer has: what was shipped; all of a service, a digital item or the "
            "like once the order is confirmed."
        ),
    ]
    cancelled: Annotated[
        Decimal,
        Meta(description="The quantity that is not delivered any more, because the order or its rest was ended."),
    ]
    billed: Annotated[Decimal, Meta(description="The quantity that was billed.")]
    backordered: Annotated[Decimal, Meta(description="The quantity that waits for stock.")]
    over: Annotated[Decimal, Meta(description="The quantity that was shipped beyond what was ordered, for free.")]
    unplanned: Annotated[
        Decimal,
        Meta(
            description="The quantity that is neither committed nor waits: all of a draft, what a vendor ships, and a "
            "part while a job works on the order. base_quantity + over = cancelled + delivered + committed + "
            "backordered + unplanned, always."
        ),
    ]
