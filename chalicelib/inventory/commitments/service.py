"""Reads who waits for stock."""

from chalicelib.inventory.commitments import tables
from chalicelib.inventory.commitments.schemas import StockWaiting, WaitingQuery
from chalicelib.inventory.commitments.tables import Waiting
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.pages import Page


def page(call: Call, query: WaitingQuery) -> Page[StockWaiting]:
    """A page of those who wait for an item in a warehouse, in the order in which they are served."""
    rows, cursor = paginate(Waiting, tables.WAITING_VIEWS, call, query)
    return Page([_view(row) for row in rows], cursor)


def _view(row: Waiting) -> StockWaiting:
    """The API's representation of the row."""
    claim = row.claim
    return StockWaiting(
        **row.stock_key._asdict(), document_id=claim.document_id, quantity=row.quantity, **claim.rank._asdict()
    )
