"""Samples of stock."""

from chalicelib.kernel.samples import Ref, Samples

_PLACE = {"item_id": Ref("item_id"), "location_id": Ref("location_id")}
SAMPLES = Samples(
    queries={
        "list_stock": {"item_id": Ref("item_id")},
        "list_places": {"item_id": Ref("item_id")},
        "list_movements": _PLACE,
        "read_stock_as_of": {**_PLACE, "at": "2026-01-01T00:00:00Z"},
        "read_availability": {"skus": "BIKE-26-RED"},
    },
)
