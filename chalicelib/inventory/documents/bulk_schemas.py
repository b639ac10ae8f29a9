"""API schemas of stock as rows, which name items, warehouses and locations by their codes."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.catalog.items.schemas import Sku
from chalicelib.inventory.documents.schemas import UnitCost
from chalicelib.inventory.warehouses.schemas import Code
from chalicelib.kernel.decimals import Quantity, QuantityOrZero
from chalicelib.kernel.texts import line

RowSku = Annotated[Sku | None, Meta(description="The SKU of the item; leave it empty when you give a barcode.")]
RowBarcode = Annotated[str, line(64, description="A barcode of the item; leave it empty when you give its SKU.")]
RowWarehouse = Annotated[Code, Meta(description="The code of the warehouse.")]
RowLocation = Annotated[
    Code, Meta(description="The code of the location in the warehouse; empty for its default location.")
]


class ItemRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item. One of SKU and barcode is needed."""

    sku: RowSku | UnsetType = UNSET
    barcode: RowBarcode | None | UnsetType = UNSET


class StockRow(ItemRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item at a location."""

    warehouse: RowWarehouse
    location: RowLocation | None | UnsetType = UNSET


class OpeningStockRow(StockRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What there was of an item at a location before NovexERP."""

    quantity: Annotated[Quantity, Meta(description="What there is, in the item's unit.")]
    unit_cost: UnitCost | None | UnsetType = UNSET


class ReceivedStockRow(OpeningStockRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was received of an item at a location."""

    quantity: Annotated[Quantity, Meta(description="What was received, in the item's unit.")]


class TransferredStockRow(ItemRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was moved of an item from one location to another."""

    from_warehouse: Annotated[Code, Meta(description="The code of the warehouse that it leaves.")]
    from_location: RowLocation | None | UnsetType = UNSET
    to_warehouse: Annotated[Code, Meta(description="The code of the warehouse to which it comes.")]
    to_location: RowLocation | None | UnsetType = UNSET
    quantity: Annotated[Quantity, Meta(description="The quantity to move, in the item's unit.")]


class CountedStockRow(StockRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was counted of an item at a location."""

    counted: Annotated[QuantityOrZero, Meta(description="What lies there, in the item's unit.")]
