"""Reads who waits for stock, and who has it."""

from decimal import Decimal

from chalicelib.inventory.commitments import owners, tables
from chalicelib.inventory.commitments.schemas import HoldersQuery, StockHolding, StockWaiting, WaitingQuery
from chalicelib.inventory.commitments.tables import Holder, Waiting
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.pages import Page
from chalicelib.kernel.visibility import cut


def page(call: Call, query: WaitingQuery) -> Page[StockWaiting]:
    """A page of those who wait for an item in a warehouse, in the order in which they are served."""
    rows, cursor = paginate(Waiting, tables.WAITING_VIEWS, call, query)
    return Page([_view(row) for row in rows], cursor)


def page_holders(call: Call, query: HoldersQuery) -> Page[StockHolding]:
    """A page of those who have committed an item in a warehouse, the one first whose turn comes last."""
    key = StockKey(query.item_id, query.warehouse_id)
    rows, cursor = paginate(Holder, tables.HOLDER_VIEWS, call, query)
    held = {each.claim.turn: each for each in owners.held_by(call.tenant, [row.claim.document_id for row in rows])}
    found = [(row, held[row.turn].quantities.get(key)) for row in rows if row.turn in held]
    return Page(
        [
            StockHolding(**key._asdict(), document_id=row.claim.document_id, quantity=quantity)
            for row, quantity in found
            if quantity
        ],
        cursor,
    )


def queue(call: Call, key: StockKey, most: int) -> tuple[list[tuple[str, Decimal]], bool]:
    """Who waits for a stock key and for how much, at most so many, in the order in which they are served; and whether
    there are more. Who may not be seen by the caller has no name, but his place."""
    page = store.query(Waiting, Waiting.partition == tables.waiting_key(call.tenant, key), limit=most)
    rows = [Waiting.read(item) for item in page.items]
    seen = cut(call, rows)
    named = [(row.claim.document_id if shown else "", row.quantity) for row, shown in zip(rows, seen, strict=True)]
    return named, page.next_key is not None


def _view(row: Waiting) -> StockWaiting:
    """The API's representation of the row."""
    claim = row.claim
    return StockWaiting(
        **row.stock_key._asdict(), document_id=claim.document_id, quantity=row.quantity, **claim.rank._asdict()
    )
