"""Rules of shipments, without access to the store."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.sales.orders.shipping import Pick


def in_pick_order(picks: Sequence[Pick]) -> list[Pick]:
    """The picks sorted by location, then SKU, which is the order of picking in the warehouse."""
    return sorted(picks, key=lambda entry: (entry.location_id, entry.sku, entry.line))


def by_stock_key(picks: Sequence[Pick]) -> dict[StockKey, list[Pick]]:
    """Stock key to its picks, sorted by key, because a transaction may contain a balance only once."""
    found: dict[StockKey, list[Pick]] = defaultdict(list)
    for entry in picks:
        found[StockKey(entry.item_id, entry.location_id)].append(entry)
    return dict(sorted(found.items()))


def stock_keys(picks: Sequence[Pick]) -> list[StockKey]:
    """The stock keys of the picks, sorted, without duplicates."""
    return list(by_stock_key(picks))


def departure(shipment_id: str, key: StockKey, picks: Sequence[Pick]) -> Move:
    """The stock move of shipped goods, which are taken from the committed quantity."""
    return Move(key, -_quantity(picks), StockMovementKind.SHIPMENT, shipment_id, from_committed=True)


def reversal(shipment_id: str, key: StockKey, picks: Sequence[Pick], *, is_closed: bool = False) -> Move:
    """The stock move of a reversed shipment: back into stock, committed for the order unless that is closed."""
    return Move(key, _quantity(picks), StockMovementKind.SHIPMENT_REVERSAL, shipment_id, to_committed=not is_closed)


def _quantity(picks: Sequence[Pick]) -> Decimal:
    return sum((entry.quantity for entry in picks), Decimal(0))
