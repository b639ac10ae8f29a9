"""API schemas of the discounts, deposits and sums of sales orders."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.tax_codes.schemas import TaxCodeId, TaxCollector
from chalicelib.kernel.decimals import Amount, Percent, Total

OrderDiscountPercent = Annotated[
    Percent,
    Meta(description="The discount on all lines after their own, in percent; null for none. Give this or the amount."),
]
OrderDiscountAmount = Annotated[
    Amount,
    Meta(
        description="The discount on all lines together after their own, in the order's currency; null for none, or "
        "for a percentage. Each line has its share of it."
    ),
]
DepositPercent = Annotated[
    Percent,
    Meta(description="The deposit that is wanted, in percent of the total; null for none. Give this or the amount."),
]
DepositAmount = Annotated[
    Amount, Meta(description="The deposit that is wanted, in the order's currency; null for none, or for a percentage.")
]


class SalesOrderTotals(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of an order, in its currency: total = net + charges, plus tax unless prices include it; then without
    what a marketplace collects of it."""

    gross: Annotated[Total, Meta(description="The value of all lines before discounts.")]
    discount: Annotated[Total, Meta(description="The discounts of all lines, and that of the order.")]
    net: Annotated[Total, Meta(description="Gross minus discount; with tax if prices include it.")]
    charges: Annotated[Total, Meta(description="All charges without their tax, or with it if prices include it.")]
    tax: Annotated[Total, Meta(description="The tax of all lines and charges that you charge.")]
    marketplace_tax: Annotated[
        Total,
        Meta(
            description="The tax that a marketplace collects. It is in no other amount, or taken out of `total` "
            "if prices include it."
        ),
    ]
    total: Annotated[Total, Meta(description="What the customer has to pay.")]


class TaxTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of what has one rate of one tax code and is collected by one."""

    tax_code_id: TaxCodeId
    code: Annotated[str, Meta(description="The code of the tax code.")]
    name: Annotated[str, Meta(description="The name of the tax on documents.")]
    percent: Annotated[Percent, Meta(description="The rate, in percent of the net amount.")]
    collector: Annotated[TaxCollector, Meta(description="Who collects the tax.")]
    net: Annotated[Total, Meta(description="The taxed amount without tax.")]
    tax: Annotated[Total, Meta(description="The tax on it.")]
