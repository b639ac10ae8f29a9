"""The movements that a shipment has made."""

from collections.abc import Iterator

from chalicelib.fulfilment.shipments import tables
from chalicelib.inventory.stock.moved_by import MovementKey, Numbered
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.visibility import find

_AT_ONCE = 100


def movements(call: Call, document_id: str, after: int) -> Iterator[Numbered]:
    """The movements of a shipment after a number, in the order in which they were made; none of one that does not exist
    or that the caller may not see."""
    try:
        name = tables.shipment_ref(call.tenant, document_id)
    except NotFound:
        return
    row = find(call, tables.Shipment, name.hash_key, name.range_key)
    moved = [] if row is None else [(row.warehouse_id, *each) for each in row.content.moved]
    for start in range(after, len(moved), _AT_ONCE):
        part = moved[start : start + _AT_ONCE]
        keys = (MovementKey(item_id, warehouse_id, seq) for warehouse_id, item_id, seq in part)
        yield list(enumerate(keys, start + 1))
