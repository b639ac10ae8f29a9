"""A person with data in many places, and another one beside."""

from dataclasses import dataclass
from typing import Any

from tests.factories import Shop, shop
from tests.world import Client

NAME, EMAIL, PHONE = "Joan Smit", "joan.smit@example.com", "+31 20 794 6095"


@dataclass
class Planted:
    """What was made of the person."""

    here: Shop
    customer: Any
    order: Any
    shipment: Any


def address(name: str, street: str, phone: str | None = None) -> dict[str, Any]:
    return {"name": name, "lines": [street], "city": "Delft", "region": "ZH", "country": "NL", "phone": phone}


def plant(client: Client) -> Planted:
    """Joan, who buys; her order goes to her friend Bob Miller, who is somebody else."""
    here = shop(client)
    item = here.item(9)["id"]
    customer = client.post(
        "/v1/customers",
        {
            "kind": "person",
            "name": NAME,
            "contacts": [{"email": EMAIL}, {"name": "Tim Jansen", "phone": "+31 6 1111 2222"}],
            "addresses": [{**address(NAME, "Oude Delft 1", PHONE), "kind": "billing"}],
            "notes": "Likes her parcels at the back door.",
        },
    ).ok()
    order = here.confirmed(
        (item, 1),
        customer_id=customer["id"],
        billing_address=address(NAME, "Oude Delft 1"),
        shipping_address=address("Bob Miller", "Nieuwe Delft 2"),
        note="Door code 4711",
    )
    shipment = client.post("/v1/shipments", {"order_id": order["id"], "ship": {"carrier": "DHL"}}).ok()
    return Planted(here, customer, order, shipment)


def search(client: Client, **known: Any) -> Any:
    """A search that has gone through everything."""
    begun = client.post("/v1/privacy/searches", known).ok()
    client.world.settle()
    found = client.get(f"/v1/privacy/searches/{begun['id']}").ok()
    assert found["state"] == "found"
    return found


def findings(client: Client, search_id: str, query: str = "") -> list[Any]:
    """All that a search has found."""
    return list(client.get(f"/v1/privacy/searches/{search_id}/findings?limit=100{query}").ok()["data"])
