"""The state machine of shipments."""

from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.fulfilment.shipments.tables import Shipment
from chalicelib.kernel.state_machine import StateMachine, to

_DRAFT, _PACKED, _SHIPPED, _DELIVERED, _CANCELLED = ShipmentStatus
SHIPMENT: StateMachine[ShipmentStatus, Shipment] = StateMachine(
    {
        _DRAFT: (
            to("update", _DRAFT),
            to("report_missing", _DRAFT, _CANCELLED),
            to("pack", _PACKED),
            to("ship", _SHIPPED),
            to("cancel", _CANCELLED),
        ),
        _PACKED: (to("update", _PACKED), to("pack", _PACKED), to("ship", _SHIPPED), to("cancel", _CANCELLED)),
        _SHIPPED: (to("update", _SHIPPED), to("deliver", _DELIVERED), to("cancel", _CANCELLED)),
        _DELIVERED: (to("update", _DELIVERED), to("cancel", _CANCELLED)),
        _CANCELLED: (),
    },
    job_of=lambda row: row.job_id,
)
