"""Samples of sales orders."""

from chalicelib.kernel.samples import Body, Ref, Samples, Text, Thing, address, external_refs

_LINE: Body = {
    "item_id": Ref("item_id"),
    "quantity": "3",
    "unit_price": "10.00",
    "discount_percent": "10",
    "tax_code_id": Ref("tax_code_id"),
    "warehouse_id": Ref("stock_warehouse_id"),
}


def _order(customer_reference: str, reference: str) -> Body:
    """The fields that a new order and a change have in common."""
    return {
        "charges": [{"kind": "shipping", "amount": "4.90", "tax_code_id": Ref("tax_code_id")}],
        "customer_reference": Text(customer_reference),
        "reservation": "partial",
        "billing_address": address(),
        "shipping_address": address(),
        "requested_on": "2026-12-20",
        "discount_percent": "2.5",
        "deposit_percent": "0",
        "salesperson_id": Ref("user_id"),
        "note": Text("Please ring twice."),
        "external_refs": external_refs(reference),
    }


_NEW: Body = {
    "warehouse_id": Ref("warehouse_id"),
    "customer_id": Ref("customer_id"),
    "currency": "EUR",
    "rounding": "half_up_per_line",
    "prices_include_tax": False,
    "ordered_at": "2026-11-23T09:30:00Z",
    "priority": 5,
    "promised_on": "2026-12-24",
    "lines": [_LINE],
    **_order("PO 4711", "40001"),
}
SAMPLES = Samples(
    bodies={
        "create_sales_order": _NEW,
        "preview_sales_order": _NEW,
        "update_sales_order": {
            "customer_id": Ref("customer_id"),
            "warehouse_id": Ref("warehouse_id"),
            "lines": [{"line": 1, **_LINE}],
            **_order("PO 4712", "40002"),
        },
        "confirm_sales_order": {"reservation": "partial"},
        "prioritize_sales_order": {"priority": 3, "promised_on": "2026-12-24"},
        "split_sales_order": {"warehouse_ids": [Ref("stock_warehouse_id")]},
        "hold_sales_order": {"kind": "address", "note": Text("Which of the two houses?")},
        "release_sales_order": {"kind": "credit"},
        "set_sales_order_payment": {"status": "partially_paid", "paid_amount": "5.00"},
        "cancel_sales_order": {"reason": "customer"},
    },
    things=(
        Thing(
            "create_sales_order",
            gives={"order_id": "id"},
            steps=("confirm_sales_order",),
            needs=("receipt_id",),
        ),
    ),
)
