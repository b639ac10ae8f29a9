"""API schemas of the revisions of sales orders."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Total
from chalicelib.kernel.pages import PageQuery
from chalicelib.sales.orders.amount_schemas import (
    DepositAmount,
    DepositPercent,
    OrderDiscountAmount,
    OrderDiscountPercent,
    SalesOrderTotals,
    TaxTotal,
)
from chalicelib.sales.orders.line_schemas import SalesOrderCharge, SalesOrderLineTerms
from chalicelib.sales.orders.schemas import BillingAddress, Note, OrderId, ShippingAddress
from chalicelib.sales.orders.turn_schemas import RequestedOn


class RevisionQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One revision of an order."""

    number: (
        Annotated[
            int, Meta(ge=1, le=9999, description="The number of the revision; the newest one if absent.", examples=[1])
        ]
        | None
    ) = None


class SalesOrderRevisionHead(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that a revision and its summary have in common."""

    revision: Annotated[int, Meta(description="The number of the revision; 1 is the draft as it was entered.")]
    changed_at: Annotated[datetime, Meta(description="When it was made.")]
    changed_by: Annotated[
        str, Meta(description="Who made it: the `subject` of a user or machine, or `system:` and a part of NovexERP.")
    ]
    changed: Annotated[
        list[str],
        Meta(
            description="What differs from the revision before: `/lines/2` for the line number 2 that came or went, "
            "`/lines/2/quantity` and the like, `/charges`, `/note`, addresses.",
            examples=[["/lines/2", "/shipping_address"]],
        ),
    ]


class SalesOrderRevisionSummary(SalesOrderRevisionHead, frozen=True, kw_only=True):
    """A revision in a list."""

    total: Annotated[Total, Meta(description="What the customer had to pay by it, in the order's currency.")]


class SalesOrderRevision(SalesOrderRevisionHead, frozen=True, kw_only=True):
    """What was ordered by one revision of an order: every change of lines, charges, addresses or note makes one."""

    order_id: OrderId
    lines: Annotated[list[SalesOrderLineTerms], Meta(description="What was ordered.")]
    charges: Annotated[list[SalesOrderCharge], Meta(description="What the customer had to pay besides the lines.")]
    taxes: Annotated[list[TaxTotal], Meta(description="The taxes of lines and charges, by tax code and rate.")]
    totals: Annotated[SalesOrderTotals, Meta(description="The sums of lines and charges.")]
    discount_percent: OrderDiscountPercent | None
    discount_amount: OrderDiscountAmount | None
    deposit_percent: DepositPercent | None
    deposit_amount: DepositAmount | None
    billing_address: BillingAddress | None
    shipping_address: ShippingAddress | None
    requested_on: RequestedOn | None
    note: Note | None


class RevisionChoice(PageQuery, frozen=True, kw_only=True):
    """The revisions of one order; their further parts are passed over."""

    order_id: str
    is_first_part: bool = True
