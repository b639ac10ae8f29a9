"""Writes the demo data through the API, as administrators of the tenants.

Every request has a fixed idempotency key, so an interrupted seed continues where it stopped, because repeated requests
change nothing. When the seed is complete, a mark is written into the data folder.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from infra.local import demo_data
from infra.local.demo_data import DemoTenant
from infra.local.failure import LocalFailureError
from infra.local.private_files import write_private

# Increase it when the data changes and existing data folders should be seeded again.
VERSION = "1"
MARK = "seeded"


class Tokens(Protocol):
    """An issuer of tokens of the demo users."""

    def token(self, tenant: str, roles: tuple[str, ...], *, lifetime: int) -> str: ...


class Api:
    """A client of the API as administrator of one tenant, with one keep-alive connection."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self._token = token

    def get(self, path: str) -> Any:
        return self._call("GET", path, None, {})[0]

    def post(self, path: str, key: str, body: Any = None, etag: str = "") -> tuple[Any, str]:
        """The decoded response and its ETag."""
        headers = {"Idempotency-Key": f"seed-{VERSION}-{key}"}
        return self._call("POST", path, body, headers | ({"If-Match": etag} if etag else {}))

    def patch(self, path: str, body: Any, etag: str) -> Any:
        return self._call("PATCH", path, body, {"If-Match": etag})[0]

    def close(self) -> None:
        self._connection.close()

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[Any, str]:
        content = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", **headers}
        self._connection.request(method, path, content, sent)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            problem = json.loads(text or b"{}")
            raise LocalFailureError(
                f"The demo data could not be written: {method} {path} answered {answer.status} "
                f"{problem.get('code', '')} {problem.get('detail', '')} {problem.get('errors', '')}".rstrip()
            )
        return json.loads(text or b"null"), answer.headers.get("ETag", "")


def seed(url: str, identity: Tokens, folder: Path, say: Callable[[str], None]) -> None:
    """Writes the demo data unless it has been written before. Raises LocalFailureError when the API refuses a
    request."""
    mark = folder / MARK
    if mark.exists() and mark.read_text() == VERSION:
        return
    say("Writing the demo data ...")
    for tenant, demo in demo_data.TENANTS.items():
        api = Api(url, identity.token(tenant, ("admin",), lifetime=600))
        try:
            _fill(api, demo)
        finally:
            api.close()
    write_private(mark, VERSION.encode())


def _fill(api: Api, demo: DemoTenant) -> None:
    tenant = api.get("/v1/tenant")
    if tenant["name"] is None:
        own = {"name": demo.name, "currency": demo.currency}
        api.patch("/v1/tenant", own, f'"{tenant["version"]}"')
    items = _items(api, demo)
    warehouses = [
        api.post("/v1/warehouses", f"warehouse-{code}", {"code": code, "name": name})[0]
        for code, name in demo.warehouses
    ]
    _receive(api, items, warehouses)
    customers = [
        api.post("/v1/customers", f"customer-{index}", demo_data.customer(demo, index))[0]
        for index in range(len(demo.customers))
    ]
    for index, (state, lines) in enumerate(demo.orders):
        _order(api, f"order-{index}", state, _new_order(demo, warehouses[0], customers[index * 2], lines))


def _items(api: Api, demo: DemoTenant) -> dict[str, str]:
    """Item ids by SKU, in the order of the data."""
    requested = {"items": demo_data.items(demo), "on_error": "all_or_nothing"}
    done, _ = api.post("/v1/items/bulk-upsert", "items", requested)
    return {row["sku"]: row["id"] for row in done["rows"]}


def _receive(api: Api, items: dict[str, str], warehouses: list[dict[str, Any]]) -> None:
    """Receives stock: all items in the first warehouse, every second one in the second. Quantities vary by item, and
    are the same in every run."""
    for number, warehouse in enumerate(warehouses):
        lines = [
            {"item_id": item, "location_id": warehouse["default_location_id"], "quantity": str(12 + position * 7 % 40)}
            for position, item in enumerate(items.values())
            if number == 0 or position % 2 == 0
        ]
        body = {"lines": lines, "reference": f"OPENING-{warehouse['code']}"}
        api.post("/v1/stock/receipts", f"receipt-{warehouse['code']}", body)


def _new_order(
    demo: DemoTenant, warehouse: dict[str, Any], customer: dict[str, Any], lines: dict[str, str]
) -> dict[str, Any]:
    return {
        "customer_id": customer["id"],
        "warehouse_id": warehouse["id"],
        "currency": demo.currency,
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()],
    }


def _order(api: Api, key: str, state: str, body: dict[str, Any]) -> None:
    """Creates one order and processes it up to `state`."""
    order, etag = api.post("/v1/sales-orders", key, body)
    if state == "draft":
        return
    path = f"/v1/sales-orders/{order['id']}/confirm"
    api.post(path, f"{key}-confirm", {}, etag)
    if state == "picking":
        api.post("/v1/shipments", f"{key}-shipment", {"order_id": order["id"]})
    elif state == "shipped":
        consignment = {"carrier": "Parcel Express", "tracking_number": "DEMO-0001"}
        api.post("/v1/shipments", f"{key}-shipment", {"order_id": order["id"], "ship": consignment})
