"""Decisions about shipments that need no store."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from chalicelib.fulfilment.shipments.schemas import Line, Status
from chalicelib.inventory.stock.balances import Move, Place
from chalicelib.inventory.stock.schemas import MovementKind
from chalicelib.sales.orders.shipping import Pick

_STEPS: dict[Status, tuple[str, ...]] = {
    Status.DRAFT: ("update", "pack", "ship", "cancel"),
    Status.PACKED: ("update", "ship", "cancel"),
    Status.SHIPPED: ("update", "cancel"),
    Status.CANCELLED: (),
}


def allowed(status: Status, *, staged: bool) -> list[str]:
    """The steps that can be taken; none while a job works on the shipment."""
    return [] if staged else list(_STEPS[status])


def in_pick_order(picks: Sequence[Pick]) -> list[Pick]:
    """Sorted by location, then SKU: the way through the warehouse."""
    return sorted(picks, key=lambda entry: (entry.location_id, entry.sku, entry.line))


def by_place(picks: Sequence[Pick]) -> dict[Place, Decimal]:
    """Quantities summed by item and location: a transaction may touch a balance once."""
    summed: dict[Place, Decimal] = defaultdict(Decimal)
    for entry in picks:
        summed[Place(entry.item_id, entry.location_id)] += entry.quantity
    return dict(summed)


def places(picks: Sequence[Pick]) -> list[Place]:
    return sorted(by_place(picks))


def departures(shipment_id: str, picks: Sequence[Pick]) -> list[Move]:
    """The moves of goods that leave, out of what is reserved."""
    kind = MovementKind.SHIPMENT
    return [Move(place, -q, kind, shipment_id, from_reserved=True) for place, q in sorted(by_place(picks).items())]


def returns(shipment_id: str, picks: Sequence[Pick]) -> list[Move]:
    """The reversal: back in stock, reserved for the order as before."""
    kind = MovementKind.SHIPMENT_REVERSAL
    return [Move(place, q, kind, shipment_id, to_reserved=True) for place, q in sorted(by_place(picks).items())]


def shown(picks: Sequence[Pick]) -> list[Line]:
    """The lines as the API shows them."""
    return [Line(**{name: getattr(entry, name) for name in Line.__struct_fields__}) for entry in picks]
