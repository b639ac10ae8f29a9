"""What the first trials missed: finding by name, number, reference, tracking number, barcode and part of a name."""

import pytest

from tests.factories import shop
from tests.search.searches import customer, hits, listed
from tests.world import Client, World


@pytest.fixture
def company(world: World, acme: Client) -> dict[str, str]:
    """The documents of a sale, and what each is called."""
    here = shop(acme)
    buyer = customer(acme, "Lovelace Engines Ltd")
    item = here.item(name="Difference engine, brass", barcodes=[{"code": "4006381333931"}])
    here.receive(item["id"], 5)
    order = here.confirmed((item["id"], 1), customer_id=buyer["id"], customer_reference="PO-1843")
    tracking = {"carrier": "DHL", "tracking_number": "JD 0146 0000"}
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": tracking}).ok()
    world.settle()
    return {
        "customer": buyer["id"],
        "item": item["id"],
        "sales_order": order["id"],
        "shipment": shipment["id"],
        "number": order["number"],
    }


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        ("lovel", "customer", "/v1/customers"),
        ("number", "sales_order", "/v1/sales-orders"),
        ("po 1843", "sales_order", "/v1/sales-orders"),
        ("jd0146", "shipment", "/v1/shipments"),
        ("4006381333931", "item", "/v1/items"),
        ("brass engi", "item", "/v1/items"),
    ],
)
def test_row_finding_of_the_trials(acme: Client, company: dict[str, str], text: str, kind: str, path: str) -> None:
    asked = company.get(text, text)
    assert company[kind] in [each["id"] for each in hits(acme, asked) if each["kind"] == kind]
    assert listed(acme, path, asked) == [company[kind]]
