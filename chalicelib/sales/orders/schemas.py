"""API schemas of sales orders."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import ItemId, Sku
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Amount, Percent, Price, Quantity
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.lists import PageQuery
from chalicelib.kernel.money import Currency
from chalicelib.kernel.months import Month
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
from chalicelib.parties.customers.schemas import CustomerId

MAX_LINES = 200
Note = Annotated[str, Meta(max_length=2000, description="Free text.")]
CustomerReference = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,63}$",
        description="The customer's own order number.",
        examples=["PO 4711"],
    ),
]
OrderId = Annotated[str, ids.described("so", "a sales order")]
OrderedAt = Annotated[datetime, Meta(description="When the customer ordered.")]
PricesIncludeTax = Annotated[bool, Meta(description="Whether the prices of the lines include their tax.")]


class SalesOrderStatus(StrEnum):
    """The status of an order. `fulfilment` and `billing` show what has been shipped and billed."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class FulfilmentStatus(StrEnum):
    """Derived from the quantities of the lines."""

    NOT_STARTED = "not_started"
    BACKORDERED = "backordered"
    RESERVED = "reserved"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"


class BillingStatus(StrEnum):
    """Derived from the quantities of the lines."""

    NOT_BILLED = "not_billed"
    PARTIALLY_BILLED = "partially_billed"
    BILLED = "billed"


class Reservation(StrEnum):
    """`full`: confirm only when all stock can be reserved. `partial`: reserve what is available, backorder the rest."""

    FULL = "full"
    PARTIAL = "partial"


class RoundingRule(StrEnum):
    """How totals are rounded to the currency's minor unit: each line before summing, or only the sums."""

    HALF_UP_PER_LINE = "half_up_per_line"
    HALF_EVEN_PER_LINE = "half_even_per_line"
    HALF_UP_PER_TOTAL = "half_up_per_total"
    HALF_EVEN_PER_TOTAL = "half_even_per_total"


class ChargeKind(StrEnum):
    SHIPPING = "shipping"
    HANDLING = "handling"
    OTHER = "other"


class Charge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An additional charge, such as shipping."""

    kind: ChargeKind
    amount: Amount
    tax_amount: Amount = msgspec.field(default_factory=Amount)  # msgspec's schema cannot show a decimal default


Charges = Annotated[list[Charge], Meta(max_length=20, description="Additional charges, such as shipping.")]


class NewSalesOrderLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line with either `item_id` or `sku`. Without a price, the item's price is used; without a location, the default
    location of the warehouse. The discount is in percent or an amount for the whole line, not both."""

    item_id: ItemId | None = None
    sku: Sku | None = None
    quantity: Quantity
    unit_price: Price | None = None
    discount_percent: Percent | None = None
    discount_amount: Amount | None = None
    tax_amount: Amount = msgspec.field(default_factory=Amount)  # msgspec's schema cannot show a decimal default
    location_id: LocationId | None = None


class SalesOrderLineChange(NewSalesOrderLine, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the new list. `line` is the number of the existing line that it replaces; without it the line is
    new."""

    line: Annotated[int, Meta(ge=1)] | None = None


class NewSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A draft order. Addresses that are not given are copied from the customer; later changes there do not affect
    them."""

    warehouse_id: WarehouseId
    currency: Currency
    lines: Annotated[list[NewSalesOrderLine], Meta(min_length=1, max_length=MAX_LINES)]
    customer_id: CustomerId | None = None
    customer_reference: CustomerReference | None = None
    reservation: Reservation = Reservation.PARTIAL
    rounding: RoundingRule = RoundingRule.HALF_UP_PER_LINE
    prices_include_tax: PricesIncludeTax = False
    charges: Charges = []
    billing_address: Address | None = None
    shipping_address: Address | None = None
    ordered_at: Annotated[datetime, Meta(tz=True)] | None = None
    note: Note | None = None
    external_refs: ExternalRefs = []


class SalesOrderChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change. `lines` is the complete new list; reservations are adjusted to it."""

    lines: Annotated[list[SalesOrderLineChange], Meta(min_length=1, max_length=MAX_LINES)] | UnsetType = UNSET
    charges: Charges | UnsetType = UNSET
    customer_reference: CustomerReference | None | UnsetType = UNSET
    reservation: Reservation | UnsetType = UNSET
    billing_address: Address | None | UnsetType = UNSET
    shipping_address: Address | None | UnsetType = UNSET
    note: Note | None | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class ConfirmOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`reservation` replaces the order's own."""

    reservation: Reservation | None = None


class CancelReason(StrEnum):
    CUSTOMER = "customer"
    STOCK = "stock"
    FRAUD = "fraud"
    MISTAKE = "mistake"
    OTHER = "other"


class CancelOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: CancelReason = CancelReason.OTHER


class SalesOrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its quantities. `reserved` includes `picked`, the quantity in open shipments. `backordered` is the
    quantity that is not reserved yet."""

    line: int
    item_id: str
    sku: str
    name: str
    unit: str
    location_id: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal | None
    discount_amount: Decimal | None
    tax_amount: Amount
    net: Amount
    reserved: Decimal
    picked: Decimal
    shipped: Decimal
    billed: Decimal
    backordered: Decimal


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The totals of an order: total = net + charges, plus tax unless prices include it."""

    gross: Amount
    discount: Amount
    net: Amount
    charges: Amount
    tax: Amount
    total: Amount


class SalesOrderHead(Schema, Stamped, frozen=True, kw_only=True):
    """The fields that an order and its summary have in common."""

    id: OrderId
    number: Annotated[str, Meta(description="The number of the order.", examples=["SO-2026-000123"])]
    status: SalesOrderStatus
    fulfilment: FulfilmentStatus
    billing: BillingStatus
    customer_id: CustomerId | None
    customer_reference: CustomerReference | None
    warehouse_id: WarehouseId
    currency: Currency
    ordered_at: OrderedAt
    job_id: JobId


class SalesOrderSummary(SalesOrderHead, frozen=True, kw_only=True):
    """An order in a list."""

    total: Annotated[Amount, Meta(description="The total amount that the customer has to pay.")]


class SalesOrder(SalesOrderHead, frozen=True, kw_only=True):
    """An order of a customer. `shipments` are the ids of its shipments."""

    reservation: Reservation
    rounding: RoundingRule
    prices_include_tax: PricesIncludeTax
    lines: list[SalesOrderLine]
    charges: Charges
    totals: Totals
    billing_address: Address | None
    shipping_address: Address | None
    note: Note | None
    cancel_reason: CancelReason | None
    shipments: list[str]
    external_refs: ExternalRefs
    allowed_transitions: AllowedTransitions


class SalesOrderQuery(PageQuery, frozen=True, kw_only=True):
    """All orders, those of one month, the open ones, or those of one customer; newest first."""

    month: Month | None = None
    open: (
        Annotated[bool, Meta(description="true: only orders that are not done or cancelled; false: only the others.")]
        | None
    ) = None
    customer_id: CustomerId | None = None
    status: SalesOrderStatus | None = None
