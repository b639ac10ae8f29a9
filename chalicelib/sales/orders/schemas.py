"""API schemas of sales orders."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.tax_codes.schemas import TaxTreatment
from chalicelib.identity.users.schemas import UserId
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.address import Address
from chalicelib.kernel.decimals import Total
from chalicelib.kernel.external_refs import ExternalRefs
from chalicelib.kernel.money import Currency, RoundingRule
from chalicelib.kernel.schemas import AllowedTransitions, JobId, Schema, Stamped
from chalicelib.kernel.texts import line, prose
from chalicelib.parties.customers.schemas import CustomerId
from chalicelib.sales.orders.amount_schemas import (
    DepositAmount,
    DepositPercent,
    OrderDiscountAmount,
    OrderDiscountPercent,
    SalesOrderTotals,
    TaxTotal,
)
from chalicelib.sales.orders.command_schemas import CancelReason
from chalicelib.sales.orders.hold_schemas import HoldKind, PaidAmount, PaymentStatusField, SalesOrderHold
from chalicelib.sales.orders.line_schemas import (
    Charges,
    NewSalesOrderLine,
    SalesOrderCharge,
    SalesOrderLine,
    SalesOrderLineChange,
)
from chalicelib.sales.orders.status_schemas import BillingStatus, FulfilmentStatus, ReservationMode, SalesOrderStatus
from chalicelib.sales.orders.turn_schemas import NORMAL_PRIORITY, Priority, PromisedOn, RequestedOn

MAX_LINES = 200
Note = Annotated[str, prose(2000, description="Free text about the order; null for none.")]
CustomerReference = Annotated[
    str,
    line(
        64,
        description="The customer's own number of the order; no two orders of a customer have the same. Null for none.",
        examples=["PO 4711"],
    ),
]
_PART = "; null when you see only a part of the order."
OrderId = Annotated[str, ids.described("so", "the sales order")]
FormerBuyerId = Annotated[
    CustomerId,
    Meta(
        description="The customer that it was made for, when that was merged into `customer_id` since; null otherwise."
    ),
]
BuyerId = Annotated[CustomerId, Meta(description="The id of the customer; null for an order without one.")]
ShipsFrom = Annotated[
    WarehouseId, Meta(description="The id of the warehouse that ships the order. It can change while it is a draft.")
]
SalespersonId = Annotated[UserId, Meta(description="The id of the user who sells; null for none.")]
OrderCurrency = Annotated[
    Currency, Meta(description="The currency of all prices and amounts, as a code of ISO 4217. It cannot change.")
]
PricesIncludeTax = Annotated[bool, Meta(description="Whether prices and charges include their tax. It cannot change.")]


SaleChannel = Annotated[
    str,
    line(
        64,
        description="Where it was sold, in your own words; there may be price lists for it. Null for none. It cannot "
        "change.",
        examples=["web shop"],
    ),
]
TaxDate = Annotated[
    date,
    Meta(
        description="The day whose tax rates hold: that of `ordered_at` if not given. It can change while the order is "
        "a draft."
    ),
]
TreatmentField = Annotated[
    TaxTreatment,
    Meta(description="How the customer is taxed: as was given, else as the customer's own. It cannot change."),
]


Reserve = Annotated[ReservationMode, Meta(description="What a confirmation does when stock is short.")]
RoundingField = Annotated[RoundingRule, Meta(description="How the totals are rounded. It cannot change.")]
BillingAddress = Annotated[
    Address,
    Meta(description="Where the invoice goes: as it was given, else a copy of the customer's address; null for none."),
]
ShippingAddress = Annotated[
    Address,
    Meta(description="Where the goods go: as it was given, else a copy of the customer's address; null for none."),
]


class NewSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A draft order. Addresses that are not given are copied from the customer; later changes there do not affect
    them."""

    warehouse_id: ShipsFrom
    currency: OrderCurrency
    lines: Annotated[list[NewSalesOrderLine], Meta(min_length=1, max_length=MAX_LINES, description="What is ordered.")]
    customer_id: BuyerId | None = None
    customer_reference: CustomerReference | None = None
    salesperson_id: SalespersonId | None = None
    reservation: Reserve = ReservationMode.PARTIAL
    rounding: RoundingField = RoundingRule.HALF_UP_PER_LINE
    prices_include_tax: PricesIncludeTax = False
    channel: SaleChannel | None = None
    tax_date: TaxDate | None = None
    tax_treatment: TreatmentField | None = None
    charges: Charges = []
    billing_address: BillingAddress | None = None
    shipping_address: ShippingAddress | None = None
    ordered_at: Annotated[datetime, Meta(tz=True, description="When the customer ordered; now if absent.")] | None = (
        None
    )
    priority: Priority = NORMAL_PRIORITY
    requested_on: RequestedOn | None = None
    promised_on: PromisedOn | None = None
    discount_percent: OrderDiscountPercent | None = None
    discount_amount: OrderDiscountAmount | None = None
    deposit_percent: DepositPercent | None = None
    deposit_amount: DepositAmount | None = None
    note: Note | None = None
    external_refs: ExternalRefs = []


class SalesOrderChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change; null clears an optional field. Reservations are adjusted to the new lines.

    Customer, warehouse and dates can change while the order is a draft. With the customer change the addresses that are
    not given, and what new lines cost; lines that stay keep their terms. With the warehouse go the lines that were
    there."""

    lines: (
        Annotated[
            list[SalesOrderLineChange],
            Meta(
                min_length=1,
                max_length=MAX_LINES,
                description="All lines of the order from now on. Existing ones that are not in it are removed, which "
                "is refused for lines that are picked or shipped.",
            ),
        ]
        | UnsetType
    ) = UNSET
    charges: Charges | UnsetType = UNSET
    customer_id: BuyerId | None | UnsetType = UNSET
    warehouse_id: ShipsFrom | UnsetType = UNSET
    customer_reference: CustomerReference | None | UnsetType = UNSET
    salesperson_id: SalespersonId | None | UnsetType = UNSET
    ordered_at: (
        Annotated[
            datetime,
            Meta(tz=True, description="When the customer ordered. It cannot change once the order is confirmed."),
        ]
        | UnsetType
    ) = UNSET
    tax_date: TaxDate | UnsetType = UNSET
    reservation: Reserve | UnsetType = UNSET
    requested_on: RequestedOn | None | UnsetType = UNSET
    discount_percent: OrderDiscountPercent | None | UnsetType = UNSET
    discount_amount: OrderDiscountAmount | None | UnsetType = UNSET
    deposit_percent: DepositPercent | None | UnsetType = UNSET
    deposit_amount: DepositAmount | None | UnsetType = UNSET
    billing_address: BillingAddress | None | UnsetType = UNSET
    shipping_address: ShippingAddress | None | UnsetType = UNSET
    note: Note | None | UnsetType = UNSET
    external_refs: ExternalRefs | UnsetType = UNSET


class SalesOrderHead(Schema, Stamped, frozen=True, kw_only=True):
    """The fields that an order and its summary have in common."""

    id: OrderId
    number: Annotated[str, Meta(description="The number of the order, as people name it.", examples=["SO-2026-000123"])]
    status: Annotated[SalesOrderStatus, Meta(description="How far the order is.")]
    fulfilment: Annotated[FulfilmentStatus, Meta(description="What has been committed and shipped.")]
    billing: Annotated[BillingStatus, Meta(description="What has been billed.")]
    customer_id: BuyerId | None
    former_customer_id: FormerBuyerId | None
    customer_reference: CustomerReference | None
    salesperson_id: SalespersonId | None
    warehouse_id: ShipsFrom
    currency: OrderCurrency
    ordered_at: Annotated[datetime, Meta(description="When the customer ordered.")]
    confirmed_at: Annotated[datetime | None, Meta(description="When it was confirmed; null for a draft.")]
    priority: Priority
    promised_on: PromisedOn | None
    on_hold: Annotated[
        list[HoldKind], Meta(description="Why nothing of it is picked or shipped; empty when it is not on hold.")
    ]
    payment: PaymentStatusField
    job_id: JobId


class SalesOrderSummary(SalesOrderHead, frozen=True, kw_only=True):
    """An order in a list."""

    total: Annotated[Total | None, Meta(description=f"What the customer has to pay, in the order's currency{_PART}")]


class SalesOrder(SalesOrderHead, frozen=True, kw_only=True):
    """An order of a customer, with its lines. Callers who are limited to some of its warehouses see the lines of those,
    and no amounts."""

    revision: Annotated[
        int, Meta(description="The number of its newest revision; each change of what is ordered makes one.")
    ]
    channel: SaleChannel | None
    reservation: Reserve
    rounding: RoundingField
    prices_include_tax: PricesIncludeTax
    lines: Annotated[list[SalesOrderLine], Meta(description="What is ordered.")]
    tax_date: TaxDate
    tax_treatment: TreatmentField
    charges: Annotated[
        list[SalesOrderCharge], Meta(description="What the customer pays besides the lines, such as shipping.")
    ]
    taxes: Annotated[list[TaxTotal], Meta(description="The taxes of lines and charges, by tax code and rate.")]
    totals: Annotated[SalesOrderTotals | None, Meta(description=f"The sums of lines and charges{_PART}")]
    billing_address: BillingAddress | None
    shipping_address: ShippingAddress | None
    requested_on: RequestedOn | None
    note: Note | None
    holds: Annotated[list[SalesOrderHold], Meta(description="What keeps it from being picked and shipped.")]
    paid_amount: PaidAmount | None
    discount_percent: OrderDiscountPercent | None
    discount_amount: OrderDiscountAmount | None
    deposit_percent: DepositPercent | None
    deposit_amount: DepositAmount | None
    deposit: Annotated[
        Total | None, Meta(description=f"What has to be paid before anything is picked, in the order's currency{_PART}")
    ]
    cancel_reason: Annotated[CancelReason | None, Meta(description="Why it was cancelled; null if it was not.")]
    closed_at: Annotated[
        datetime | None,
        Meta(
            description="When the rest of a partly shipped order was cancelled; null if it was not. The order stays "
            "closed: goods that come back go to free stock."
        ),
    ]
    shipment_ids: Annotated[
        list[str], Meta(description="The ids of its shipments, also of cancelled ones; the oldest first.")
    ]
    external_refs: ExternalRefs
    allowed_transitions: AllowedTransitions


class SalesOrderPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What an order would cost."""

    currency: OrderCurrency
    tax_date: TaxDate
    tax_treatment: TreatmentField
    lines: Annotated[list[SalesOrderLine], Meta(description="The lines with their prices and taxes.")]
    charges: Annotated[list[SalesOrderCharge], Meta(description="The charges with their taxes.")]
    taxes: Annotated[list[TaxTotal], Meta(description="The taxes of lines and charges, by tax code and rate.")]
    totals: Annotated[SalesOrderTotals, Meta(description="The sums of lines and charges.")]
