"""Updates the projection of demand from journal entries, and reserves new stock for backordered orders.

Entries are delivered in order and at least once, so the consumer is idempotent. An order that is confirmed while stock
is received is processed with its own entry, so it cannot be missed.
"""

from chalicelib.catalog.items import events as item_events
from chalicelib.events.consumers import consumer
from chalicelib.events.schemas import Change
from chalicelib.inventory.stock import events as stock_events
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit
from chalicelib.sales.demand import backorders, events, projection
from chalicelib.sales.orders import events as order_events

_SHIPMENTS = ("shipment.created", "shipment.packed", "shipment.shipped", "shipment.updated")
"""The shipment events that release no stock. By name, because the package of shipments is above this one."""
_RELEASES_NO_STOCK = frozenset(
    {
        *(str(event) for event in (order_events.CREATED, order_events.CONFIRMED, order_events.BEGUN)),
        str(events.BACKORDER_FILLED),
        *_SHIPMENTS,
    }
)


@consumer(
    "sales.backorders",
    events=(
        order_events.CREATED,
        order_events.UPDATED,
        order_events.CONFIRMED,
        order_events.CANCELLED,
        order_events.CLOSED,
        order_events.BEGUN,
        order_events.ADVANCED,
        order_events.UNDONE,
        events.BACKORDER_FILLED,
        *_SHIPMENTS,
        "shipment.cancelled",
        "shipment.begun",
        "shipment.advanced",
        stock_events.RECEIVED,
        stock_events.ADJUSTED,
        stock_events.TRANSFERRED,
        stock_events.UNBLOCKED,
        stock_events.REPAIRED,
        item_events.RESTORED,
    ),
)
def follow(call: Call, change: Change) -> None:
    """Updates the projection with the orders of an entry, then fills backorders with released or new stock."""
    if change.entity in {"stock_operation", "item", "balance"}:
        for item_id in change.subjects if change.entity == "stock_operation" else [change.entity_id]:
            backorders.fill_item(call, item_id)
        return
    for order_id in [i for i in (change.entity_id, *change.subjects) if i.startswith("so_")]:
        order = projection.project(call, order_id)
        if backorders.is_backordered(order):
            commit(call, backorders.fill, order_id)
        if change.event not in _RELEASES_NO_STOCK:
            for item_id in sorted({stock_key.item_id for stock_key in projection.stock_keys(call, order)}):
                backorders.fill_item(call, item_id)
