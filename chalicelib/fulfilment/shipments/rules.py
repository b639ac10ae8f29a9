"""Decisions about shipments that need no store."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from chalicelib.fulfilment.shipments.schemas import ShipmentLine, ShipmentStatus
from chalicelib.inventory.stock.balances import Move, StockKey
from chalicelib.inventory.stock.schemas import MovementKind
from chalicelib.sales.orders.shipping import Pick

_STEPS: dict[ShipmentStatus, tuple[str, ...]] = {
    ShipmentStatus.DRAFT: ("update", "pack", "ship", "cancel"),
    ShipmentStatus.PACKED: ("update", "ship", "cancel"),
    ShipmentStatus.SHIPPED: ("update", "cancel"),
    ShipmentStatus.CANCELLED: (),
}


def allowed(status: ShipmentStatus, *, staged: bool) -> list[str]:
    """The steps that can be taken; none while a job works on the shipment."""
    return [] if staged else list(_STEPS[status])


def in_pick_order(picks: Sequence[Pick]) -> list[Pick]:
    """Sorted by location, then SKU: the way through the warehouse."""
    return sorted(picks, key=lambda entry: (entry.location_id, entry.sku, entry.line))


def by_stock_key(picks: Sequence[Pick]) -> dict[StockKey, Decimal]:
    """Quantities summed by item and location: a transaction may touch a balance once."""
    summed: dict[StockKey, Decimal] = defaultdict(Decimal)
    for entry in picks:
        summed[StockKey(entry.item_id, entry.location_id)] += entry.quantity
    return dict(summed)


def stock_keys(picks: Sequence[Pick]) -> list[StockKey]:
    return sorted(by_stock_key(picks))


def departures(shipment_id: str, picks: Sequence[Pick]) -> list[Move]:
    """The moves of goods that leave, out of what is reserved."""
    kind = MovementKind.SHIPMENT
    return [
        Move(stock_key, -q, kind, shipment_id, from_reserved=True)
        for stock_key, q in sorted(by_stock_key(picks).items())
    ]


def returns(shipment_id: str, picks: Sequence[Pick]) -> list[Move]:
    """The reversal: back in stock, reserved for the order as before."""
    kind = MovementKind.SHIPMENT_REVERSAL
    return [
        Move(stock_key, q, kind, shipment_id, to_reserved=True) for stock_key, q in sorted(by_stock_key(picks).items())
    ]


def shown(picks: Sequence[Pick]) -> list[ShipmentLine]:
    """The lines as the API shows them."""
    return [ShipmentLine(**{name: getattr(entry, name) for name in ShipmentLine.__struct_fields__}) for entry in picks]
