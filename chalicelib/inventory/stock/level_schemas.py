"""API schemas of what there is: stock of warehouses, places, availability."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.catalog.items.kit_schemas import KindField
from chalicelib.catalog.items.schemas import Category, ItemId, Sku
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId, WithInner
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.texts import line

MAX_SKUS = 100
OnHand = Annotated[
    Decimal,
    Meta(
        description="The quantity on hand, in the item's unit: committed, held and available together. Below zero "
        "where goods are shipped before they are received."
    ),
]
Committed = Annotated[Decimal, Meta(description="The quantity that is committed to orders, in the item's unit.")]
Held = Annotated[
    Decimal,
    Meta(
        description="The quantity that may not be sold, in the item's unit: what lies at locations for quarantine or "
        "scrap."
    ),
]
Available = Annotated[
    Decimal,
    Meta(
        description="The quantity that is neither committed nor held, in the item's unit. Below zero when a count "
        "found less than is committed, and where goods are shipped before they are received."
    ),
]
Waiting = Annotated[
    Decimal,
    Meta(description="The quantity that orders wait for here, in the item's unit. They get it before any new order."),
]


class StockLevel(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item in a warehouse. on_hand = committed + held + available."""

    item_id: ItemId
    warehouse_id: WarehouseId
    on_hand: OnHand
    committed: Committed
    held: Held
    available: Available
    waiting: Waiting
    promisable: Annotated[
        Decimal,
        Meta(
            description="The quantity that a new order can get, in the item's unit: what is available beyond what "
            "others wait for; 0 when blocked, or counted by its keeper."
        ),
    ]
    blocked: Annotated[
        bool, Meta(description="Whether nothing new is committed or received, because the item is archived.")
    ]
    moved_at: Annotated[
        datetime | None, Meta(description="When the quantity on hand last changed; null when it never did.")
    ]
    version: Annotated[int, Meta(description="Increases with every change, also of commitments.")]


class StockQuery(PageQuery, frozen=True, kw_only=True):
    """The stock of an item, in a warehouse, or both; in a warehouse of a category."""

    item_id: Annotated[ItemId, Meta(description="Only stock of this item.")] | None = None
    warehouse_id: Annotated[WarehouseId, Meta(description="Only stock in this warehouse.")] | None = None
    category: (
        Annotated[Category, Meta(description="Only stock of items of this category; case does not matter.")] | None
    ) = None
    is_short: (
        Annotated[
            bool,
            Meta(description="true: only where less is available than is waited for, or less than nothing."),
        ]
        | None
    ) = None


class StockPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What lies of an item at a location. Orders commit stock of the whole warehouse, not of a location."""

    item_id: ItemId
    warehouse_id: WarehouseId
    location_id: LocationId
    on_hand: Annotated[Decimal, Meta(description="The quantity that lies there, in the item's unit.")]
    picked: Annotated[
        Decimal,
        Meta(
            description="The quantity that open shipments take from there, in the item's unit; 0 for the default "
            "location, of which they take what is left when they leave."
        ),
    ]
    free: Annotated[Decimal, Meta(description="on_hand without picked.")]


class PlaceQuery(PageQuery, frozen=True, kw_only=True):
    """Where an item lies, or what lies at a location. One of the two is required."""

    item_id: Annotated[ItemId, Meta(description="Only places of this item.")] | None = None
    location_id: Annotated[LocationId, Meta(description="Only what lies at this location, or in it.")] | None = None
    with_inner: WithInner = True


class AvailabilityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The available quantities in a warehouse, or else the sum of all warehouses."""

    skus: Annotated[
        str,
        line(6600, description=f"Up to {MAX_SKUS} SKUs, separated by commas; one that has a comma goes in quotes."),
    ]
    warehouse_id: Annotated[WarehouseId, Meta(description="Only stock in this warehouse.")] | None = None


class ItemAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of an item in the requested warehouses."""

    sku: Sku
    item_id: ItemId
    kind: KindField
    on_hand: OnHand
    committed: Committed
    held: Held
    waiting: Waiting
    available: Annotated[
        Decimal,
        Meta(
            description="The quantity that a new order can get now, in the item's unit: what is available beyond what "
            "others wait for, and never below zero; of a kit, how many its components suffice for; 0 of what has no "
            "stock."
        ),
    ]
    warehouses: Annotated[list[StockLevel], Meta(description="The stock that the quantities are the sums of.")]


class StockAvailability(msgspec.Struct, frozen=True, kw_only=True):
    """The quantities of the requested SKUs."""

    data: Annotated[list[ItemAvailability], Meta(description="One entry for each known SKU, in the given order.")]
    unknown: Annotated[list[str], Meta(description="The requested SKUs that no item has.")]
