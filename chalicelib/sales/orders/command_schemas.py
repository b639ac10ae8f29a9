"""API schemas of commands of sales orders: to confirm, split and cancel them."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.sales.orders.status_schemas import ReservationMode


class ConfirmSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to confirm the order."""

    reservation: (
        Annotated[
            ReservationMode,
            Meta(description="What to do when stock is short; replaces the order's own `reservation`."),
        ]
        | None
    ) = None


MOST_WAREHOUSES = 20


class SplitSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where to take from what is short."""

    warehouse_ids: Annotated[
        list[WarehouseId],
        Meta(
            max_length=MOST_WAREHOUSES,
            description="The warehouses to take from, the first ones first; by their priority if empty.",
        ),
    ] = []


class CancelReason(StrEnum):
    """Why an order was cancelled. `customer`: the customer wished it. `stock`: the goods cannot be had. `fraud`: it was
    suspicious. `mistake`: it was entered by mistake. `other`: anything else."""

    CUSTOMER = "customer"
    STOCK = "stock"
    FRAUD = "fraud"
    MISTAKE = "mistake"
    OTHER = "other"


class CancelSalesOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why to cancel the order, or what is left of it."""

    reason: Annotated[CancelReason, Meta(description="Why the order is cancelled.")] = CancelReason.OTHER
