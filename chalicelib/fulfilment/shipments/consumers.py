"""Follows the addresses of orders: a change reaches the shipments that have not left."""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.fulfilment.shipments import service
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit
from chalicelib.sales.orders import repository as orders


def follow_addresses(call: Call, changes: Sequence[Change]) -> None:
    """Brings the open shipments of changed orders up to date. May be repeated."""
    for order_id in dict.fromkeys(change.entity_id for change in changes):
        row = orders.find_row(call, order_id)
        for shipment_id in (row.shipment_ids if row is not None else None) or ():
            commit(call, service.follow_address, shipment_id)
