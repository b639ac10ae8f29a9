"""What the inventory asks of orders: to take what they have waited for, and to give up what is not there any more."""

from collections.abc import Mapping
from decimal import Decimal

from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import events, repository, rules

_ZERO = Decimal(0)
Quantities = Mapping[StockKey, Decimal]


def fill(work: Work, order_id: str, offered: Quantities) -> dict[StockKey, Decimal]:
    """Commits what is offered to the lines that wait for it, earlier lines first. Returns what was taken; nothing while
    a job works on the order."""
    order = repository.load(work, order_id, match=False)
    if order.row.staged is not None:
        return {}
    taken: dict[StockKey, Decimal] = {}
    wants = rules.by_stock_key(order.wants())
    for key, quantity in offered.items():
        left = quantity
        for want in wants.get(key, ()):
            more = min(left, want.waits)
            want.state.committed += more
            want.state.backordered -= more
            left -= more
        taken[key] = quantity - left
    repository.save_row(work, order.row)
    work.annotate(event=events.BACKORDER_FILLED)
    return taken
