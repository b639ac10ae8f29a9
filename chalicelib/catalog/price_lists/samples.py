"""Samples of price lists."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing

_CHANGE: Body = {
    "name": Text("Dealers"),
    "customer_group": Text("Dealers"),
    "channel": Text("shop"),
    "valid_from": "2026-01-01",
    "valid_to": "2030-12-31",
    "priority": 10,
}
_ENTRIES: list[Body] = [
    {
        "unit": "each",
        "minimum_quantity": "10",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
        "amount": "12.50",
        "per": "100",
    },
    {"unit": "each", "minimum_quantity": "100", "discount_percent": "15"},
]
_ROW: Body = {"item_id": Ref("item_id"), "entries": _ENTRIES}
SAMPLES = Samples(
    bodies={
        "create_price_list": {"code": Text("DEALER"), "currency": "EUR", "includes_tax": False, **_CHANGE},
        "update_price_list": {"code": Text("DEALER-2"), **_CHANGE},
        "set_prices": _ROW,
        "bulk_set_prices": {"prices": [_ROW], "on_error": "all_or_nothing"},
        "preview_prices": {
            "currency": "EUR",
            "price_list_id": Ref("price_list_id"),
            "customer_group": Text("Dealers"),
            "channel": Text("shop"),
            "day": "2026-11-26",
            "lines": [{"item_id": Ref("item_id"), "unit": "each", "quantity": "12"}],
        },
    },
    things=(Thing("create_price_list", gives={"price_list_id": "id"}, steps=("set_prices",)),),
)
