"""Reads those who wait for stock."""

from decimal import Decimal

from chalicelib.inventory.commitments import tables
from chalicelib.inventory.commitments.tables import Waiting
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.visibility import cut


def queue(call: Call, key: StockKey, most: int) -> tuple[list[tuple[str, Decimal]], bool]:
    """Who waits for a stock key and for how much, at most so many, in the order in which they are served; and whether
    there are more. Who may not be seen by the caller has no name, but his place."""
    page = store.query(Waiting, Waiting.partition == tables.waiting_key(call.tenant, key), limit=most)
    rows = [Waiting.read(item) for item in page.items]
    seen = cut(call, rows)
    named = [(row.claim.document_id if shown else "", row.quantity) for row, shown in zip(rows, seen, strict=True)]
    return named, page.next_key is not None
