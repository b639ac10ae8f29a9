"""Screens that a frontend developer builds first, and how many requests each takes."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.kernel import clock
from tests.factories import Shop, shop
from tests.world import Client, Reply, World


@dataclass
class Browser(Client):
    """A client that counts its requests."""

    requests: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        self.requests.append(f"{method} {path.partition('?')[0]}")
        return super().call(method, path, body, headers)


@pytest.fixture
def place(world: World) -> Shop:
    """A tenant with a warehouse, three items on the shelf, and a customer."""
    return shop(world.tenant())


@pytest.fixture
def browser(place: Shop) -> Iterator[Browser]:
    yield Browser(place.client.world, place.client.tenant, ("sales",))


def test_the_list_of_items_with_their_stock_takes_two_requests(place: Shop, browser: Browser) -> None:
    for number in range(1, 31):
        place.item(on_hand=number if number % 3 == 0 else None)
    page = browser.get("/v1/items?sort=name&limit=25&fields=sku,name,unit,price").ok()
    skus = ",".join(item["sku"] for item in page["data"])
    stock = browser.get(f"/v1/stock/availability?skus={skus}&warehouse_id={place.warehouse}").ok()
    assert len(page["data"]) == len(stock["data"]) == 25
    assert {row["item_id"] for row in stock["data"]} == {item["id"] for item in page["data"]}
    assert any(row["available"] != "0" for row in stock["data"])
    assert browser.requests == ["GET /v1/items", "GET /v1/stock/availability"]


def test_the_list_of_items_narrows_while_somebody_types(world: World, place: Shop, browser: Browser) -> None:
    wanted = place.item(name="Bicycle bell, brass")
    for name in ("Bicycle", "Bell jar", "Brass band"):
        place.item(name=name)
    world.settle()
    found = [browser.get(f"/v1/items?q={typed}&fields=name&limit=10").ok()["data"] for typed in ("b", "bi", "bi%20br")]
    assert [len(each) for each in found] == [4, 2, 1]
    assert found[-1] == [{"id": wanted["id"], "name": "Bicycle bell, brass"}]
    assert browser.requests == ["GET /v1/items"] * 3


def test_the_entry_of_an_order_takes_a_request_for_each_step(world: World, place: Shop, browser: Browser) -> None:
    item = place.item(on_hand=5, name="Lamp", price={"amount": "19.90", "currency": "EUR"})
    place.client.post("/v1/customers", {"kind": "person", "name": "Ada Berg"}).ok()
    world.settle()
    (customer,) = browser.get("/v1/search?q=ad%20ber&kinds=customer").ok()["data"]
    (lamp,) = browser.get("/v1/search?q=lam&kinds=item").ok()["data"]
    assert (customer["name"], lamp["id"]) == ("Ada Berg", item["id"])
    draft = {
        "warehouse_id": place.warehouse,
        "currency": "EUR",
        "customer_id": customer["id"],
        "lines": [{"item_id": item["id"], "quantity": "2"}],
    }
    wrong = browser.post("/v1/sales-orders?dry_run=true", {**draft, "lines": [{"quantity": "0"}]})
    assert wrong.status == 422
    assert all(error["pointer"].startswith("/lines/0/") for error in wrong.json["errors"])
    preview = browser.post("/v1/sales-orders?dry_run=true", draft).ok()
    assert preview["totals"]["total"] == "39.80"
    saved = browser.post("/v1/sales-orders", draft, key=uuid.uuid4().hex)
    assert saved.ok()["totals"] == preview["totals"]
    confirmed = browser.post(f"{saved.header('location')}/confirm", etag=saved.etag).ok()
    assert (confirmed["status"], confirmed["fulfilment"]) == ("confirmed", "committed")
    assert len(browser.requests) == 6


def test_the_list_of_orders_by_customer_month_and_status_takes_one_request_a_page(
    place: Shop, browser: Browser
) -> None:
    customers = [place.client.post("/v1/customers", {"kind": "person", "name": name}).ok() for name in ("Ada", "Bea")]
    item = place.item(on_hand=20)["id"]
    made = [place.confirmed((item, 1), customer_id=customers[number % 2]["id"])["id"] for number in range(6)]
    place.order((item, 1), customer_id=customers[0]["id"])
    month, ada = clock.now().strftime("%Y-%m"), customers[0]["id"]
    path = f"/v1/sales-orders?customer_id={ada}&month={month}&status=confirmed&include=customer,user&limit=2"
    seen = []
    while path:
        reply = browser.get(path)
        assert reply.ok()["included"][ada]["name"] == "Ada"
        seen += [order["id"] for order in reply.json["data"]]
        link = reply.header("link").partition(">")[0].removeprefix("<")
        path = f"/v1/sales-orders{link}" if link else ""
    assert seen == [made[4], made[2], made[0]]
    assert len(browser.requests) == 2
    assert browser.get(f"/v1/sales-orders?customer_id={ada}&month=2026-01").ok()["data"] == []
    several = browser.get(f"/v1/sales-orders?ids={','.join(made)}&fields=number").ok()["data"]
    assert [order.keys() for order in several] == [{"id", "number"}] * 6


def test_the_order_that_a_caller_asks_for_takes_one_request(world: World, place: Shop, browser: Browser) -> None:
    item = place.item(on_hand=5)["id"]
    order = place.confirmed((item, 1), customer_reference="PO-77")
    tracking = {"carrier": "DHL", "tracking_number": "JJ 5"}
    shipment = place.client.post("/v1/shipments", {"order_id": order["id"], "ship": tracking}).ok()
    world.settle()
    asked = {"po77": ["sales_order"], order["number"]: ["shipment", "sales_order"], "jj5": ["shipment"]}
    for typed, kinds in asked.items():
        found = browser.get(f"/v1/search?q={typed}").ok()["data"]
        assert [each["kind"] for each in found] == kinds
        assert {each["id"] for each in found} <= {order["id"], shipment["id"]}
    assert len(browser.requests) == len(asked)
