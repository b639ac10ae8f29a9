"""Reads of the demand for stock, which consumers.py updates."""

from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.sales.demand import tables
from chalicelib.sales.demand.schemas import Demand, DemandQuery


def page(call: Call, query: DemandQuery) -> Page[Demand]:
    """A page of the orders with demand for an item, the oldest first."""
    rows, cursor = paginate(tables.Demand, tables.VIEWS, call, query)
    return Page([to_struct(row, Demand) for row in rows], cursor)
