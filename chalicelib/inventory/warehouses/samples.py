"""Samples of warehouses and locations."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, Unique, external_refs


def _warehouse(code: str, name: str, reference: str) -> Body:
    return {
        "code": Unique(code, prefix="W"),
        "name": Text(name),
        "ships_before_receipt": False,
        "external_refs": external_refs(reference),
    }


def _location(code: str, name: str) -> Body:
    return {"code": Unique(code, prefix="L"), "name": Text(name)}


SAMPLES = Samples(
    bodies={
        "create_warehouse": {**_warehouse("MAIN", "Main warehouse", "30001"), "counted_by": "us"},
        "update_warehouse": _warehouse("NORTH", "Northern warehouse", "30002"),
        "create_location": {
            **_location("A-01", "Aisle A, shelf 1"),
            "warehouse_id": Ref("warehouse_id"),
            "parent_location_id": Ref("location_id"),
        },
        "update_location": {**_location("B-02", "Aisle B, shelf 2"), "parent_location_id": Ref("other_location_id")},
    },
    things=(
        Thing(
            "create_warehouse",
            gives={"warehouse_id": "id", "stock_warehouse_id": "id", "location_id": "default_location_id"},
        ),
        Thing("create_location", gives={"other_location_id": "id"}, changes={"parent_location_id": None}),
        Thing("create_location", gives={"inner_location_id": "id"}),
    ),
)
