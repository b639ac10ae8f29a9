"""Open shipments follow the address and the priority of their order."""

import msgspec

from chalicelib.fulfilment.shipments import events, tables
from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.kernel.address import Address
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping


@use_case(events.READDRESSED)
def follow_address(work: Work, shipment_id: str) -> None:
    """Gives a draft the address that its order has now; a packed shipment says whether that differs."""
    row = _load(work, shipment_id)
    if row.job_id is not None:
        return  # it is leaving, for the address that it had when the job began
    if row.status is ShipmentStatus.DRAFT:
        set_address(work, row)
    elif row.status is ShipmentStatus.PACKED:
        row.ship_to_differs = row.content.ship_to != _address(work, row) or None
    else:
        return
    work.save(row)


@use_case(events.REQUEUED)
def follow_priority(work: Work, shipment_id: str) -> None:
    """Gives an open shipment the place in the pick queue that goes with the priority that its order has now."""
    row = _load(work, shipment_id)
    if row.open_key is not None and row.job_id is None:
        name = orders.ref(work.tenant, row.order_id)
        order = work.load(shipping.OrderRow, name.hash_key, name.range_key)
        row.queue_up(work.tenant, shipping.priority(order))
        work.save(row)


def set_address(work: Work, row: tables.Shipment) -> None:
    """Sets the address that the order has now."""
    row.content = msgspec.structs.replace(row.content, ship_to=_address(work, row))
    row.ship_to_differs = None


def _address(work: Work, row: tables.Shipment) -> Address | None:
    return orders.load(work, row.order_id, match=False).header.shipping_address


def _load(work: Work, shipment_id: str) -> tables.Shipment:
    name = tables.shipment_ref(work.tenant, shipment_id)
    return work.load(tables.Shipment, name.hash_key, name.range_key)
