"""Shipments as search finds them."""

from collections.abc import Collection

from chalicelib.access import permissions
from chalicelib.fulfilment.shipments import tables
from chalicelib.kernel.call import Call
from chalicelib.kernel.visibility import find_many
from chalicelib.sales.orders import service as orders
from chalicelib.search.index.documents import SearchDocument


def documents(call: Call, shipment_ids: Collection[str]) -> list[SearchDocument]:
    """The shipments with these ids, with the number of an order that the caller may read."""
    rows = find_many(call, tables.Shipment, [tables.shipment_ref(call.tenant, each) for each in shipment_ids])
    has_numbers = rows and permissions.may(call, "sales_order.read")
    numbers = orders.names(call, {row.order_id for row in rows}) if has_numbers else {}
    return [_document(row, numbers[row.order_id].name if row.order_id in numbers else None) for row in rows]


def _document(row: tables.Shipment, order_number: str | None) -> SearchDocument:
    return SearchDocument(
        id=row.id,
        title=row.tracking_number,
        code=order_number,
        status=row.status,
        codes=row.tracking_numbers(),
        numbers=[order_number] if order_number else [],
        warehouse_ids=[row.warehouse_id],
    )
