"""Connections as search finds them."""

from collections.abc import Collection

from chalicelib.integrations.connections import tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.visibility import find_many
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, connection_ids: Collection[str]) -> list[SearchDocument]:
    """The connections with these ids; none for who is limited to parts of the tenant."""
    if not call.sees_all:
        return []
    rows = find_many(
        call, tables.Connection, [Ref(tables.Connection, call.tenant.key(), each) for each in connection_ids]
    )
    return [
        SearchDocument(
            id=row.id,
            title=row.shop_domain,
            status=row.status,
            texts=[row.shop_domain],
            warehouse_ids=[],
            codes=[each for each in (row.shop_domain, row.shop_id) if each],
        )
        for row in rows
    ]
