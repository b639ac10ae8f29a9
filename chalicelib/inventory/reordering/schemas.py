"""API schemas of reorder rules, and of what they suggest to order."""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.stock.level_schemas import Available, Committed, Held, OnHand, Waiting
from chalicelib.inventory.warehouses.schemas import WarehouseId
from chalicelib.kernel import ids
from chalicelib.kernel.decimals import Quantity, QuantityOrZero
from chalicelib.kernel.pages import CreationQuery, PageQuery
from chalicelib.kernel.schemas import Schema, Stamped

MAX_LEAD_DAYS = 730
ReorderRuleId = Annotated[str, ids.described("ror", "the reorder rule")]
ReorderPointField = Annotated[
    QuantityOrZero,
    Meta(description="Order when the projected quantity is below this, in the item's unit."),
]
Target = Annotated[
    QuantityOrZero,
    Meta(description="Order up to this quantity, in the item's unit; null for up to the reorder point."),
]
Multiple = Annotated[
    Quantity,
    Meta(description="Order whole multiples of this quantity, in the item's unit; null for any quantity."),
]
MinimumOrderQuantity = Annotated[
    Quantity,
    Meta(description="Order at least this quantity, in the item's unit; null for no minimum."),
]
LeadTime = Annotated[
    int,
    Meta(
        ge=0,
        le=MAX_LEAD_DAYS,
        description="Within how many days an order would arrive. What is expected later does not count; null when all "
        "that is expected counts.",
    ),
]


class ReorderRuleFields(Schema, frozen=True, kw_only=True):
    """When to order an item for a warehouse, and how much."""

    item_id: ItemId
    warehouse_id: WarehouseId
    target: Target | None = None
    multiple: Multiple | None = None
    minimum_order_quantity: MinimumOrderQuantity | None = None
    lead_time_days: LeadTime | None = None


class NewReorderRule(ReorderRuleFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reorder rule to create."""

    reorder_point: (
        Annotated[
            QuantityOrZero,
            Meta(
                description="Order when the projected quantity is below this, in the item's unit; the item's if null."
            ),
        ]
        | None
    ) = None


class ReorderRuleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Only the given fields change."""

    reorder_point: ReorderPointField | UnsetType = UNSET
    target: Target | None | UnsetType = UNSET
    multiple: Multiple | None | UnsetType = UNSET
    minimum_order_quantity: MinimumOrderQuantity | None | UnsetType = UNSET
    lead_time_days: LeadTime | None | UnsetType = UNSET


class ReorderRule(ReorderRuleFields, Stamped, frozen=True, kw_only=True):
    """When to order an item for a warehouse, and how much."""

    id: ReorderRuleId
    reorder_point: ReorderPointField


class ReorderRuleQuery(CreationQuery, frozen=True, kw_only=True):
    """All rules, oldest first; or those of an item, or of a warehouse, sorted by item."""

    item_id: Annotated[ItemId, Meta(description="Only rules of this item.")] | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Only rules of this warehouse.")] | None = None


class ReorderSuggestionQuery(PageQuery, frozen=True, kw_only=True):
    """What to order for a warehouse."""

    warehouse_id: WarehouseId
    is_below: (
        Annotated[bool, Meta(description="true: only what is below its reorder point; false: only what is not.")] | None
    ) = None


class ReorderSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """What to order of an item for a warehouse, and why: projected = available - waiting + arriving + in_transit."""

    reorder_rule_id: ReorderRuleId
    item_id: ItemId
    warehouse_id: WarehouseId
    on_hand: OnHand
    committed: Committed
    held: Held
    available: Available
    waiting: Waiting
    arriving: Annotated[
        Decimal,
        Meta(description="The quantity that arrives within the lead time, overdue arrivals too, in the item's unit."),
    ]
    in_transit: Annotated[
        Decimal, Meta(description="The quantity on its way from other warehouses, in the item's unit.")
    ]
    projected: Annotated[
        Decimal,
        Meta(description="The quantity that is left when all who wait have theirs and all of that has arrived."),
    ]
    reorder_point: ReorderPointField
    target: Target | None
    multiple: Multiple | None
    minimum_order_quantity: MinimumOrderQuantity | None
    lead_time_days: LeadTime | None
    is_below: Annotated[bool, Meta(description="Whether the projected quantity is below the reorder point.")]
    quantity: Annotated[
        Decimal,
        Meta(description="The quantity to order now, in the item's unit; 0 when it is not below the reorder point."),
    ]
