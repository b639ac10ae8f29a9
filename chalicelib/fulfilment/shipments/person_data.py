"""What of a shipment an erasure may not touch."""

from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.fulfilment.shipments.tables import Shipment
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.privacy import Kept
from chalicelib.kernel.work import Work

_OVER = frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED, ShipmentStatus.CANCELLED})
_OPEN = "The shipment has not left: its goods still have to be delivered, or it has to be cancelled"


def kept(_: Work, row: Row) -> list[Kept]:
    """All while it has not left."""
    return [Kept((), _OPEN)] if isinstance(row, Shipment) and row.status not in _OVER else []
