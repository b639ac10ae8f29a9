"""Samples of shipments."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing


def _consignment(tracking_number: str) -> Body:
    return {
        "carrier": Text("DHL"),
        "tracking_number": Text(tracking_number),
        "tracking_url": Text(f"https://example.com/{tracking_number}", prefix="https://example.com/"),
    }


SAMPLES = Samples(
    bodies={
        "create_shipment": {
            "order_id": Ref("order_id"),
            "warehouse_id": Ref("stock_warehouse_id"),
            "lines": [{"line": 1, "quantity": "1", "location_id": Ref("location_id")}],
            "beyond_tolerance": True,
            "ship": _consignment("JJD000390007882345678"),
        },
        "update_shipment": _consignment("JJD000390007882345679"),
        "report_missing_goods": {"lines": [{"line": 1, "quantity": "1", "location_id": Ref("location_id")}]},
        "pack_shipment": {
            "packages": [
                {
                    "number": 2,
                    "parent": 1,
                    "packaging": Text("Carton"),
                    "weight": {"value": "21.5", "unit": "kg"},
                    "size": {"length": "60", "width": "40", "height": "40", "unit": "cm"},
                    "tracking_number": Text("00340434161094000001"),
                    "contents": [{"line": 1, "quantity": "1"}],
                },
                {"number": 1, "packaging": Text("Euro pallet")},
            ]
        },
        "deliver_shipment": {"received_by": Text("Ada Berg")},
        "cancel_shipment": {"return_to_location_id": Ref("location_id")},
        "ship_shipment": _consignment("JJD000390007882345680"),
    },
    things=(
        Thing("create_shipment", gives={"shipment_id": "id"}, changes={"ship": None}),
        Thing("create_shipment", gives={"shipped_id": "id"}),
    ),
)
