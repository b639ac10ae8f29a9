"""A tenant that has one of everything, each of its texts a word that occurs nowhere else."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.contract.bodies import BODIES, Marks
from tests.integrations.shops import sign
from tests.world import Client

NEVER = "01aaaaaaaaaaaaaaaaaaaaaaaa"
"""The body of an id that was never given to anything."""


@dataclass
class SampleTenant:
    """`ids`: one thing of each kind by the name of its path parameter, and `other_location_id`. `secret`: the client
    secret of the connection."""

    client: Client
    mark: Marks = field(default_factory=Marks)
    ids: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    idempotency_key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def create(self, operation: str, path: str, **changes: Any) -> Any:
        """Posts the good body of the operation."""
        body = {**BODIES[operation](self.ids, self.mark), **changes}
        return self.client.post(path, body).ok()

    def deliver(self, payload: dict[str, Any], topic: str = "orders/create") -> None:
        """A webhook of the connected shop."""
        body = json.dumps(payload).encode()
        headers = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(self.secret, body),
            "X-Shopify-Shop-Domain": self.shop_domain,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        }
        path = f"/webhooks/shopify/{self.ids['connection_id']}"
        self.client.world.anonymous().call("POST", path, body, headers).ok()

    @property
    def shop_domain(self) -> str:
        return str(self.client.get(f"/v1/integrations/connections/{self.ids['connection_id']}").ok()["shop_domain"])


def settled(client: Client) -> SampleTenant:
    """Makes everything through the API, in the order in which a person would."""
    made = stocked(client)
    made.ids["job_id"] = made.create("check_stock", "/v1/stock/check")["job_id"]
    connect(made)
    made.deliver({"id": 1, "name": made.mark("webhook.name")})
    made.ids["delivery"] = made.client.get("/v1/integrations/inbox").ok()["data"][0]["id"]
    return made


def stocked(client: Client) -> SampleTenant:
    """A warehouse, and one of everything that lies in it."""
    made = SampleTenant(client)
    ids = made.ids
    warehouse = made.create("create_warehouse", "/v1/warehouses")
    ids |= {"warehouse_id": warehouse["id"], "location_id": warehouse["default_location_id"]}
    ids["other_location_id"] = made.create("create_location", "/v1/locations")["id"]
    ids["customer_id"] = made.create("create_customer", "/v1/customers")["id"]
    ids["user_id"] = made.create("invite_user", "/v1/users")["id"]
    ids["item_id"] = made.create("create_item", "/v1/items")["id"]
    made.create("receive_stock", "/v1/stock/receipts")
    order = made.create("create_sales_order", "/v1/sales-orders")
    ids["order_id"] = order["id"]
    client.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=order["version"]).ok()
    ids["shipment_id"] = made.create("create_shipment", "/v1/shipments", ship=None)["id"]
    return made


def connect(made: SampleTenant) -> str:
    """Connects a shop, from now on the estate's; its id."""
    body = BODIES["connect_shop"](made.ids, made.mark)
    made.secret = body["client_secret"]
    connected = made.client.post("/v1/integrations/connections", body).ok()
    made.ids |= {"connection_id": connected["id"], "connection": connected["id"]}
    return str(connected["id"])


def never(identifier: str) -> str:
    """An id of the same kind as this one that belongs to nobody."""
    return f"{identifier.partition('_')[0]}_{NEVER}" if "_" in identifier else str(uuid.uuid4())
