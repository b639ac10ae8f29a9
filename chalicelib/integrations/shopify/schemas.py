"""The parts of Shopify's order payload that we use. Everything else is passed over; nearly everything may be null."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

Id = Annotated[int, Meta(gt=0)]
Count = Annotated[int, Meta(ge=0, lt=10**9)]
"""Our quantities are smaller than that."""
Time = Annotated[datetime, Meta(tz=True)]


class Money(msgspec.Struct, frozen=True):
    amount: Decimal
    currency_code: str


class PriceSet(msgspec.Struct, frozen=True):
    """Shop money is what the merchant books; presentment money is what the buyer was shown."""

    shop_money: Money | None = None


class TaxLine(msgspec.Struct, frozen=True):
    price: Decimal | None = None
    price_set: PriceSet | None = None


class DiscountAllocation(msgspec.Struct, frozen=True):
    amount: Decimal | None = None
    amount_set: PriceSet | None = None


class LineItem(msgspec.Struct, frozen=True):
    """A line. `current_quantity` is what is left after edits and refunds. `tip` is an object if the line is a tip."""

    id: Id
    quantity: Count
    sku: str | None = None
    current_quantity: Count | None = None
    price: Decimal | None = None
    price_set: PriceSet | None = None
    requires_shipping: bool | None = None
    total_discount: Decimal | None = None
    total_discount_set: PriceSet | None = None
    discount_allocations: list[DiscountAllocation] | None = None
    tax_lines: list[TaxLine] | None = None
    tip: object = None  # of any shape: only whether there is one counts


class ShippingLine(msgspec.Struct, frozen=True):
    price: Decimal | None = None
    price_set: PriceSet | None = None
    discount_allocations: list[DiscountAllocation] | None = None
    tax_lines: list[TaxLine] | None = None
    is_removed: bool | None = None


class Address(msgspec.Struct, frozen=True):
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    zip: str | None = None
    country_code: str | None = None
    phone: str | None = None


class Customer(msgspec.Struct, frozen=True):
    id: Id
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    default_address: Address | None = None


class Order(msgspec.Struct, frozen=True):
    """An order. Drafts and checkouts look alike but have no `order_number`."""

    id: Id
    order_number: Annotated[int, Meta(ge=0)]
    created_at: Time
    updated_at: Time
    currency: str
    line_items: list[LineItem]
    name: str | None = None
    admin_graphql_api_id: str | None = None
    email: str | None = None
    cancelled_at: Time | None = None
    cancel_reason: str | None = None
    taxes_included: bool | None = None
    total_tip_received: Decimal | None = None
    shipping_lines: list[ShippingLine] | None = None
    customer: Customer | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    note: str | None = None
