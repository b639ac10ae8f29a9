"""Writes the demo data through the API, as administrators of the tenants.

Every request has a fixed idempotency key, so an interrupted seed continues where it stopped, because repeated requests
change nothing. When the seed is complete, a mark is written into the data folder.
"""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from infra.local import demo_data, demo_tenants
from infra.local.demo_tenants import DemoTenant
from infra.local.failure import LocalFailureError
from infra.local.private_files import write_private

# Increase it when the data changes and existing data folders should be seeded again.
VERSION = "3"
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
                f"{method} {path} answered {answer.status} "
                f"{problem.get('code', '')} {problem.get('detail', '')} {problem.get('errors', '')}".rstrip()
            )
        return json.loads(text or b"null"), answer.headers.get("ETag", "")


def seed(url: str, identity: Tokens, folder: Path, say: Callable[[str], None]) -> None:
    """Makes the demo tenants, and writes their data unless it has been written before. Raises LocalFailureError when
    the API refuses a request."""
    tokens = {tenant: identity.token(tenant, ("admin",), lifetime=600) for tenant in demo_tenants.TENANTS}
    for tenant, token in tokens.items():
        _make_tenant(token, tenant, demo_tenants.TENANTS[tenant])
    mark = folder / MARK
    if mark.exists() and mark.read_text() == VERSION:
        return
    say("Writing the demo data ...")
    for tenant, demo in demo_tenants.TENANTS.items():
        api = Api(url, tokens[tenant])
        try:
            _fill(api, demo)
        except LocalFailureError as failure:
            raise LocalFailureError(f"The demo data could not be written: {failure}") from failure
        finally:
            api.close()
    write_private(mark, VERSION.encode())


def _make_tenant(token: str, alias: str, demo: DemoTenant) -> None:
    """Makes the tenant whose administrator has the token, as the operator's function does for an organization that it
    has made. LocalFailureError when the data folder is of a version in which the tenant was no sandbox."""
    from chalicelib.identity.tenants import service
    from chalicelib.kernel.errors import AlreadyExists
    from chalicelib.kernel.tenant import Tenant

    claims = token.split(".")[1]
    (organization,) = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["organization"].values()
    try:
        service.found(Tenant(organization["id"]), demo.name, alias, is_sandbox=demo.is_sandbox)
    except AlreadyExists as refusal:
        raise LocalFailureError(f"{alias}: {refusal.detail} `make reset` forgets older data.") from refusal


def _fill(api: Api, demo: DemoTenant) -> None:
    tenant = api.get("/v1/tenant")
    if tenant["currency"] != demo.currency:
        api.patch("/v1/tenant", {"currency": demo.currency}, f'"{tenant["version"]}"')
    api.post("/v1/tax-codes", "tax-code", demo.tax_code)
    items = _items(api, demo)
    _variants(api, demo)
    _prices(api, demo)
    warehouses = [
        api.post("/v1/warehouses", f"warehouse-{code}", {"code": code, "name": name})[0]
        for code, name in demo.warehouses
    ]
    _open(api, demo, items, warehouses)
    _move(api, items, warehouses)
    customers = [
        api.post("/v1/customers", f"customer-{index}", demo_data.customer(demo, index, warehouses[0]["id"]))[0]
        for index in range(len(demo.customers))
    ]
    for index in range(len(demo.vendors)):
        api.post("/v1/vendors", f"vendor-{index}", demo_data.vendor(demo, index))
    for index, (state, lines) in enumerate(demo.orders):
        _order(api, f"order-{index}", state, _new_order(demo, state, warehouses[0], customers[index * 2], lines))


def _prices(api: Api, demo: DemoTenant) -> None:
    prices = demo_data.prices(demo)
    for code, body in demo_data.price_lists(demo).items():
        price_list, _ = api.post("/v1/price-lists", f"price-list-{code}", body)
        requested = {"prices": prices[code], "on_error": "all_or_nothing"}
        api.post(f"/v1/price-lists/{price_list['id']}/prices/bulk-set", f"prices-{code}", requested)


def _items(api: Api, demo: DemoTenant) -> dict[str, str]:
    """Item ids by SKU, in the order of the data."""
    requested = {"items": demo_data.items(demo), "on_error": "all_or_nothing"}
    done, _ = api.post("/v1/items/bulk-upsert", "items", requested)
    return {row["key"]: row["id"] for row in done["rows"]}


def _variants(api: Api, demo: DemoTenant) -> None:
    """A template with all its variants, and a custom field of items with its first choice on the first item."""
    template, _ = api.post("/v1/item-templates", "template", demo.template)
    api.post(f"/v1/item-templates/{template['id']}/variants", "variants", {"all": True})
    field, _ = api.post("/v1/custom-fields", "custom-field", demo.custom_field)
    row = {"sku": demo_data.items(demo)[0]["sku"], "custom_fields": {field["code"]: field["choices"][0]}}
    api.post("/v1/items/bulk-upsert", "custom-value", {"items": [row]})


def _open(api: Api, demo: DemoTenant, items: dict[str, str], warehouses: list[dict[str, Any]]) -> None:
    """Enters opening stock: all items in the first warehouse, every second one in the second. Quantities vary by item,
    and are the same in every run."""
    for number, warehouse in enumerate(warehouses):
        lines = [
            {
                "item_id": item,
                "location_id": warehouse["default_location_id"],
                "quantity": str(12 + position * 7 % 40),
                "unit_cost": {"amount": str(4 + position * 3 % 25), "currency": demo.currency},
            }
            for position, item in enumerate(items.values())
            if number == 0 or position % 2 == 0
        ]
        body = {"lines": lines, "reference": f"OPENING-{warehouse['code']}"}
        api.post("/v1/stock/openings", f"opening-{warehouse['code']}", body)


def _move(api: Api, items: dict[str, str], warehouses: list[dict[str, Any]]) -> None:
    """Puts some goods into a place for picking and some into quarantine, counts, and sends some to the second
    warehouse, where they have not arrived yet."""
    first, second = (warehouse["default_location_id"] for warehouse in warehouses[:2])
    moved, damaged, counted, sent = list(items.values())[:4]
    for code, zone, item in (("PICK-01", "picking", moved), ("QUARANTINE", "quarantine", damaged)):
        body = {"warehouse_id": warehouses[0]["id"], "code": code, "name": code.title(), "zone": zone}
        place, _ = api.post("/v1/locations", f"location-{code}", body)
        line = {"item_id": item, "from_location_id": first, "to_location_id": place["id"], "quantity": "2"}
        api.post("/v1/stock/transfers", f"transfer-{code}", {"lines": [line]})
    line = {"item_id": counted, "location_id": first, "counted": "25"}
    api.post("/v1/stock/adjustments", "count", {"lines": [line], "reason": "counted"})
    line = {"item_id": sent, "from_location_id": first, "to_location_id": second, "quantity": "3"}
    api.post("/v1/stock/transfers", "transit", {"lines": [line], "in_transit": True})


def _new_order(
    demo: DemoTenant, state: str, warehouse: dict[str, Any], customer: dict[str, Any], lines: dict[str, str]
) -> dict[str, Any]:
    return {
        "customer_id": customer["id"],
        "warehouse_id": warehouse["id"],
        "currency": demo.currency,
        "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()],
        **({"priority": 2} if state == "backordered" else {}),
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
