"""API schemas of when an order gets stock: its priority and its dates."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

NORMAL_PRIORITY = 5
Priority = Annotated[
    int,
    Meta(
        ge=1,
        le=9,
        description="Whose turn it is when stock is short: orders with lower numbers get it first. 5 is normal.",
    ),
]
PromisedOn = Annotated[
    date,
    Meta(
        description="The day for which the goods are promised; null for none. Of one priority, what is promised "
        "earlier gets stock first."
    ),
]
RequestedOn = Annotated[date, Meta(description="The day on which the customer wants the goods; null for none.")]


class Turn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When an order gets stock, beside the time of its confirmation."""

    priority: int = NORMAL_PRIORITY
    promised_on: date | None = None


class PrioritizeSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When an order gets stock from now on. Only the given fields change; null clears the date."""

    priority: Priority | UnsetType = UNSET
    promised_on: PromisedOn | None | UnsetType = UNSET
