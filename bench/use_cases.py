"""The use cases of budgets.py, each done once through the API under the capacity meter."""

import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Any

from bench.budgets import (
    ACCESS_STATE,
    FIND_CUSTOMER,
    FIND_ORDER,
    FIND_SHIPMENT,
    FIVE_STEPS,
    FLOW,
    HOLDERS,
    LEASE,
    SEARCH,
)
from infra.local.meter import Bill, Meter
from tests import factories
from tests.integrations import shops
from tests.world import World

Act = Callable[[], Any]
CASES: dict[str, Callable[["Scene"], Act]] = {}
CONSIGNMENT = {"carrier": "DHL", "tracking_number": "JJ1"}
_numbers = itertools.count(1)


def case(name: str) -> Callable[[Callable[["Scene"], Act]], Callable[["Scene"], Act]]:
    """Registers a preparation; what it returns is the use case itself."""

    def register(prepare: Callable[["Scene"], Act]) -> Callable[["Scene"], Act]:
        CASES[name] = prepare
        return prepare

    return register


class Scene:
    """A tenant of its own with a warehouse, ten items on stock and a customer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.acme = world.tenant()
        self.shop = factories.shop(self.acme)
        self.items = [self.shop.item(on_hand=1000)["id"] for _ in range(10)]
        self.customer = self.acme.post("/v1/customers", new_customer()).ok()["id"]

    def measure(self, name: str) -> Bill:
        """What the use case used. A read goes first: what a process looks up once in a while is no part of it."""
        act = CASES[name](self)
        self.acme.get("/v1/warehouses").ok()
        with (self.counting if name == LEASE else self.meter).measure() as bill:
            act()
        return bill

    @cached_property
    def meter(self) -> Meter:
        from chalicelib import modules

        return Meter(modules.tables())

    @cached_property
    def counting(self) -> Meter:
        """Of the client that counts requests, which the other meter does not see."""
        from chalicelib import modules
        from chalicelib.kernel.dynamo import client

        return Meter(modules.tables(), client.impatient())

    def order(self, **fields: str) -> Any:
        return self.shop.order(*((item, 2) for item in self.items), customer_id=self.customer, **fields)

    def confirmed(self) -> Any:
        return self.shop.confirmed(*((item, 2) for item in self.items), customer_id=self.customer)

    def line(self, **fields: str) -> dict[str, Any]:
        return {"lines": [{"item_id": self.items[0], "location_id": self.shop.location, **fields}]}


def new_customer() -> dict[str, Any]:
    number = next(_numbers)
    address = {"kind": "shipping", "lines": ["Main Street 1"], "city": "Ulm", "postal_code": "89073", "country": "DE"}
    contact = {"name": "Ada Berg", "email": f"ada.{number}@example.com"}
    return {"kind": "person", "name": "Ada Berg", "contacts": [contact], "addresses": [address]}


def new_item() -> dict[str, Any]:
    number = next(_numbers)
    price = {"amount": "499.90", "currency": "EUR"}
    return {
        "sku": f"BENCH-{number}",
        "name": f"City bike {number}",
        "barcodes": [{"code": f"{4006381333931 + number}", "type": "other"}],
        "price": price,
    }


@case("Create an item")
def _(scene: Scene) -> Act:
    return lambda: scene.acme.post("/v1/items", new_item()).ok()


@case("Change an item")
def _(scene: Scene) -> Act:
    item = scene.acme.post("/v1/items", new_item()).ok()
    return lambda: scene.acme.patch(f"/v1/items/{item['id']}", {"category": "Bikes"}, etag=item["version"]).ok()


@case("Read an item")
def _(scene: Scene) -> Act:
    return lambda: scene.acme.get(f"/v1/items/{scene.items[0]}").ok()


@case("Create a customer")
def _(scene: Scene) -> Act:
    return lambda: scene.acme.post("/v1/customers", new_customer()).ok()


@case("Receive one line")
def _(scene: Scene) -> Act:
    return lambda: scene.acme.post("/v1/stock/receipts", scene.line(quantity="5")).ok()


@case("Adjust one line")
def _(scene: Scene) -> Act:
    body = {**scene.line(change="-1"), "reason": "damaged"}
    return lambda: scene.acme.post("/v1/stock/adjustments", body).ok()


@case("Transfer one line to a new place")
def _(scene: Scene) -> Act:
    there = scene.shop.bin(f"B{next(_numbers)}")
    line = {
        "item_id": scene.shop.item(on_hand=5)["id"],
        "from_location_id": scene.shop.location,
        "to_location_id": there,
        "quantity": "3",
    }
    return lambda: scene.acme.post("/v1/stock/transfers", {"lines": [line]}).ok()


@case("Take in what arrives of a transfer")
def _(scene: Scene) -> Act:
    line = {
        "item_id": scene.shop.item(on_hand=5)["id"],
        "from_location_id": scene.shop.location,
        "to_location_id": scene.shop.bin(f"B{next(_numbers)}"),
        "quantity": "3",
    }
    sent = scene.acme.post("/v1/stock/transfers", {"in_transit": True, "lines": [line]}).ok()
    body = {"lines": [{"line": 1, "quantity": "3"}]}
    return lambda: scene.acme.post(f"/v1/stock/documents/{sent['id']}/arrive", body, etag=sent["version"]).ok()


@case("Take back a receipt of one line")
def _(scene: Scene) -> Act:
    line = {"item_id": scene.shop.item()["id"], "location_id": scene.shop.location, "quantity": "3"}
    receipt = scene.acme.post("/v1/stock/receipts", {"lines": [line]}).ok()
    return lambda: scene.acme.post(f"/v1/stock/documents/{receipt['id']}/reverse", {}, etag=receipt["version"]).ok()


@case("Create an order of 10 lines")
def _(scene: Scene) -> Act:
    return scene.order


@case("Confirm it")
def _(scene: Scene) -> Act:
    order = scene.order()
    return lambda: scene.acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=order["version"]).ok()


@case("Ship it at once")
def _(scene: Scene) -> Act:
    body = {"order_id": scene.confirmed()["id"], "ship": CONSIGNMENT}
    return lambda: scene.acme.post("/v1/shipments", body).ok()


@case("Pick it: start a shipment")
def _(scene: Scene) -> Act:
    order = scene.confirmed()
    return lambda: scene.acme.post("/v1/shipments", {"order_id": order["id"]}).ok()


@case("Pack the shipment")
def _(scene: Scene) -> Act:
    shipment = scene.acme.post("/v1/shipments", {"order_id": scene.confirmed()["id"]}).ok()
    return lambda: scene.acme.post(f"/v1/shipments/{shipment['id']}/pack", {}, etag=1).ok()


@case("Ship the packed shipment")
def _(scene: Scene) -> Act:
    path = f"/v1/shipments/{scene.acme.post('/v1/shipments', {'order_id': scene.confirmed()['id']}).ok()['id']}"
    packed = scene.acme.post(f"{path}/pack", {}, etag=1).ok()
    return lambda: scene.acme.post(f"{path}/ship", CONSIGNMENT, etag=packed["version"]).ok()


@case("Read an order of 10 lines")
def _(scene: Scene) -> Act:
    order = scene.confirmed()
    return lambda: scene.acme.get(f"/v1/sales-orders/{order['id']}").ok()


@case("Number one commit")
def _(scene: Scene) -> Act:
    return _numbering(scene, 1)


@case("Number three commits together")
def _(scene: Scene) -> Act:
    return _numbering(scene, 3)


def _numbering(scene: Scene, commits: int) -> Act:
    """What the sequencer does for so many new journal entries; all older ones are numbered before."""
    from chalicelib.events import sequencer
    from chalicelib.kernel import clock
    from chalicelib.kernel.tenant import Tenant

    def waiting() -> list[str]:
        return [entry["id"] for entry in scene.acme.get("/v1/audit?limit=100").ok()["data"] if entry["number"] is None]

    def number(found: list[str]) -> int:
        return sequencer.number(Tenant(scene.acme.tenant), found, clock.monotonic() + 5)

    for _ in range(2):  # the head forgets a large claim with the next one
        number(waiting())
        scene.acme.post("/v1/customers", new_customer()).ok()
    number(waiting())
    for _ in range(commits):
        scene.acme.post("/v1/customers", new_customer()).ok()
    found = waiting()
    return lambda: number(found)


@case(HOLDERS)
def _(scene: Scene) -> Act:
    return _following(scene, scene.items)


@case("Follow a confirmed order of 10 lines, all waiting")
def _(scene: Scene) -> Act:
    return _following(scene, [scene.shop.item()["id"] for _ in range(10)])


@case("Confirm an order of 10 lines, all waiting")
def _(scene: Scene) -> Act:
    items = [scene.shop.item(on_hand=1)["id"] for _ in range(10)]
    order = scene.shop.order(*((item, 2) for item in items), customer_id=scene.customer)
    path = f"/v1/sales-orders/{order['id']}/confirm"
    return lambda: scene.acme.post(path, {}, etag=order["version"]).ok()


@case("Fill a waiting order of 10 lines")
def _(scene: Scene) -> Act:
    items = [scene.shop.item()["id"] for _ in range(10)]
    scene.shop.confirmed(*((item, 2) for item in items), customer_id=scene.customer)
    lines = [{"item_id": item, "location_id": scene.shop.location, "quantity": "2"} for item in items]
    scene.acme.post("/v1/stock/receipts", {"lines": lines}).ok()
    return _following_last(scene, "stock.received")


def _following(scene: Scene, items: list[str]) -> Act:
    scene.shop.confirmed(*((item, 2) for item in items))
    return _following_last(scene, "sales_order.confirmed")


def _following_last(scene: Scene, event: str) -> Act:
    """What the consumer that commits stock does with the newest entry of an event; its position is not its own."""
    from chalicelib.events.schemas import change
    from chalicelib.inventory.commitments import consumers
    from chalicelib.kernel import journal
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    tenant = Tenant(scene.acme.tenant)
    story = scene.acme.get("/v1/audit?limit=10").ok()["data"]
    newest = next(entry["id"] for entry in story if entry["event"] == event)
    (item,) = store.get_many([journal.ref_of(tenant, newest)]).values()
    followed = change(journal.Entry.read(item or {}))
    return lambda: consumers.follow(Call.system(tenant, "bench"), [followed])


@case(FIND_CUSTOMER)
def _(scene: Scene) -> Act:
    body = {"kind": "company", "name": "Lovelace Precision Engines"}
    return _indexing(scene, "customer", scene.acme.post("/v1/customers", body).ok()["id"])


@case(FIND_ORDER)
def _(scene: Scene) -> Act:
    return _indexing(scene, "sales_order", scene.order(customer_reference="PO 4711")["id"])


@case(FIND_SHIPMENT)
def _(scene: Scene) -> Act:
    order = scene.confirmed()
    shipped = scene.acme.post("/v1/shipments", {"order_id": order["id"], "ship": CONSIGNMENT}).ok()
    return _indexing(scene, "shipment", shipped["id"])


def _indexing(scene: Scene, kind: str, document_id: str) -> Act:
    """What the consumer of search does for a new document; its position is not its own."""
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.search.index import writing

    return lambda: writing.index(Call.system(Tenant(scene.acme.tenant), "bench"), kind, [document_id])


@case(SEARCH)
def _(scene: Scene) -> Act:
    for _ in range(15):
        scene.acme.post("/v1/customers", {"kind": "company", "name": "Turbine Works"}).ok()
        scene.acme.post("/v1/items", {"sku": f"T-{next(_numbers)}", "name": "Turbine blade"}).ok()
    scene.world.settle()
    return lambda: scene.acme.get("/v1/search?q=turb").ok()


@case(FLOW)
def _(scene: Scene) -> Act:
    return _steps(scene, {"ship": CONSIGNMENT})


@case(FIVE_STEPS)
def _(scene: Scene) -> Act:
    return _steps(scene, {})


def _steps(scene: Scene, body: dict[str, Any]) -> Act:
    """An order from draft to shipped; what each step causes is done before the next."""

    def steps() -> None:
        acme, settle = scene.acme, scene.world.settle
        order = scene.order()
        settle()
        acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=order["version"]).ok()
        settle()
        shipment = acme.post("/v1/shipments", {"order_id": order["id"], **body}).ok()
        settle()
        if not body:
            path = f"/v1/shipments/{shipment['id']}"
            packed = acme.post(f"{path}/pack", {}, etag=shipment["version"]).ok()
            settle()
            acme.post(f"{path}/ship", CONSIGNMENT, etag=packed["version"]).ok()
            settle()

    scene.world.settle()
    return steps


@case("List 50 orders")
def _(scene: Scene) -> Act:
    for _ in range(51):
        scene.shop.order((scene.items[0], 1), (scene.items[1], 1))

    def read() -> None:
        assert len(scene.acme.get("/v1/sales-orders?limit=50").ok()["data"]) == 50

    return read


@case("Availability of 100 SKUs in a warehouse")
def _(scene: Scene) -> Act:
    rows = [{"sku": f"AVAIL-{next(_numbers)}", "name": "Screw"} for _ in range(100)]
    stocked = []
    for begin in range(0, 100, 40):
        body = {"items": rows[begin : begin + 40], "on_error": "all_or_nothing"}
        found = scene.acme.post("/v1/items/bulk-upsert", body).ok()["rows"]
        stocked = [{"item_id": row["id"], "location_id": scene.shop.location, "quantity": "5"} for row in found]
        scene.acme.post("/v1/stock/receipts", {"lines": stocked}).ok()
    skus = ",".join(row["sku"] for row in rows)

    def read() -> None:
        path = f"/v1/stock/availability?skus={skus}&warehouse_id={scene.shop.warehouse}"
        assert len(scene.acme.get(path).ok()["data"]) == 100

    return read


@case("What to order of 25 items, each with an arrival")
def _(scene: Scene) -> Act:
    there = factories.shop(scene.acme)
    for _ in range(25):
        key = {"item_id": there.item(on_hand=1)["id"], "warehouse_id": there.warehouse}
        scene.acme.post("/v1/reorder-rules", {**key, "reorder_point": "10"}).ok()
        scene.acme.post("/v1/arrivals", {**key, "quantity": "5", "due_on": "2099-01-01"}).ok()

    def read() -> None:
        path = f"/v1/stock/reorder-suggestions?warehouse_id={there.warehouse}"
        assert len(scene.acme.get(path).ok()["data"]) == 25

    return read


@case("What there was of 25 items, each with 8 movements")
def _(scene: Scene) -> Act:
    there = factories.shop(scene.acme)
    items = [there.item(on_hand=1)["id"] for _ in range(25)]
    moments = [there.receive(item, 1)["created_at"] for item in items for _ in range(7)]
    path = f"/v1/reports/stock-as-of?warehouse_id={there.warehouse}&at={moments[90]}"
    return lambda: scene.acme.get(path).ok()


@case("What lies in an aisle of 60 locations, 25 of 40 bins")
def _(scene: Scene) -> Act:
    there = factories.shop(scene.acme)
    aisle, item = there.bin("AISLE"), there.item()["id"]
    body = {"warehouse_id": there.warehouse, "name": "Shelf", "parent_location_id": aisle}
    shelves = [scene.acme.post("/v1/locations", {**body, "code": f"S{n}"}).ok()["id"] for n in range(60)]
    for part in (shelves[:20], shelves[-20:]):
        lines = [{"item_id": item, "location_id": shelf, "quantity": "1"} for shelf in part]
        scene.acme.post("/v1/stock/receipts", {"lines": lines}).ok()

    def read() -> None:
        assert len(scene.acme.get(f"/v1/stock/places?location_id={aisle}&limit=25").ok()["data"]) == 25

    return read


@case("Take in a webhook")
def _(scene: Scene) -> Act:
    shop = shops.Shop(scene.acme, warehouse_id=scene.shop.warehouse)
    shop.deliver({"id": 1, "updated_at": "2026-11-01T00:00:00Z"})
    return lambda: shop.deliver({"id": 2, "updated_at": "2026-11-01T00:00:00Z"})


@case(ACCESS_STATE)
def _(scene: Scene) -> Act:
    from chalicelib.access import access_state
    from chalicelib.kernel.tenant import Tenant

    def first_of_a_session() -> None:
        access_state.forget()
        access_state.check(Tenant(scene.acme.tenant), "somebody", "session", 0)

    return first_of_a_session


@case(LEASE)
def _(scene: Scene) -> Act:
    from chalicelib.access import rate_limit

    def first_of_a_process() -> None:
        rate_limit.forget()
        scene.acme.get("/v1/warehouses").ok()

    return first_of_a_process
