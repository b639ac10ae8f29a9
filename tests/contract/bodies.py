"""A good body for every route that takes one, with every field that can be given together.

Texts are marked: each value of a text field contains a word that occurs nowhere else, so that it can be looked for
where it must not be.
"""

import itertools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Ids = Mapping[str, str]
_numbers = itertools.count(1)


@dataclass
class Marks:
    """Makes the unique words and remembers them by field name."""

    prefix: str = field(default_factory=lambda: "Zq" + uuid.uuid4().hex[:10])
    made: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """A word of 18 letters and digits, good in every pattern that takes mixed case."""
        word = f"{self.prefix}x{next(_numbers):05d}"
        self.made[word] = name
        return word

    def found_in(self, text: str) -> dict[str, str]:
        """Which of the words occur, with the fields that they were put into."""
        folded = text.casefold()
        if self.prefix.casefold() not in folded:
            return {}
        return {word: name for word, name in self.made.items() if word.casefold() in folded}


Body = Callable[[Ids, Marks], dict[str, Any]]


def _ref(mark: Marks) -> list[dict[str, str]]:
    return [{"system": "legacy", "id": mark("external_refs.id")}]


def address(mark: Marks) -> dict[str, Any]:
    return {
        "name": mark("address.name"),
        "company": mark("address.company"),
        "lines": [mark("address.lines"), mark("address.lines")],
        "city": mark("address.city"),
        "region": mark("address.region"),
        "postal_code": mark("address.postal_code"),
        "country": "DE",
        "phone": mark("address.phone"),
    }


def customer(ids: Ids, mark: Marks) -> dict[str, Any]:
    contact = {
        "name": mark("contact.name"),
        "email": mark("contact.email") + "@example.com",
        "phone": mark("contact.phone"),
        "role": mark("contact.role"),
    }
    return {
        "kind": "company",
        "name": mark("customer.name"),
        "contacts": [contact],
        "addresses": [{**address(mark), "kind": "billing"}, {**address(mark), "kind": "shipping"}],
        "tax_id": mark("customer.tax_id"),
        "currency": "EUR",
        "terms": {"due_days": 30, "code": mark("terms.code")},
        "notes": mark("customer.notes"),
        "external_refs": _ref(mark),
    }


def item(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        **item_change(ids, mark),
        "unit": "each",
        "tracking": "none",
    }


def item_change(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "sku": mark("item.sku"),
        "name": mark("item.name"),
        "description": mark("item.description"),
        "barcodes": [mark("item.barcode")],
        "category": mark("item.category"),
        "price": {"amount": "10.00", "currency": "EUR"},
        "cost": {"amount": "5.00", "currency": "EUR"},
        "reorder_point": "3",
        "weight": {"value": "1.5", "unit": "kg"},
        "size": {"length": "1", "width": "2", "height": "3", "unit": "cm"},
        "external_refs": _ref(mark),
    }


def warehouse(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {"code": f"W{next(_numbers)}", "name": mark("warehouse.name"), "external_refs": _ref(mark)}


def location(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {**location_change(ids, mark), "warehouse_id": ids["warehouse_id"]}


def location_change(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {"code": f"L{next(_numbers)}", "name": mark("location.name")}


def receipt(ids: Ids, mark: Marks) -> dict[str, Any]:
    line = {"item_id": ids["item_id"], "location_id": ids["location_id"], "quantity": "100"}
    return {"lines": [line], "reference": mark("stock.reference"), "note": mark("stock.note")}


def adjustment(ids: Ids, mark: Marks) -> dict[str, Any]:
    line = {"item_id": ids["item_id"], "location_id": ids["location_id"], "change": "1"}
    return {"lines": [line], "reason": "found", "reference": mark("stock.reference"), "note": mark("stock.note")}


def transfer(ids: Ids, mark: Marks) -> dict[str, Any]:
    line = {
        "item_id": ids["item_id"],
        "from_location_id": ids["location_id"],
        "to_location_id": ids["other_location_id"],
        "quantity": "1",
    }
    return {"lines": [line], "reference": mark("stock.reference"), "note": mark("stock.note")}


def order(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        **order_change(ids, mark),
        "lines": [_line(ids)],
        "warehouse_id": ids["warehouse_id"],
        "currency": "EUR",
        "customer_id": ids["customer_id"],
        "rounding": "half_up_per_line",
        "prices_include_tax": False,
        "ordered_at": "2026-11-23T09:30:00Z",
    }


def _line(ids: Ids) -> dict[str, Any]:
    return {
        "item_id": ids["item_id"],
        "quantity": "2",
        "unit_price": "10.00",
        "discount_percent": "10",
        "tax_amount": "3.42",
        "location_id": ids["location_id"],
    }


def order_change(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "lines": [{**_line(ids), "line": 1}],
        "charges": [{"kind": "shipping", "amount": "4.90", "tax_amount": "0.93"}],
        "customer_reference": mark("order.customer_reference"),
        "reservation": "partial",
        "billing_address": address(mark),
        "shipping_address": address(mark),
        "note": mark("order.note"),
        "external_refs": _ref(mark),
    }


def consignment(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "carrier": mark("shipment.carrier"),
        "tracking_number": mark("shipment.tracking_number"),
        "tracking_url": "https://example.com/" + mark("shipment.tracking_url"),
    }


def shipment(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "order_id": ids["order_id"],
        "lines": [{"line": 1, "quantity": "1"}],
        "ship": consignment(ids, mark),
    }


def connection(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "platform": "shopify",
        "shop_domain": f"shop-{uuid.uuid4().hex[:12]}.myshopify.com",
        "client_secret": mark("connection.client_secret") + "-secret",
        "warehouse_id": ids["warehouse_id"],
        "reservation": "partial",
        "auto_confirm": True,
    }


def connection_change(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {"warehouse_id": ids["warehouse_id"], "reservation": "full", "auto_confirm": False}


def invitation(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {**person_change(ids, mark), "email": mark("user.email") + "@example.com"}


def person_change(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {"given_name": mark("user.given_name"), "family_name": mark("user.family_name"), "roles": ["sales"]}


def tenant(ids: Ids, mark: Marks) -> dict[str, Any]:
    return {
        "name": mark("tenant.name"),
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "fiscal_year_start": 1,
        "rounding": "half_up",
        "addresses": [{**address(mark), "kind": "registered"}],
    }


BODIES: dict[str, Body] = {
    "invite_user": invitation,
    "update_user": person_change,
    "limit_user": lambda ids, mark: {"warehouses": [ids["warehouse_id"]]},
    "update_tenant": tenant,
    "create_customer": customer,
    "update_customer": customer,
    "create_item": item,
    "update_item": item_change,
    "bulk_upsert_items": lambda ids, mark: {"items": [item(ids, mark)], "on_error": "skip_rows"},
    "create_warehouse": warehouse,
    "update_warehouse": warehouse,
    "create_location": location,
    "update_location": location_change,
    "receive_stock": receipt,
    "adjust_stock": adjustment,
    "transfer_stock": transfer,
    "check_stock": lambda ids, mark: {"item_id": ids["item_id"], "repair": False},
    "create_sales_order": order,
    "update_sales_order": order_change,
    "confirm_sales_order": lambda ids, mark: {"reservation": "partial"},
    "cancel_sales_order": lambda ids, mark: {"reason": "customer"},
    "create_shipment": shipment,
    "update_shipment": consignment,
    "pack_shipment": lambda ids, mark: {"packages": 2},
    "ship_shipment": consignment,
    "connect_shop": connection,
    "update_connection": connection_change,
    "rotate_connection_secret": lambda ids, mark: {"client_secret": mark("connection.client_secret") + "-secret"},
}
"""By operation. `ids` names one thing of each kind, as path parameters do."""
