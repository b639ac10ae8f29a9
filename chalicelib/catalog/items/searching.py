"""Items as search finds them."""

from collections.abc import Collection

from chalicelib.catalog.items import tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.visibility import find_many
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, item_ids: Collection[str]) -> list[SearchDocument]:
    """The items with these ids."""
    rows = find_many(call, tables.Item, [Ref(tables.Item, call.tenant.key(), each) for each in item_ids])
    return [
        SearchDocument(
            id=row.id,
            title=row.name,
            code=row.sku,
            status=row.status,
            texts=[row.name],
            codes=[
                row.sku,
                *(barcode.code for barcode in row.barcodes or []),
                *(ref.id for ref in row.external_refs or []),
            ],
        )
        for row in rows
    ]
