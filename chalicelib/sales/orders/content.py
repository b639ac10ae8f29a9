"""What is ordered, as it is stored: lines, charges, and the fixed fields of the order besides them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.catalog.items.kit_schemas import ItemKind
from chalicelib.catalog.price_lists.finding_schemas import PriceSource
from chalicelib.catalog.tax_codes.schemas import AppliedTax, TaxCollector, TaxTreatment
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Total
from chalicelib.kernel.money import RoundingRule
from chalicelib.kernel.privacy import ADDRESS, FREE_TEXT, USAGE, marked
from chalicelib.sales.orders.line_schemas import ChargeKind


class ContentLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fixed fields of a line, without its quantities in process.

    quantity: as it was entered, in `unit`, of which one is `factor` of `base_unit`: a fraction as text, such as 12 or
    1/3, which later changes of the item do not touch. unit_price: for `price_per` of `price_unit`, of which one is
    `price_factor` base units. kit_line / per_kit: of a component, the line of its kit and how much one kit has of it.
    order_discount: its share of the discount of the order. given_tax: what the caller gave; tax_amount and
    marketplace_tax are what holds.
    """

    line: int
    item_id: str
    sku: str
    name: str
    customer_item_code: str | None = None
    customer_item_name: str | None = None
    kind: ItemKind = ItemKind.STOCKED
    unit: str
    base_unit: str
    factor: str = "1"
    warehouse_id: str
    quantity: Decimal
    base_quantity: Decimal
    kit_line: int | None = None
    per_kit: Decimal | None = None
    unit_price: Decimal
    price_per: Decimal = Decimal(1)
    price_unit: str
    price_factor: str = "1"
    price_source: PriceSource = PriceSource.GIVEN
    price_list_id: str | None = None
    price_reason: str = "given in the line"
    requested_on: date | None = None
    promised_on: date | None = None
    drop_ship: bool = False
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    order_discount: Decimal = Decimal(0)
    tax_code_id: str | None = None
    tax: AppliedTax | None = None
    given_tax: Decimal | None = None
    tax_collector: TaxCollector = TaxCollector.SELLER
    tax_amount: Decimal = Decimal(0)
    marketplace_tax: Decimal = Decimal(0)
    net: Decimal = Decimal(0)

    @property
    def takes_stock(self) -> bool:
        """Whether goods for it are committed in a warehouse."""
        return self.kind is ItemKind.STOCKED and not self.drop_ship


class ContentCharge(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A charge with its tax, in the words of ContentLine."""

    kind: ChargeKind
    amount: Decimal
    tax_code_id: str | None = None
    tax: AppliedTax | None = None
    given_tax: Decimal | None = None
    tax_collector: TaxCollector = TaxCollector.SELLER
    tax_amount: Decimal = Decimal(0)
    marketplace_tax: Decimal = Decimal(0)


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fixed fields of the order besides its lines. The addresses are copies, and so are the price list and the
    group of the customer. changed: where this revision differs from the one before."""

    billing_address: Annotated[Address | None, marked(ADDRESS)] = None
    shipping_address: Annotated[Address | None, marked(ADDRESS)] = None
    note: Annotated[str | None, marked(FREE_TEXT)] = None
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    deposit_percent: Decimal | None = None
    deposit_amount: Decimal | None = None
    revised_at: datetime | None = None
    revised_by: Annotated[str | None, marked(USAGE)] = None
    changed: list[str] = []
    charges: list[ContentCharge] = []
    requested_on: date | None = None
    channel: str | None = None
    price_list_id: str | None = None
    customer_group: str | None = None
    tax_date: date = date.min
    tax_treatment: TaxTreatment = TaxTreatment.TAXABLE
    rounding: RoundingRule = RoundingRule.HALF_UP_PER_LINE
    prices_include_tax: bool = False
    gross: Total = Total(0)
    discount: Total = Total(0)
    net: Total = Total(0)
    charged: Total = Total(0)
    tax: Total = Total(0)
    marketplace_tax: Total = Total(0)


class ContentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Up to 50 lines of an order; the first part also has the header."""

    lines: list[ContentLine]
    header: Header | None = None
