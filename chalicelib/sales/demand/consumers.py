"""Follows the feed: writes down who waits for stock, and reserves stock that has become available for them.

Entries are delivered in order and at least once, and handling them again changes nothing. An order that is confirmed
while stock is received looks for stock when its own entry is handled, so it cannot be missed.

The events of module.py are those that change how much an order waits for, or make stock available. A draft waits for
nothing. A shipment takes from what is committed, and its cancellation gives back to it; only the reversal for a closed
order frees stock, and names the items. The steps of a job need not be followed, because its last entry names the same
order. A filled backorder is written down by its own commit.
"""

from collections import defaultdict
from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.sales.demand import backorders, projection
from chalicelib.sales.orders import events as order_events
from chalicelib.sales.orders import repository


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Writes down what the orders of these entries wait for, each order once, then fills backorders with all items of
    which stock was received or released, or for which one of these orders waits."""
    item_ids: set[str] = set()
    by_order: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        if change.entity == "sales_order":
            by_order[change.entity_id].add(change.event)
        else:
            named = [change.entity_id, *change.subjects]
            item_ids.update(each for each in named if ids.is_valid("itm", each))
    confirmed = {str(order_events.CONFIRMED)}
    waiting = projection.project(call, {order_id: events == confirmed for order_id, events in by_order.items()})
    for order_id, events in by_order.items():
        keys = waiting.get(order_id, set())
        if str(order_events.UNDONE) in events:
            keys |= projection.stock_keys(call.tenant, repository.read(call, order_id))
        item_ids.update(key.item_id for key in keys)
    backorders.fill_items(call, item_ids)
