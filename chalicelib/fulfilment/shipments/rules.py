"""Decisions about shipments that need no store."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.inventory.stock.schemas import MovementKind
from chalicelib.sales.orders.shipping import Pick


def in_pick_order(picks: Sequence[Pick]) -> list[Pick]:
    """Sorted by location, then SKU: the way through the warehouse."""
    return sorted(picks, key=lambda entry: (entry.location_id, entry.sku, entry.line))


def by_stock_key(picks: Sequence[Pick]) -> dict[StockKey, list[Pick]]:
    """The lines of each item and location, in key order: a transaction may touch a balance once."""
    found: dict[StockKey, list[Pick]] = defaultdict(list)
    for entry in picks:
        found[StockKey(entry.item_id, entry.location_id)].append(entry)
    return dict(sorted(found.items()))


def stock_keys(picks: Sequence[Pick]) -> list[StockKey]:
    """Each item and location once, in key order."""
    return list(by_stock_key(picks))


def departure(shipment_id: str, key: StockKey, picks: Sequence[Pick]) -> Move:
    """The move of goods that leave, out of what is reserved."""
    return Move(key, -_quantity(picks), MovementKind.SHIPMENT, shipment_id, from_reserved=True)


def comeback(shipment_id: str, key: StockKey, picks: Sequence[Pick]) -> Move:
    """The reversal: back in stock, reserved for the order as before."""
    return Move(key, _quantity(picks), MovementKind.SHIPMENT_REVERSAL, shipment_id, to_reserved=True)


def _quantity(picks: Sequence[Pick]) -> Decimal:
    return sum((entry.quantity for entry in picks), Decimal(0))
