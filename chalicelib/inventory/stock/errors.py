"""Errors of stock."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import msgspec

from chalicelib.catalog.items.schemas import ItemId
from chalicelib.inventory.warehouses.schemas import LocationId, WarehouseId
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.errors import Conflict, FieldError


class StockHolder(msgspec.Struct, frozen=True, kw_only=True):
    """A document that has committed what is short."""

    document_id: Annotated[
        str, msgspec.Meta(description="The id of the order.", examples=["so_01k9zq3v5e7r2t8y4w6x1c9b3n"])
    ]
    quantity: Annotated[Decimal, msgspec.Meta(description="The quantity that it has committed, in the item's unit.")]


class StockShortage(msgspec.Struct, frozen=True, kw_only=True):
    """An item of which a warehouse, or a location in it, has too little."""

    pointer: Annotated[
        str,
        msgspec.Meta(description="The line that needs it: a JSON pointer (RFC 6901).", examples=["/lines/0"]),
    ]
    item_id: ItemId
    warehouse_id: WarehouseId
    location_id: Annotated[
        LocationId | None, msgspec.Meta(description="The location that has too little; null for the whole warehouse.")
    ] = None
    wanted: Annotated[
        Decimal, msgspec.Meta(description="The quantity that all lines together need of it, in the item's unit.")
    ]
    available: Annotated[Decimal, msgspec.Meta(description="The quantity that can be taken, in the item's unit.")]
    sku: Annotated[str, msgspec.Meta(description="The SKU of the item.")] = ""
    held_by: Annotated[
        list[StockHolder],
        msgspec.Meta(description="Some of those who have committed it, the last one first, as far as you may see."),
    ] = []

    def sentence(self) -> str:
        name = self.sku or self.item_id
        where = self.location_id or self.warehouse_id
        return f"{plain(self.wanted)} of {name} wanted, {plain(self.available)} available at {where}."


class InsufficientStock(Conflict):
    """Lists line, item, wanted and available quantity of every shortage. Raised only after reading the current
    stock."""

    code = "insufficient_stock"
    title = "There is not enough stock"
    extra: ClassVar[Mapping[str, Any]] = {
        "shortages": Annotated[
            list[StockShortage], msgspec.Meta(description="Everything of which there is too little.")
        ]
    }

    def __init__(self, shortages: Sequence[StockShortage]) -> None:
        errors = [FieldError(short.pointer, "insufficient_stock", short.sentence()) for short in shortages]
        super().__init__(" ".join(short.sentence() for short in shortages[:5]), errors=errors)
        self.shortages = tuple(shortages)

    def members(self) -> dict[str, Any]:
        shown = []
        for short in self.shortages:
            entry = msgspec.structs.asdict(short)
            holders = [{"document_id": each.document_id, "quantity": plain(each.quantity)} for each in short.held_by]
            quantities = {"wanted": plain(short.wanted), "available": plain(short.available)}
            shown.append(entry | quantities | {"held_by": holders})
        return {"shortages": shown}


class StockMoved(Conflict):
    """The stock row has changed since it was checked; the next check reads it again."""

    code = "stock_moved"
    title = "The stock has changed meanwhile"
