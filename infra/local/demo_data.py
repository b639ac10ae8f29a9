"""The request bodies that make the items, customers, vendors and prices of the demo tenants.

Names and addresses are fictitious; e-mail addresses use the reserved example domains.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from infra.local.demo_tenants import DemoTenant


def price_lists(demo: DemoTenant) -> dict[str, dict[str, Any]]:
    """The tenant's price lists, by code: for dealers, and for the web shop until the end of a year."""
    conditions: dict[str, dict[str, Any]] = {
        "DEALER": {"name": "Dealers", "customer_group": "Dealers"},
        "WEB": {"name": "Web shop", "channel": "web", "valid_to": "2030-12-31"},
    }
    return {code: {"code": code, "currency": demo.currency, **each} for code, each in conditions.items()}


def prices(demo: DemoTenant) -> dict[str, list[dict[str, Any]]]:
    """The prices in each list, as rows of the bulk command: dealers get a discount that grows with the quantity, and
    the web shop sells the cheapest family in tens, for the price of eight."""
    discounts = [
        {"unit": "each", "minimum_quantity": least, "discount_percent": percent}
        for least, percent in (("0", "15"), ("10", "20"))
    ]
    skus = [f"{family.sku}-{variant}" for family in demo.families for variant in family.variants]
    in_tens = min(demo.families, key=lambda family: Decimal(family.price))
    tens = [{"unit": "each", "minimum_quantity": "10", "amount": str(8 * Decimal(in_tens.price)), "per": "10"}]
    return {
        "DEALER": [{"sku": sku, "entries": discounts} for sku in skus],
        "WEB": [{"sku": f"{in_tens.sku}-{variant}", "entries": tens} for variant in in_tens.variants],
    }


def items(demo: DemoTenant) -> list[dict[str, Any]]:
    """The tenant's items with its tax code, as rows of the bulk upsert."""
    return [
        {
            "sku": f"{family.sku}-{variant}",
            "name": f"{family.name}, {variant.lower()}",
            "category": family.category,
            "price": {"amount": family.price, "currency": demo.currency},
            "tax_code": demo.tax_code["code"],
            "cost": {"amount": family.cost, "currency": demo.currency},
            "reorder_point": family.reorder_point,
            "barcodes": [{"code": _gtin(f"{demo.prefix}{number:05d}")}] if variant == family.variants[0] else [],
        }
        for number, family in enumerate(demo.families)
        for variant in family.variants
    ]


def _gtin(body: str) -> str:
    """A GTIN of 13 digits."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def customer(demo: DemoTenant, index: int, warehouse_id: str) -> dict[str, Any]:
    """The API's request body for a customer. Companies pay later, up to a limit."""
    kind, name = demo.customers[index]
    terms = {"terms": {"due_days": 30, "code": "NET30"}, "credit_limit": {"amount": "5000", "currency": demo.currency}}
    return {
        **_party(demo, index, kind, name, "Market Street"),
        **(terms if kind == "company" else {}),
        "number": f"C-{1001 + index}",
        "group": "Trade" if kind == "company" else "Retail",
        "default_warehouse_id": warehouse_id,
    }


def vendor(demo: DemoTenant, index: int) -> dict[str, Any]:
    """The API's request body for a vendor."""
    name, minimum, days = demo.vendors[index]
    return {
        **_party(demo, index, "company", name, "Factory Road"),
        "number": f"V-{2001 + index}",
        "terms": {"due_days": 14, "code": "NET14"},
        "lead_time_days": days,
        "minimum_order": {"amount": minimum, "currency": demo.currency},
    }


def _party(demo: DemoTenant, index: int, kind: str, name: str, street: str) -> dict[str, Any]:
    mailbox = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
    address = {
        "lines": [f"{index + 1} {street}"],
        "city": demo.city,
        "postal_code": f"{10115 + index}",
        "country": demo.country,
    }
    return {
        "kind": kind,
        "name": name,
        "language": "de" if demo.country == "DE" else "en-US",
        "currency": demo.currency,
        "contacts": [{"name": name, "email": f"{mailbox}@example.com"}],
        "addresses": [{"kind": "billing", **address}, {"kind": "shipping", **address}],
    }


def shops() -> list[tuple[str, ...]]:
    """The simulated Shopify shops that the examples of the reference page connect: domain, client id, and client
    secrets of the app that is installed there."""
    from chalicelib.integrations.connections.samples import SAMPLES
    from chalicelib.kernel.samples import filled

    bodies = filled(SAMPLES.bodies, lambda stand_in, _: getattr(stand_in, "shown", ""))
    shop, rotated = bodies["connect_shop"], bodies["rotate_connection_secret"]
    return [(shop["shop_domain"], shop["client_id"], shop["client_secret"], rotated["client_secret"])]
