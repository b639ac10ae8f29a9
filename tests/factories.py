"""Makes what a scenario needs, through the API."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.world import Client

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """A tenant with a warehouse."""

    client: Client
    warehouse: str
    location: str

    def item(self, on_hand: int | str | None = None, **fields: Any) -> Any:
        """A new item, with stock at the warehouse's default location if wanted."""
        number = next(_numbers)
        item = self.client.post("/v1/items", {"sku": f"SKU-{number}", "name": f"Item {number}", **fields}).ok()
        if on_hand is not None:
            self.receive(item["id"], on_hand)
        return item

    def receive(self, item_id: str, quantity: int | str, location: str | None = None) -> Any:
        line = {"item_id": item_id, "location_id": location or self.location, "quantity": str(quantity)}
        return self.client.post("/v1/stock/receipts", {"lines": [line]}).ok()

    def bin(self, code: str) -> str:
        """Another location of the warehouse."""
        body = {"warehouse_id": self.warehouse, "code": code, "name": code}
        return str(self.client.post("/v1/locations", body).ok()["id"])

    def at(self, item_id: str, location: str | None = None) -> str:
        """What lies at a location."""
        found = self.client.get(f"/v1/stock/places?item_id={item_id}&location_id={location or self.location}").ok()
        return found["data"][0]["on_hand"] if found["data"] else "0"

    def waiting(self, item_id: str) -> list[tuple[str, str]]:
        """Who waits for an item, and for how much, in the order in which they are served."""
        path = f"/v1/stock/waiting?item_id={item_id}&warehouse_id={self.warehouse}"
        return [(row["document_id"], row["quantity"]) for row in self.client.get(path).ok()["data"]]

    def level(self, item_id: str) -> tuple[str, str, str]:
        """on hand, committed, available."""
        path = f"/v1/stock?item_id={item_id}&warehouse_id={self.warehouse}"
        found = self.client.get(path).ok()["data"]
        return (found[0]["on_hand"], found[0]["committed"], found[0]["available"]) if found else ("0", "0", "0")

    def order(self, *lines: tuple[str, int | str], **fields: Any) -> Any:
        """A draft order of (item id, quantity) lines."""
        body = {
            "warehouse_id": self.warehouse,
            "currency": "EUR",
            "lines": [{"item_id": item, "quantity": str(quantity), "unit_price": "10"} for item, quantity in lines],
            **fields,
        }
        return self.client.post("/v1/sales-orders", body).ok()

    def confirmed(self, *lines: tuple[str, int | str], **fields: Any) -> Any:
        """A confirmed order."""
        order = self.order(*lines, **fields)
        return self.client.post(f"/v1/sales-orders/{order['id']}/confirm", etag=order["version"]).ok()


def shop(client: Client) -> Shop:
    """Gives the tenant a warehouse."""
    body = {"code": f"W{next(_numbers)}", "name": "Main"}
    warehouse = client.post("/v1/warehouses", body).ok()
    return Shop(client, warehouse["id"], warehouse["default_location_id"])
