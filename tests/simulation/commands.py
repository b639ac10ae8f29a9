"""Every command of stock, orders and shipments, each in a scene in which its effect is seen: somebody holds stock,
somebody waits for it."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests import factories
from tests.factories import Shop
from tests.world import Client, Reply

REPEATS = 5


@dataclass(frozen=True)
class Command:
    """One command as a caller keeps it for repeating: the key and the version stay the same."""

    client: Client
    path: str
    body: Any
    key: str
    etag: int | None = None
    method: str = "POST"

    def send(self) -> Reply:
        headers = {"Idempotency-Key": self.key, **({"If-Match": f'"{self.etag}"'} if self.etag else {})}
        return self.client.call(self.method, self.path, self.body, headers)

    def repeat(self) -> Reply:
        """Sends until there is an answer that is not a 5xx."""
        reply = self.send()
        for _ in range(REPEATS):
            if reply.status < 500:
                break
            reply = self.send()
        return reply


class Scene:
    """A tenant with a warehouse in which there are 20 of each item; where wanted with another one and a shelf, and with
    an order that waits for more of the first item."""

    def __init__(self, client: Client, items: int = 2) -> None:
        self.client = client
        self.here: Shop = factories.shop(client)
        self.items = [self.here.item()["id"] for _ in range(items)]
        self.post("/v1/stock/receipts", {"lines": [self.at(item, "20") for item in self.items]})

    @cached_property
    def there(self) -> Shop:
        return factories.shop(self.client)

    @cached_property
    def shelf(self) -> str:
        return self.here.bin("A")

    def post(self, path: str, body: Any = None, etag: int | None = None) -> Any:
        """Does something; when a job does the rest, it is done."""
        reply = self.client.post(path, body, etag=etag)
        reply.ok()
        if reply.status == 202:
            self.client.world.settle()
            return self.client.get(_made_at(path, reply.json["id"])).ok()
        return reply.json

    def at(self, item: str, quantity: str, location: str = "") -> dict[str, Any]:
        return {"item_id": item, "location_id": location or self.here.location, "quantity": quantity}

    def line(self, item: str, source: str, target: str, quantity: str = "3") -> dict[str, Any]:
        return {"item_id": item, "from_location_id": source, "to_location_id": target, "quantity": quantity}

    def draft(self, quantity: int = 4, **fields: Any) -> Any:
        return self.here.order(*((item, quantity) for item in self.items), **fields)

    def confirmed(self, quantity: int = 4, **fields: Any) -> Any:
        order = self.draft(quantity, **fields)
        return self.post(f"/v1/sales-orders/{order['id']}/confirm", {}, order["version"])

    @cached_property
    def waiting(self) -> Any:
        """An order that holds all that is left of the first item and waits for 5 more."""
        order = self.here.order((self.items[0], 25), priority=7)
        return self.post(f"/v1/sales-orders/{order['id']}/confirm", {}, order["version"])

    def shipment(self, order: Any, **fields: Any) -> Any:
        return self.post("/v1/shipments", {"order_id": order["id"], **fields})

    def command(self, path: str, body: Any, document: Any = None, method: str = "POST") -> Command:
        etag = None if document is None else document["version"]
        return Command(self.client, path, body, uuid.uuid4().hex, etag, method)

    def step(self, kind: str, document: Any, name: str, body: Any = None) -> Command:
        return self.command(f"/v1/{kind}/{document['id']}/{name}", body, document)

    def change(self, kind: str, document: Any, body: Any) -> Command:
        return self.command(f"/v1/{kind}/{document['id']}", body, document, "PATCH")


def _made_at(path: str, identifier: str) -> str:
    """Where to read the document that a command has made or changed, and answered by 202."""
    kind = "stock/documents" if path.startswith("/v1/stock/") else path.split("/")[2]
    return f"/v1/{kind}/{identifier}"


Prepare = Callable[[Scene], Command]
CASES: dict[str, tuple[str, Prepare]] = {}
"""By name: the operation of the API, and what prepares it."""
STAGED: dict[str, Prepare] = {}
"""Those that a job works off when they are large, by the name of the operation and the state of the document."""
_codes = itertools.count(1)


def case(operation: str, what: str = "", *, staged: bool = False) -> Callable[[Prepare], Prepare]:
    """Registers a command. staged: also as one that a job works off when there are many items."""

    def register(prepare: Prepare) -> Prepare:
        name = f"{operation}: {what}" if what else operation
        CASES[name] = (operation, prepare)
        if staged:
            STAGED[name] = prepare
        return prepare

    return register


# --- stock ------------------------------------------------------------------------------------------------------------


@case("receive_stock", "for who waits", staged=True)
def _(scene: Scene) -> Command:
    _ = scene.waiting
    lines = [scene.at(scene.items[0], "3"), *(scene.at(item, "4", scene.shelf) for item in scene.items)]
    return scene.command("/v1/stock/receipts", {"lines": lines})


@case("open_stock", staged=True)
def _(scene: Scene) -> Command:
    cost = {"unit_cost": {"amount": "2", "currency": "EUR"}}
    lines = [scene.at(item, "3", scene.shelf) | cost for item in scene.items]
    return scene.command("/v1/stock/openings", {"lines": lines})


@case("adjust_stock", "less than is committed", staged=True)
def _(scene: Scene) -> Command:
    scene.confirmed(12)
    _ = scene.waiting
    lines = [{"item_id": item, "location_id": scene.here.location, "change": "-9"} for item in scene.items]
    return scene.command("/v1/stock/adjustments", {"lines": lines, "reason": "lost"})


@case("adjust_stock", "counted more")
def _(scene: Scene) -> Command:
    _ = scene.waiting
    line = {"item_id": scene.items[0], "location_id": scene.here.location, "counted": "22", "seen": "20"}
    return scene.command("/v1/stock/adjustments", {"lines": [line], "reason": "counted"})


@case("transfer_stock", "to a shelf", staged=True)
def _(scene: Scene) -> Command:
    lines = [scene.line(item, scene.here.location, scene.shelf) for item in scene.items]
    return scene.command("/v1/stock/transfers", {"lines": lines})


@case("transfer_stock", "to another warehouse")
def _(scene: Scene) -> Command:
    order = scene.there.order((scene.items[1], 2))
    scene.post(f"/v1/sales-orders/{order['id']}/confirm", {}, order["version"])
    line = scene.line(scene.items[1], scene.here.location, scene.there.location)
    return scene.command("/v1/stock/transfers", {"lines": [line]})


@case("transfer_stock", "in transit")
def _(scene: Scene) -> Command:
    line = scene.line(scene.items[1], scene.here.location, scene.there.location)
    return scene.command("/v1/stock/transfers", {"lines": [line], "in_transit": True})


def _sent(scene: Scene) -> Any:
    order = scene.there.order((scene.items[1], 2))
    scene.post(f"/v1/sales-orders/{order['id']}/confirm", {}, order["version"])
    lines = [scene.line(item, scene.here.location, scene.there.location) for item in scene.items]
    return scene.post("/v1/stock/transfers", {"lines": lines, "in_transit": True})


def _arriving(scene: Scene, **quantities: str) -> dict[str, Any]:
    return {"lines": [{"line": line, **quantities} for line, _ in enumerate(scene.items, 1)]}


@case("arrive_stock", "a part, for who waits")
def _(scene: Scene) -> Command:
    return scene.step("stock/documents", _sent(scene), "arrive", _arriving(scene, quantity="1"))


@case("arrive_stock", "the rest, some lost", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("stock/documents", _sent(scene), "arrive", _arriving(scene, quantity="2", lost="1"))


@case("reverse_stock_document", "a receipt that is committed", staged=True)
def _(scene: Scene) -> Command:
    receipt = scene.post("/v1/stock/receipts", {"lines": [scene.at(item, "5") for item in scene.items]})
    _ = scene.waiting
    return scene.step("stock/documents", receipt, "reverse", {})


@case("reverse_stock_document", "a transfer in transit")
def _(scene: Scene) -> Command:
    return scene.step("stock/documents", _sent(scene), "reverse", {"note": "Wrong truck."})


@case("close_stock_period")
def _(scene: Scene) -> Command:
    return scene.command("/v1/stock/period/close", {"through": "2026-01-31"})


@case("reopen_stock_period")
def _(scene: Scene) -> Command:
    scene.post("/v1/stock/period/close", {"through": "2026-01-31"})
    return scene.command("/v1/stock/period/reopen", {"through": None})


def _arrival(scene: Scene) -> dict[str, Any]:
    return {
        "item_id": scene.items[0],
        "warehouse_id": scene.here.warehouse,
        "quantity": "20",
        "due_on": "2099-01-10",
    }


@case("create_arrival")
def _(scene: Scene) -> Command:
    return scene.command("/v1/arrivals", _arrival(scene))


@case("update_arrival")
def _(scene: Scene) -> Command:
    arrival = scene.post("/v1/arrivals", _arrival(scene))
    return scene.change("arrivals", arrival, {"quantity": "3", "due_on": "2099-01-12"})


@case("complete_arrival")
def _(scene: Scene) -> Command:
    return scene.step("arrivals", scene.post("/v1/arrivals", _arrival(scene)), "complete")


_RULE = {"reorder_point": "10", "target": "40"}


def _rule(scene: Scene) -> dict[str, Any]:
    return {"item_id": scene.items[0], "warehouse_id": scene.here.warehouse, **_RULE}


@case("create_reorder_rule")
def _(scene: Scene) -> Command:
    return scene.command("/v1/reorder-rules", _rule(scene))


@case("update_reorder_rule")
def _(scene: Scene) -> Command:
    return scene.change("reorder-rules", scene.post("/v1/reorder-rules", _rule(scene)), {**_RULE, "target": "48"})


@case("remove_reorder_rule")
def _(scene: Scene) -> Command:
    return scene.step("reorder-rules", scene.post("/v1/reorder-rules", _rule(scene)), "remove")


# --- orders -----------------------------------------------------------------------------------------------------------


@case("create_sales_order")
def _(scene: Scene) -> Command:
    lines = [{"item_id": item, "quantity": "2", "unit_price": "10"} for item in scene.items]
    body = {"warehouse_id": scene.here.warehouse, "currency": "EUR", "lines": lines, "customer_reference": "PO 1"}
    return scene.command("/v1/sales-orders", body)


@case("confirm_sales_order", "all there", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", scene.draft(), "confirm", {"reservation": "full"})


@case("confirm_sales_order", "a part waits", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", scene.draft(30), "confirm", {"reservation": "partial"})


@case("confirm_sales_order", "a kit from two warehouses")
def _(scene: Scene) -> Command:
    components = [{"item_id": item, "quantity": "2"} for item in scene.items]
    kit = scene.here.item(kind="kit", components=components)["id"]
    line = {"quantity": "3", "unit_price": "10"}
    lines = [{**line, "item_id": kit}, {**line, "item_id": scene.items[0], "warehouse_id": scene.there.warehouse}]
    body = {"warehouse_id": scene.here.warehouse, "currency": "EUR", "lines": lines}
    return scene.step("sales-orders", scene.post("/v1/sales-orders", body), "confirm", {})


def _edited(order: Any, *quantities: str) -> dict[str, Any]:
    return {
        "lines": [
            {"line": line["line"], "quantity": quantity}
            for line, quantity in zip(order["lines"], itertools.cycle(quantities), strict=False)
        ]
    }


@case("update_sales_order", "a draft")
def _(scene: Scene) -> Command:
    order = scene.draft()
    return scene.change("sales-orders", order, {**_edited(order, "5", "1"), "note": "Ring twice."})


@case("update_sales_order", "a confirmed one, for who waits", staged=True)
def _(scene: Scene) -> Command:
    order = scene.confirmed()
    _ = scene.waiting
    return scene.change("sales-orders", order, _edited(order, "1", "9"))


@case("prioritize_sales_order", staged=True)
def _(scene: Scene) -> Command:
    order = scene.confirmed(30)
    return scene.step("sales-orders", order, "prioritize", {"priority": 2, "promised_on": "2099-01-10"})


@case("cancel_sales_order", "for who waits", staged=True)
def _(scene: Scene) -> Command:
    order = scene.confirmed()
    _ = scene.waiting
    return scene.step("sales-orders", order, "cancel", {"reason": "customer"})


@case("cancel_sales_order", "one that waits", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", scene.confirmed(30), "cancel", {"reason": "customer"})


@case("close_sales_order", "for who waits", staged=True)
def _(scene: Scene) -> Command:
    order = scene.confirmed()
    _ = scene.waiting
    scene.shipment(order, lines=[{"line": 1, "quantity": "1"}], ship={})
    return scene.step("sales-orders", scene.client.get(f"/v1/sales-orders/{order['id']}").ok(), "close")


@case("split_sales_order", "one that waits", staged=True)
def _(scene: Scene) -> Command:
    order = scene.confirmed(30)
    lines = [scene.at(item, "8", scene.there.location) for item in scene.items]
    scene.post("/v1/stock/receipts", {"lines": lines})
    return scene.step("sales-orders", order, "split", {"warehouse_ids": [scene.there.warehouse]})


@case("hold_sales_order")
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", scene.confirmed(), "hold", {"kind": "address", "note": "Which house?"})


def _buyer(scene: Scene, limit: str) -> str:
    """A customer who may owe so much."""
    limited = {"credit_limit": {"amount": limit, "currency": "EUR"}}
    customer = scene.post("/v1/customers", {"kind": "company", "name": "Berg Ltd", **limited})
    scene.client.world.settle()
    return str(customer["id"])


def _on_credit(scene: Scene, limit: str) -> Any:
    """A confirmed order of 80 of a customer who may owe so much."""
    return scene.confirmed(customer_id=_buyer(scene, limit))


@case("confirm_sales_order", "on credit", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", scene.draft(customer_id=_buyer(scene, "100")), "confirm", {})


@case("release_sales_order", "beyond the credit")
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", _on_credit(scene, "50"), "release", {"kind": "credit"})


@case("set_sales_order_payment", "on credit")
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", _on_credit(scene, "100"), "payment", {"status": "paid"})


@case("cancel_sales_order", "on credit")
def _(scene: Scene) -> Command:
    return scene.step("sales-orders", _on_credit(scene, "100"), "cancel", {"reason": "customer"})


@case("update_sales_order", "on credit")
def _(scene: Scene) -> Command:
    order = _on_credit(scene, "100")
    return scene.change("sales-orders", order, _edited(order, "5", "6"))


# --- shipments --------------------------------------------------------------------------------------------------------


@case("create_shipment", "a pick list")
def _(scene: Scene) -> Command:
    scene.post("/v1/stock/transfers", {"lines": [scene.line(scene.items[0], scene.here.location, scene.shelf, "9")]})
    lines = [{"line": 1, "quantity": "2", "location_id": scene.shelf}, {"line": 2, "quantity": "1"}]
    return scene.command("/v1/shipments", {"order_id": scene.confirmed()["id"], "lines": lines})


@case("create_shipment", "that leaves at once", staged=True)
def _(scene: Scene) -> Command:
    return scene.command("/v1/shipments", {"order_id": scene.confirmed()["id"], "ship": {"carrier": "DHL"}})


@case("update_shipment")
def _(scene: Scene) -> Command:
    shipment = scene.shipment(scene.confirmed())
    return scene.change("shipments", shipment, {"carrier": "UPS", "tracking_number": "1Z"})


@case("pack_shipment")
def _(scene: Scene) -> Command:
    return scene.step("shipments", scene.shipment(scene.confirmed()), "pack", {})


@case("create_shipment", "with more than was ordered")
def _(scene: Scene) -> Command:
    body = {"order_id": scene.confirmed()["id"], "lines": [{"line": 1, "quantity": "6"}], "ship": {}}
    return scene.command("/v1/shipments", {**body, "beyond_tolerance": True})


@case("ship_shipment", staged=True)
def _(scene: Scene) -> Command:
    lines = [{"line": line, "quantity": "3"} for line, _ in enumerate(scene.items, 1)]
    shipment = scene.shipment(scene.confirmed(), lines=lines)
    return scene.step("shipments", shipment, "ship", {"carrier": "DHL"})


@case("cancel_shipment", "a pick list")
def _(scene: Scene) -> Command:
    return scene.step("shipments", scene.shipment(scene.confirmed()), "cancel")


@case("cancel_shipment", "one that has left", staged=True)
def _(scene: Scene) -> Command:
    return scene.step("shipments", scene.shipment(scene.confirmed(), ship={}), "cancel")


@case("cancel_shipment", "of a closed order, for who waits")
def _(scene: Scene) -> Command:
    order = scene.confirmed()
    _ = scene.waiting
    shipment = scene.shipment(order, lines=[{"line": 1, "quantity": "2"}], ship={})
    scene.step("sales-orders", scene.client.get(f"/v1/sales-orders/{order['id']}").ok(), "close").send().ok()
    return scene.step("shipments", shipment, "cancel", {"return_to_location_id": scene.shelf})


@case("report_missing_goods", "from a shelf, for who waits")
def _(scene: Scene) -> Command:
    scene.post("/v1/stock/transfers", {"lines": [scene.line(scene.items[0], scene.here.location, scene.shelf, "9")]})
    shipment = scene.shipment(scene.confirmed(), lines=[{"line": 1, "quantity": "3", "location_id": scene.shelf}])
    _ = scene.waiting
    return scene.step("shipments", shipment, "report-missing", {"lines": [{"line": 1, "quantity": "2"}]})


@case("report_missing_goods", "all of it")
def _(scene: Scene) -> Command:
    shipment = scene.shipment(scene.confirmed(), lines=[{"line": 1, "quantity": "3"}])
    return scene.step("shipments", shipment, "report-missing", {"lines": [{"line": 1, "quantity": "3"}]})


@case("deliver_shipment")
def _(scene: Scene) -> Command:
    shipment = scene.shipment(scene.confirmed(), ship={})
    return scene.step("shipments", shipment, "deliver", {"received_by": "Ada Berg"})


# --- warehouses -------------------------------------------------------------------------------------------------------


@case("create_warehouse")
def _(scene: Scene) -> Command:
    return scene.command("/v1/warehouses", {"code": "THIRD", "name": "Third"})


@case("update_warehouse")
def _(scene: Scene) -> Command:
    warehouse = scene.client.get(f"/v1/warehouses/{scene.here.warehouse}").ok()
    return scene.change("warehouses", warehouse, {"code": "FIRST", "name": "First"})


@case("create_location")
def _(scene: Scene) -> Command:
    body = {"warehouse_id": scene.here.warehouse, "code": "B", "name": "B"}
    return scene.command("/v1/locations", body)


@case("update_location")
def _(scene: Scene) -> Command:
    location = scene.client.get(f"/v1/locations/{scene.shelf}").ok()
    return scene.change("locations", location, {"code": "C", "name": "C"})


@case("archive_location")
def _(scene: Scene) -> Command:
    return scene.step("locations", scene.client.get(f"/v1/locations/{scene.shelf}").ok(), "archive")


@case("restore_location")
def _(scene: Scene) -> Command:
    shelf = scene.client.get(f"/v1/locations/{scene.shelf}").ok()
    return scene.step("locations", scene.step("locations", shelf, "archive").send().ok(), "restore")


@case("limit_user")
def _(scene: Scene) -> Command:
    body = {"email": "ada@example.com", "given_name": "Ada", "family_name": "Berg", "roles": ["sales"]}
    user = scene.post("/v1/users", body)
    return scene.step("users", user, "limit-to-warehouses", {"warehouses": [scene.here.warehouse]})
