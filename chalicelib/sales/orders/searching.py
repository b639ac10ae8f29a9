"""Sales orders as search finds them."""

from collections.abc import Collection

from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find_many
from chalicelib.sales.orders import repository, tables
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, order_ids: Collection[str]) -> list[SearchDocument]:
    """The orders with these ids."""
    rows = find_many(call, tables.SalesOrder, [repository.ref(call.tenant, each) for each in order_ids])
    return [
        SearchDocument(
            id=row.id,
            code=row.number,
            status=row.status,
            codes=[each for each in (row.customer_reference, *(ref.id for ref in row.external_refs or [])) if each],
            numbers=[row.number],
            warehouse_ids=row.warehouses(),
        )
        for row in rows
    ]
