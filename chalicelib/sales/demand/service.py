"""Reads of who waits for stock, which consumers.py updates, and its repair."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.sales.demand import backorders, projection, tables
from chalicelib.sales.demand.schemas import Demand, DemandQuery


def page(call: Call, query: DemandQuery) -> Page[Demand]:
    """A page of the orders that wait for an item, the oldest first."""
    rows, cursor = paginate(tables.Demand, tables.VIEWS, call, query)
    return Page([to_struct(row, Demand) for row in rows], cursor)


def renew(call: Call, order_id: str) -> None:
    """Writes anew what an order waits for, and reserves for it what has become available meanwhile. May be repeated."""
    backorders.fill_items(call, {key.item_id for key in projection.project(call, {order_id: False})[order_id]})
