"""The items, warehouses, customers and orders of the two demo tenants, a bicycle shop and a coffee roaster.

Names and addresses are fictitious; e-mail addresses use the reserved example domains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Family:
    """Items that differ in one property, such as size, colour or pack."""

    sku: str
    name: str
    category: str
    variants: tuple[str, ...]
    price: str
    cost: str
    reorder_point: str


@dataclass(frozen=True)
class DemoTenant:
    """One demo tenant. orders: SKUs with quantities, and the state to which the order is processed."""

    name: str
    currency: str
    country: str
    city: str
    warehouses: tuple[tuple[str, str], ...]
    families: tuple[Family, ...]
    customers: tuple[tuple[str, str], ...]
    orders: tuple[tuple[str, dict[str, str]], ...]


def items(demo: DemoTenant) -> list[dict[str, Any]]:
    """The tenant's items, as rows of the bulk upsert."""
    return [
        {
            "sku": f"{family.sku}-{variant}",
            "name": f"{family.name}, {variant.lower()}",
            "category": family.category,
            "price": {"amount": family.price, "currency": demo.currency},
            "cost": {"amount": family.cost, "currency": demo.currency},
            "reorder_point": family.reorder_point,
        }
        for family in demo.families
        for variant in family.variants
    ]


def customer(demo: DemoTenant, index: int) -> dict[str, Any]:
    """The API's request body for a customer."""
    kind, name = demo.customers[index]
    mailbox = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
    address = {
        "lines": [f"{index + 1} Market Street"],
        "city": demo.city,
        "postal_code": f"{10115 + index}",
        "country": demo.country,
    }
    return {
        "kind": kind,
        "name": name,
        "currency": demo.currency,
        "contacts": [{"name": name, "email": f"{mailbox}@example.com"}],
        "addresses": [{"kind": "billing", **address}, {"kind": "shipping", **address}],
    }


ACME = DemoTenant(
    name="Acme Bikes",
    currency="EUR",
    country="DE",
    city="Berlin",
    warehouses=(("MAIN", "Main warehouse"), ("SHOP", "City shop")),
    families=(
        Family("BIKE-CITY", "City bike", "Bikes", ("RED", "BLUE", "BLACK", "GREEN"), "549.00", "310.00", "3"),
        Family("BIKE-TREK", "Trekking bike", "Bikes", ("S", "M", "L", "XL"), "899.00", "520.00", "2"),
        Family("BIKE-KIDS", "Children's bike", "Bikes", ("16", "20", "24"), "279.00", "150.00", "3"),
        Family("TYRE-ROAD", "Road tyre", "Parts", ("26", "27", "28"), "34.90", "17.20", "10"),
        Family("TUBE", "Inner tube", "Parts", ("26", "27", "28", "29"), "6.90", "2.10", "25"),
        Family("CHAIN", "Chain", "Parts", ("8S", "10S", "11S"), "24.50", "11.80", "10"),
        Family("BRAKE-PAD", "Brake pads", "Parts", ("RIM", "DISC"), "12.90", "5.40", "15"),
        Family("LIGHT", "Light", "Accessories", ("FRONT", "REAR", "SET"), "29.90", "14.00", "8"),
        Family("HELMET", "Helmet", "Accessories", ("S", "M", "L"), "59.00", "27.50", "6"),
        Family("LOCK", "Lock", "Accessories", ("U", "CHAIN", "FOLDING"), "49.00", "21.00", "6"),
        Family("BELL", "Bell", "Accessories", ("RED", "BLUE"), "8.50", "3.00", "10"),
        Family("PUMP", "Pump", "Accessories", ("FLOOR", "MINI"), "27.00", "12.00", "5"),
        Family("GLOVES", "Gloves", "Clothing", ("S", "M", "L"), "22.90", "9.50", "8"),
        Family("OIL", "Chain oil", "Care", ("100ML",), "7.90", "2.60", "20"),
    ),
    customers=(
        ("company", "Pedal & Path Ltd"),
        ("company", "Green Courier Cooperative"),
        ("company", "Lakeside Hotel"),
        ("company", "Riverside School"),
        ("company", "Two Wheels Rental"),
        ("person", "Ada Berg"),
        ("person", "Jonas Feld"),
        ("person", "Mira Stein"),
        ("person", "Oskar Wald"),
        ("person", "Tilda Moor"),
    ),
    orders=(
        ("shipped", {"BIKE-CITY-RED": "1", "LOCK-U": "1", "LIGHT-SET": "1"}),
        ("confirmed", {"TUBE-28": "6", "TYRE-ROAD-28": "2"}),
        ("picking", {"HELMET-M": "2", "GLOVES-M": "2"}),
        ("backordered", {"BIKE-TREK-XL": "60"}),
        ("draft", {"PUMP-FLOOR": "1", "OIL-100ML": "3"}),
    ),
)

GLOBEX = DemoTenant(
    name="Globex Coffee",
    currency="USD",
    country="US",
    city="Portland",
    warehouses=(("ROASTERY", "Roastery"), ("EAST", "East store")),
    families=(
        Family("BEANS-HOUSE", "House blend", "Coffee", ("250G", "1KG", "5KG"), "18.00", "7.50", "20"),
        Family("BEANS-ETHIOPIA", "Ethiopian beans", "Coffee", ("250G", "1KG"), "21.00", "9.80", "12"),
        Family("BEANS-BRAZIL", "Brazilian beans", "Coffee", ("250G", "1KG"), "17.00", "7.00", "12"),
        Family("BEANS-COLOMBIA", "Colombian beans", "Coffee", ("250G", "1KG"), "19.00", "8.20", "12"),
        Family("BEANS-DECAF", "Decaffeinated beans", "Coffee", ("250G", "1KG"), "20.00", "9.00", "8"),
        Family("PODS", "Coffee pods", "Coffee", ("10", "50", "100"), "29.00", "13.00", "10"),
        Family("TEA", "Tea", "Tea", ("GREEN", "BLACK", "MINT"), "9.50", "3.20", "10"),
        Family("SYRUP", "Syrup", "Pantry", ("VANILLA", "CARAMEL", "HAZELNUT"), "11.00", "4.10", "10"),
        Family("FILTER", "Paper filters", "Brewing", ("01", "02", "04"), "4.50", "1.20", "30"),
        Family("PRESS", "French press", "Brewing", ("350", "600", "1000"), "34.00", "15.00", "5"),
        Family("KETTLE", "Kettle", "Brewing", ("STEEL", "BLACK"), "69.00", "33.00", "4"),
        Family("SCALE", "Scale", "Brewing", ("1KG", "3KG"), "39.00", "18.00", "4"),
        Family("GRINDER", "Grinder", "Brewing", ("HAND", "ELECTRIC"), "119.00", "61.00", "3"),
        Family("MUG", "Mug", "Tableware", ("WHITE", "BLACK", "BLUE", "RED"), "14.00", "4.80", "12"),
        Family("CUP", "Cup", "Tableware", ("ESPRESSO", "CAPPUCCINO"), "12.00", "4.10", "12"),
        Family("BRUSH", "Cleaning brush", "Care", ("SMALL", "LARGE"), "6.00", "1.90", "10"),
    ),
    customers=(
        ("company", "Corner Cafe Inc"),
        ("company", "Harbor Books & Coffee"),
        ("company", "Maple Street Bakery"),
        ("company", "Northside Offices"),
        ("company", "The Slow Train Diner"),
        ("person", "Casey Dale"),
        ("person", "Jamie Brook"),
        ("person", "Morgan Reed"),
        ("person", "Robin Lake"),
        ("person", "Sasha Hill"),
    ),
    orders=(
        ("shipped", {"BEANS-HOUSE-5KG": "2", "FILTER-04": "10"}),
        ("confirmed", {"BEANS-ETHIOPIA-1KG": "3", "MUG-BLUE": "4"}),
        ("picking", {"PODS-100": "2"}),
        ("backordered", {"GRINDER-ELECTRIC": "60"}),
        ("draft", {"TEA-MINT": "2", "SYRUP-VANILLA": "1"}),
    ),
)

TENANTS = {"acme": ACME, "globex": GLOBEX}
