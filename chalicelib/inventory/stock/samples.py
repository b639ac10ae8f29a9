"""Samples of stock."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing


def _of(**line: Ref | str) -> Body:
    """What changes the stock of one item."""
    return {
        "lines": [{"item_id": Ref("item_id"), **line}],
        "reference": Text("PO-2026-000017"),
        "note": Text("Came with the morning delivery."),
    }


_PLACE = {"item_id": Ref("item_id"), "location_id": Ref("location_id")}
SAMPLES = Samples(
    bodies={
        "receive_stock": _of(location_id=Ref("location_id"), quantity="100"),
        "adjust_stock": {**_of(location_id=Ref("location_id"), change="1"), "reason": "found"},
        "transfer_stock": _of(
            from_location_id=Ref("location_id"), to_location_id=Ref("other_location_id"), quantity="1"
        ),
    },
    queries={
        "list_stock": {"item_id": Ref("item_id")},
        "list_places": {"item_id": Ref("item_id")},
        "list_movements": _PLACE,
        "read_stock_as_of": {**_PLACE, "at": "2026-01-01T00:00:00Z"},
        "read_availability": {"skus": "BIKE-26-RED"},
    },
    things=(Thing("receive_stock", gives={"receipt_id": "id"}),),
)
