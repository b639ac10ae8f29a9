"""Stock documents as search finds them."""

from collections.abc import Collection

from chalicelib.inventory.documents import repository, tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find_many
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, document_ids: Collection[str]) -> list[SearchDocument]:
    """The stock documents with these ids."""
    rows = find_many(call, tables.StockDocument, [repository.ref(call.tenant, each) for each in document_ids])
    return [
        SearchDocument(
            id=row.id,
            title=row.reference,
            code=row.number,
            status=row.status,
            codes=[each for each in (row.reference, *(ref.id for ref in row.external_refs or [])) if each],
            numbers=[row.number],
            warehouse_ids=row.warehouse_ids,
        )
        for row in rows
    ]
