"""API schemas of what keeps an order from being picked, and of whether it is paid."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel.decimals import Amount, Total
from chalicelib.kernel.privacy import FREE_TEXT, USAGE, marked
from chalicelib.kernel.texts import prose


class HoldKind(StrEnum):
    """Why an order is on hold. `manual`: somebody wants to look at it. `address`: the address has to be clarified.
    `credit`: it is beyond what the customer may owe. `payment`: the deposit is not paid yet."""

    MANUAL = "manual"
    ADDRESS = "address"
    CREDIT = "credit"
    PAYMENT = "payment"

    @property
    def is_about_money(self) -> bool:
        """Whether only those who may decide on credit lift it."""
        return self in (HoldKind.CREDIT, HoldKind.PAYMENT)


HoldNote = Annotated[str, prose(500, description="What has to be clarified, as free text; null for nothing more.")]
HoldKindField = Annotated[HoldKind, Meta(description="Why it is on hold.")]


class SalesOrderHold(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps an order from being picked and shipped."""

    kind: HoldKindField
    placed_at: Annotated[datetime, Meta(description="When it was put on hold.")]
    placed_by: Annotated[
        str, marked(USAGE), Meta(description="Who did it, named as in `created_by`; for a limit, who confirmed it.")
    ]
    is_automatic: Annotated[
        bool, Meta(description="Whether it follows from credit or payment, and is lifted by itself.")
    ]
    note: Annotated[HoldNote | None, marked(FREE_TEXT)]


class HoldSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why to put an order on hold."""

    kind: HoldKindField = HoldKind.MANUAL
    note: HoldNote | None = None


class ReleaseSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which hold to lift."""

    kind: HoldKindField


class PaymentStatus(StrEnum):
    """Whether an order is paid, as a channel or your accounting says. `unpaid`: not at all. `authorized`: the money is
    reserved. `partially_paid`, `paid`: some or all of it. `partially_refunded`, `refunded`: some or all was paid back.
    `voided`: the payment was given up. What is voided or refunded is owed again, unless the order is cancelled."""

    UNPAID = "unpaid"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"


PaymentStatusField = Annotated[PaymentStatus, Meta(description="Whether it is paid.")]


class Payment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the payment of an order. paid: how much, with `partially_paid`."""

    status: PaymentStatus
    paid: Decimal = Decimal(0)


class SetSalesOrderPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether an order is paid from now on."""

    status: PaymentStatusField
    paid_amount: (
        Annotated[
            Amount,
            Meta(description="How much of it is paid, in the order's currency; needed for `partially_paid` only."),
        ]
        | None
    ) = None


PaidAmount = Annotated[
    Total,
    Meta(
        description="How much of it is paid, in the order's currency; 0 while that is not known. Null when you see "
        "only a part of the order."
    ),
]
