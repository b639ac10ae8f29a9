"""The two demo tenants, a bicycle shop and a coffee roaster, as data.

Names and addresses are fictitious; e-mail addresses use the reserved example domains.
"""

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
    """One demo tenant. orders: SKUs with quantities, and the state to which the order is processed. tax_code: of all
    its items. template: of items with variants. custom_field: of items. prefix: the GS1 prefix of its barcodes.
    is_sandbox: its clock can be set."""

    name: str
    currency: str
    country: str
    city: str
    warehouses: tuple[tuple[str, str], ...]
    families: tuple[Family, ...]
    customers: tuple[tuple[str, str], ...]
    vendors: tuple[tuple[str, str, int], ...]
    """Name, minimum order, and days until goods arrive."""
    orders: tuple[tuple[str, dict[str, str]], ...]
    tax_code: dict[str, Any]
    template: dict[str, Any]
    custom_field: dict[str, Any]
    prefix: str
    is_sandbox: bool = False


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
    vendors=(("Spoke & Rim Works", "500", 14), ("Rubber Union", "150", 7), ("Bright Parts Ltd", "80", 5)),
    orders=(
        ("shipped", {"BIKE-CITY-RED": "1", "LOCK-U": "1", "LIGHT-SET": "1"}),
        ("confirmed", {"TUBE-28": "6", "TYRE-ROAD-28": "2"}),
        ("picking", {"HELMET-M": "2", "GLOVES-M": "2"}),
        ("backordered", {"BIKE-TREK-XL": "60"}),
        ("draft", {"PUMP-FLOOR": "1", "OIL-100ML": "3"}),
    ),
    tax_code={
        "code": "VAT-STANDARD",
        "name": "Standard rate",
        "rates": [
            {"country": "DE", "percent": "19", "name": "VAT 19%"},
            {"country": "FR", "percent": "20", "name": "TVA 20%"},
        ],
    },
    template={
        "code": "JERSEY",
        "name": "Jersey",
        "category": "Clothing",
        "options": [
            {"name": "Colour", "values": ["Red", "Blue"]},
            {"name": "Size", "values": ["S", "M", "L"]},
        ],
        "price": {"amount": "64.00", "currency": "EUR"},
        "country_of_origin": "PT",
        "hs_code": "6109.90",
    },
    custom_field={
        "entity": "item",
        "code": "material",
        "label": "Material",
        "type": "choice",
        "choices": ["Steel", "Aluminium", "Wool"],
        "privacy_class": "business",
        "filterable": True,
    },
    prefix="4099999",
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
    vendors=(
        ("Highland Growers Cooperative", "1200", 30),
        ("Paper & Press Co", "90", 6),
        ("Mug Makers Inc", "200", 12),
    ),
    orders=(
        ("shipped", {"BEANS-HOUSE-5KG": "2", "FILTER-04": "10"}),
        ("confirmed", {"BEANS-ETHIOPIA-1KG": "3", "MUG-BLUE": "4"}),
        ("picking", {"PODS-100": "2"}),
        ("backordered", {"GRINDER-ELECTRIC": "60"}),
        ("draft", {"TEA-MINT": "2", "SYRUP-VANILLA": "1"}),
    ),
    tax_code={
        "code": "SALES-TAX",
        "name": "Sales tax",
        "rates": [
            {"country": "US", "region": "WA", "percent": "6.5", "name": "Sales tax 6.5%"},
            {"country": "US", "region": "CA", "percent": "7.25", "name": "Sales tax 7.25%"},
        ],
    },
    template={
        "code": "TUMBLER",
        "name": "Tumbler",
        "category": "Tableware",
        "options": [
            {"name": "Colour", "values": ["White", "Black"]},
            {"name": "Volume", "values": ["250 ml", "400 ml"]},
        ],
        "sku_pattern": "{code}-{Volume}-{Colour}",
        "price": {"amount": "16.00", "currency": "USD"},
        "country_of_origin": "US",
    },
    custom_field={
        "entity": "item",
        "code": "roast",
        "label": "Roast",
        "type": "choice",
        "choices": ["Light", "Medium", "Dark"],
        "privacy_class": "business",
        "filterable": True,
    },
    prefix="0099999",
    is_sandbox=True,
)

TENANTS = {"acme": ACME, "globex": GLOBEX}
