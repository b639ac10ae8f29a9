"""Reads who waits for stock, and who has it."""

from chalicelib.inventory.commitments import holders, tables
from chalicelib.inventory.commitments.schemas import HoldersQuery, StockHolding, StockWaiting, WaitingQuery
from chalicelib.inventory.commitments.tables import Holder, Waiting
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.pages import Page


def page(call: Call, query: WaitingQuery) -> Page[StockWaiting]:
    """A page of those who wait for an item in a warehouse, in the order in which they are served."""
    rows, cursor = paginate(Waiting, tables.WAITING_VIEWS, call, query)
    return Page([_view(row) for row in rows], cursor)


def page_holders(call: Call, query: HoldersQuery) -> Page[StockHolding]:
    """A page of those who have committed an item in a warehouse, the one first whose turn comes last."""
    key = StockKey(query.item_id, query.warehouse_id)
    rows, cursor = paginate(Holder, tables.HOLDER_VIEWS, call, query)
    quantities = holders.held(call.tenant, key, rows)
    return Page(
        [
            StockHolding(**key._asdict(), document_id=row.claim.document_id, quantity=quantities[row.turn])
            for row in rows
            if row.turn in quantities
        ],
        cursor,
    )


def _view(row: Waiting) -> StockWaiting:
    """The API's representation of the row."""
    claim = row.claim
    return StockWaiting(
        **row.stock_key._asdict(), document_id=claim.document_id, quantity=row.quantity, **claim.rank._asdict()
    )
