"""Follows addresses and priorities of orders: a change reaches the shipments that have not left."""

from collections.abc import Iterator, Sequence

from chalicelib.events.schemas import Change
from chalicelib.fulfilment.shipments import order_changes
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit
from chalicelib.sales.orders import repository as orders


def follow_addresses(call: Call, changes: Sequence[Change]) -> None:
    """Brings the addresses of the open shipments of changed orders up to date. May be repeated."""
    for shipment_id in _shipments(call, changes):
        commit(call, order_changes.follow_address, shipment_id)


def follow_priorities(call: Call, changes: Sequence[Change]) -> None:
    """Gives the open shipments of orders with another priority their place in the pick queue. May be repeated."""
    for shipment_id in _shipments(call, changes):
        commit(call, order_changes.follow_priority, shipment_id)


def _shipments(call: Call, changes: Sequence[Change]) -> Iterator[str]:
    """The ids of the shipments of the orders that the changes are about."""
    for order_id in dict.fromkeys(change.entity_id for change in changes):
        row = orders.find_row(call, order_id)
        yield from (row.shipment_ids if row is not None else None) or ()
