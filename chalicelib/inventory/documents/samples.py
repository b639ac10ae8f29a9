"""Samples of stock documents."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing


def _of(**line: object) -> Body:
    """What changes the stock of one item."""
    return {
        "lines": [{"item_id": Ref("item_id"), **line}],
        "reference": Text("PO-2026-000017"),
        "note": Text("Came with the morning delivery."),
        "effective_on": "2026-03-02",
    }


_COST = {"amount": "12.50", "currency": "EUR"}
SAMPLES = Samples(
    bodies={
        "open_stock": _of(location_id=Ref("location_id"), quantity="10", unit_cost=_COST),
        "receive_stock": {
            **_of(location_id=Ref("location_id"), quantity="100", unit_cost=_COST),
            "vendor_id": Ref("vendor_id"),
        },
        "adjust_stock": {**_of(location_id=Ref("location_id"), change="1", unit_cost=_COST), "reason": "found"},
        "transfer_stock": _of(
            from_location_id=Ref("location_id"), to_location_id=Ref("other_location_id"), quantity="1"
        ),
        "arrive_stock": {
            "lines": [{"line": 1, "quantity": "1", "location_id": Ref("other_location_id")}],
            "effective_on": "2026-03-02",
        },
        "reverse_stock_document": {"note": Text("Entered twice."), "effective_on": "2026-03-02"},
    },
    things=(
        Thing("receive_stock", gives={"receipt_id": "id", "document_id": "id"}),
        Thing("transfer_stock", gives={"transfer_id": "id"}, needs=("receipt_id",), changes={"in_transit": True}),
    ),
)
