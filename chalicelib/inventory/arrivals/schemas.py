"""API schemas of expected arrivals, and of what they promise."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.stock.schemas import Reference
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Quantity
from chalicelib.kernel.pages import CreationQuery
from chalicelib.kernel.schemas import AllowedTransitions, Schema, Stamped

MOST_SHOWN = 100
"""So many arrivals and documents that wait are looked at for an outlook; it says when there are more."""
ArrivalId = Annotated[str, ids.described("arr", "the expected arrival")]
ExpectedQuantity = Annotated[Quantity, Meta(description="The quantity that is expected, in the item's unit.")]
DueOn = Annotated[date, Meta(description="The day on which the goods are expected.")]


class ArrivalStatus(StrEnum):
    """`expected`: the goods have not come. `done`: they have come, or are not expected any more."""

    EXPECTED = "expected"
    DONE = "done"


class NewArrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Goods that are expected."""

    item_id: ItemId
    warehouse_id: WarehouseId
    quantity: ExpectedQuantity
    due_on: DueOn
    reference: Reference | None = None


class ArrivalChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    quantity: ExpectedQuantity | UnsetType = UNSET
    due_on: DueOn | UnsetType = UNSET
    reference: Reference | None | UnsetType = UNSET


class Arrival(Schema, Stamped, frozen=True, kw_only=True):
    """Goods that are expected in a warehouse on a day."""

    id: ArrivalId
    item_id: ItemId
    warehouse_id: WarehouseId
    quantity: Annotated[Decimal, Meta(description="The quantity that is expected, in the item's unit.")]
    due_on: DueOn
    reference: Reference | None
    status: Annotated[ArrivalStatus, Meta(description="Whether the goods are still expected.")]
    allowed_transitions: AllowedTransitions


class ArrivalQuery(CreationQuery, frozen=True, kw_only=True):
    """All arrivals, oldest first; or those that are expected of an item in a warehouse, the next one first."""

    item_id: Annotated[ItemId, Meta(description="Only arrivals of this item.")] | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Only arrivals in this warehouse.")] | None = None
    status: Annotated[ArrivalStatus, Meta(description="Only arrivals with this status.")] | None = None


class OutlookQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item in a warehouse."""

    item_id: ItemId
    warehouse_id: WarehouseId


class PromisableFrom(msgspec.Struct, frozen=True, kw_only=True):
    """What can be promised from a day on."""

    due_on: Annotated[date | None, Meta(description="The day of an arrival; null for today.")]
    arriving: Annotated[Decimal, Meta(description="What arrives on that day, in the item's unit.")]
    promisable: Annotated[
        Decimal,
        Meta(
            description="What a new order can be promised for that day, in the item's unit: what is there by then "
            "beyond what others wait for."
        ),
    ]


class ExpectedFor(msgspec.Struct, frozen=True, kw_only=True):
    """When a document that waits gets its goods."""

    document_id: Annotated[
        str, Meta(description="The id of the order that waits.", examples=["so_01k9zq3v5e7r2t8y4w6x1c9b3n"])
    ]
    quantity: Annotated[Decimal, Meta(description="The quantity that it waits for, in the item's unit.")]
    expected_on: Annotated[
        date | None,
        Meta(description="The day of the arrival that gives it all; null when no arrival is known that does."),
    ]


class StockOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What is going to be of an item in a warehouse, by the arrivals that are expected."""

    item_id: ItemId
    warehouse_id: WarehouseId
    available: Annotated[Decimal, Meta(description="What is available now, in the item's unit.")]
    waiting: Annotated[Decimal, Meta(description="What orders wait for now, in the item's unit.")]
    promisable: Annotated[
        list[PromisableFrom], Meta(description="What can be promised today and from each arrival on.")
    ]
    expected: Annotated[list[ExpectedFor], Meta(description="Who waits, in the order of their turns.")]
    is_partial: Annotated[
        bool, Meta(description=f"Whether there are more than {MOST_SHOWN} arrivals or documents that wait.")
    ]
