"""Makes price lists and prices, and asks for them, through the API."""

from typing import Any

from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests.world import Client


def made(client: Client, code: str = "DEALER", **fields: Any) -> Any:
    return client.post("/v1/price-lists", {"code": code, "name": code, "currency": "EUR", **fields}).ok()


def item(client: Client, sku: str = "BIKE", **fields: Any) -> Any:
    return client.post("/v1/items", {"sku": sku, "name": sku, **fields}).ok()


def priced(client: Client, price_list: Any, item_id: str, *entries: Any) -> Any:
    body = {"item_id": item_id, "entries": [{"unit": "each", **entry} for entry in entries]}
    return client.post(f"/v1/price-lists/{price_list['id']}/prices", body).ok()


def previewed(client: Client, *lines: Any, **terms: Any) -> Any:
    return client.post("/v1/prices/preview", {"currency": "EUR", "lines": list(lines), **terms}).ok()["lines"]


def system(client: Client) -> Call:
    return Call.system(Tenant(client.tenant), "test")
