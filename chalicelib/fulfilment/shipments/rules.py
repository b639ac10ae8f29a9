"""Rules of shipments, without access to the store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.fulfilment.shipments.picking import Pick
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.inventory.stock.moves import Move
from chalicelib.inventory.stock.schemas import StockMovementKind
from chalicelib.inventory.warehouses.places import Place
from chalicelib.kernel import clock
from chalicelib.kernel.errors import FieldError

_ZERO = Decimal(0)


def in_pick_order(picks: Sequence[Pick]) -> list[Pick]:
    """The picks sorted by location, then SKU, which is the order of picking in the warehouse."""
    return sorted(picks, key=lambda entry: (entry.location_id, entry.sku, entry.line))


def by_stock_key(warehouse_id: str, picks: Sequence[Pick]) -> dict[StockKey, list[Pick]]:
    """Stock key to its picks, sorted by key, because a transaction may contain a stock row only once."""
    found: dict[StockKey, list[Pick]] = defaultdict(list)
    for entry in picks:
        found[StockKey(entry.item_id, warehouse_id)].append(entry)
    return dict(sorted(found.items()))


def departure(shipment_id: str, places: Mapping[str, Place], picks: Sequence[Pick]) -> list[Move]:
    """The moves of shipped goods of one stock key: what was committed, and what is beyond the order."""
    summed: dict[tuple[str, bool, bool], Decimal] = defaultdict(Decimal)
    for entry in picks:
        summed[entry.location_id, entry.is_marked, entry.is_over] += entry.quantity
    return [
        Move(
            picks[0].item_id,
            places[location_id],
            -quantity,
            StockMovementKind.SHIPMENT,
            shipment_id,
            is_committed=not is_over,
            is_picked=is_marked,
            sku=picks[0].sku,
        )
        for (location_id, is_marked, is_over), quantity in summed.items()
    ]


def delivery_errors(delivered_at: datetime, shipped_at: datetime | None, now: datetime) -> list[FieldError]:
    """The error of a time at which the goods cannot have reached the customer."""
    if delivered_at > now:
        return [FieldError("/delivered_at", "in_future", "This time is still to come.")]
    if shipped_at is not None and delivered_at < shipped_at:
        return [FieldError("/delivered_at", "before_shipping", f"It was shipped at {clock.text(shipped_at)}.")]
    return []


def reversal(
    shipment_id: str, places: Mapping[str, Place], picks: Sequence[Pick], *, freed: Decimal, to: Place | None
) -> list[Move]:
    """The moves of a reversed shipment of one stock key: back to where they came from, or to one place; committed to
    the order again but for what is freed."""
    summed: dict[Place, Decimal] = defaultdict(Decimal)
    for entry in picks:
        summed[to or places[entry.location_id]] += entry.quantity
    moves = []
    for place, quantity in summed.items():
        free = min(freed, quantity)
        freed -= free
        moves += [
            Move(
                picks[0].item_id,
                place,
                part,
                StockMovementKind.SHIPMENT_REVERSAL,
                shipment_id,
                is_committed=is_committed,
            )
            for part, is_committed in ((free, False), (quantity - free, True))
            if part
        ]
    return moves
