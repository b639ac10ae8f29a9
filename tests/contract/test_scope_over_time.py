"""Limited users, step by step: what changes its place, who is limited later, and what the product does on its own."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.inventory.stock.tables import Movement
from chalicelib.jobs import staged
from chalicelib.kernel import visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests import factories
from tests.contract.access_states import limit, limited
from tests.contract.asking import is_problem
from tests.factories import Shop
from tests.world import Client, World


@dataclass(frozen=True)
class Pair:
    """Two warehouses of a tenant, and a user of the first one."""

    admin: Client
    here: Shop
    there: Shop
    user: Client

    def line(self, shop: Shop, item: str, quantity: str = "1", **fields: Any) -> dict[str, Any]:
        """An order's line from a shop."""
        return {"item_id": item, "quantity": quantity, "unit_price": "10", "warehouse_id": shop.warehouse, **fields}

    def total(self, order: Any) -> str | None:
        """The total of the order that the user sees, alone and in the list; None when he sees only a part of it."""
        alone = self.user.get(f"/v1/sales-orders/{order['id']}").ok()["totals"]
        (listed,) = self.user.get(f"/v1/sales-orders?ids={order['id']}").ok()["data"]
        assert listed["total"] == (alone and alone["total"])
        total: str | None = listed["total"]
        return total


@pytest.fixture
def pair(acme: Client) -> Pair:
    here, there = factories.shop(acme), factories.shop(acme)
    return Pair(acme, here, there, limited(acme, here.warehouse))


def edited(pair: Pair, order: Any, *lines: dict[str, Any]) -> Any:
    now = pair.admin.get(f"/v1/sales-orders/{order['id']}").ok()
    return pair.admin.patch(f"/v1/sales-orders/{order['id']}", {"lines": list(lines)}, etag=now["version"]).ok()


def test_an_order_lies_where_its_lines_lie_now(pair: Pair) -> None:
    item = pair.here.item(5)["id"]
    order = pair.here.order((item, 1))
    assert pair.total(order) == "10.00"
    edited(pair, order, pair.line(pair.here, item, line=1), pair.line(pair.there, item))
    assert pair.total(order) is None
    edited(pair, order, pair.line(pair.here, item, line=1))
    assert pair.total(order) == "10.00"


def test_an_order_that_a_shipment_was_made_of_keeps_lying_where_that_lay(pair: Pair) -> None:
    item = pair.here.item(5)["id"]
    pair.there.receive(item, 5)
    order = pair.here.confirmed((item, 1))
    edited(pair, order, pair.line(pair.here, item, line=1), pair.line(pair.there, item))
    shipment = pair.admin.post("/v1/shipments", {"order_id": order["id"], "warehouse_id": pair.there.warehouse}).ok()
    pair.admin.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
    edited(pair, order, pair.line(pair.here, item, line=1))
    assert pair.total(order) is None
    assert pair.user.get(f"/v1/shipments/{shipment['id']}").status == 404
    assert pair.user.get("/v1/shipments").ok()["data"] == []


def test_a_shipment_stays_in_the_sight_of_its_warehouse_whatever_its_order_gets(pair: Pair) -> None:
    item = pair.here.item(5)["id"]
    order = pair.here.confirmed((item, 2))
    shipment = pair.admin.post("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}]}).ok()
    path = f"/v1/shipments/{shipment['id']}"
    edited(pair, order, pair.line(pair.here, item, "2", line=1), pair.line(pair.there, item))
    assert pair.user.post(f"{path}/pack", {}, etag=shipment["version"]).status == 200
    assert pair.user.post(f"{path}/ship", {}, etag=shipment["version"] + 1).status == 200
    stranger = limited(pair.admin, pair.there.warehouse)
    is_problem(stranger.get(path), 404, "not_found")
    is_problem(stranger.post(f"{path}/cancel", {}, etag=shipment["version"] + 2), 404, "not_found")


def test_who_waits_elsewhere_is_not_shown(pair: Pair) -> None:
    item = pair.here.item()["id"]
    order, across = pair.here.confirmed((item, 1)), pair.here.confirmed((item, 1))
    edited(pair, across, pair.line(pair.here, item, line=1), pair.line(pair.there, item))
    for shop, all_of_them, shown in ((pair.here, [order, across], [order, across]), (pair.there, [across], [])):
        path = f"/v1/stock/waiting?item_id={item}&warehouse_id={shop.warehouse}"
        for client, expected in ((pair.admin, all_of_them), (pair.user, shown)):
            assert [row["document_id"] for row in client.get(path).ok()["data"]] == [each["id"] for each in expected]


def test_a_transfer_needs_both_of_its_ends(pair: Pair) -> None:
    item = pair.here.item(5)["id"]
    pair.there.receive(item, 5)
    bin_ = pair.here.bin("B")
    for source, target, status in (
        (pair.here.location, bin_, 201),
        (pair.here.location, pair.there.location, 422),
        (pair.there.location, pair.here.location, 422),
    ):
        line = {"item_id": item, "from_location_id": source, "to_location_id": target, "quantity": "1"}
        assert pair.user.post("/v1/stock/transfers", {"lines": [line]}).status == status
    assert (pair.here.at(item), pair.here.at(item, bin_), pair.there.at(item)) == ("4", "1", "5")


def test_whose_a_taken_value_is_stays_untold(pair: Pair) -> None:
    refs = [{"system": "legacy", "id": "1"}]
    item = pair.here.item(5)["id"]
    customer = pair.admin.post("/v1/customers", {"kind": "company", "name": "C"}).ok()["id"]
    theirs = pair.there.order((item, 1), external_refs=refs, customer_id=customer, customer_reference="R-1")
    code = pair.admin.get(f"/v1/warehouses/{pair.there.warehouse}").ok()["code"]
    body = {"warehouse_id": pair.here.warehouse, "currency": "EUR", "lines": [pair.line(pair.here, item)]}
    mine = f"/v1/warehouses/{pair.here.warehouse}"
    for answer, named in (
        (lambda who: who.post("/v1/sales-orders", {**body, "external_refs": refs}), theirs["id"]),
        (
            lambda who: who.post("/v1/sales-orders", {**body, "customer_id": customer, "customer_reference": "R-1"}),
            theirs["id"],
        ),
        (lambda who: who.patch(mine, {"code": code}, etag=1), pair.there.warehouse),
    ):
        assert named in answer(pair.admin).body.decode()
        problem = is_problem(answer(pair.user), 409, "already_exists")
        assert named not in str(problem) and re.fullmatch(
            r"This [a-z ]+ belongs to another [a-z ]+\.", problem["errors"][0]["message"]
        )


def test_a_shortage_names_only_his_own_places(pair: Pair) -> None:
    item = pair.here.item(1)["id"]
    pair.there.receive(item, 9)
    order = pair.here.order((item, 5))
    reply = pair.user.post(f"/v1/sales-orders/{order['id']}/confirm", {"reservation": "full"}, etag=1)
    problem = is_problem(reply, 409, "insufficient_stock")
    shown = [(short["warehouse_id"], short["available"]) for short in problem["shortages"]]
    assert shown == [(pair.here.warehouse, "1")]


def draft(pair: Pair, shop: Shop, item: str) -> dict[str, Any]:
    return {"warehouse_id": shop.warehouse, "currency": "EUR", "lines": [pair.line(shop, item)]}


def test_an_answer_of_a_wider_time_is_neither_shown_nor_done_again(pair: Pair) -> None:
    user = Client(pair.admin.world, pair.admin.tenant, ("admin",), sub=str(uuid.uuid4()))
    item, key = pair.here.item(5)["id"], uuid.uuid4().hex
    for shop in (pair.there, pair.here):
        user.post("/v1/sales-orders", draft(pair, shop, item), key=key + shop.warehouse).ok()
    limit(user, pair.here.warehouse)
    for shop in (pair.there, pair.here):
        reply = user.post("/v1/sales-orders", draft(pair, shop, item), key=key + shop.warehouse)
        problem = is_problem(reply, 422, "idempotency_key_reused")
        assert pair.there.warehouse not in str(problem) and "so_" not in str(problem)
    assert len(pair.admin.get("/v1/sales-orders").ok()["data"]) == 2


def test_an_answer_is_repeated_to_whoever_sees_as_much_as_then_or_more(pair: Pair) -> None:
    item, key = pair.here.item(5)["id"], uuid.uuid4().hex
    user = limited(pair.admin, pair.here.warehouse)
    first = user.post("/v1/sales-orders", draft(pair, pair.here, item), key=key).ok()
    for warehouses in ([pair.here.warehouse], [pair.here.warehouse, pair.there.warehouse]):
        limit(user, *warehouses)
        again = user.post("/v1/sales-orders", draft(pair, pair.here, item), key=key)
        assert (again.ok(), again.header("idempotent-replayed")) == (first, "true")
    limit(user, pair.there.warehouse)
    is_problem(user.post("/v1/sales-orders", draft(pair, pair.here, item), key=key), 422, "idempotency_key_reused")


def test_what_the_product_does_by_itself_is_not_limited(pair: Pair, world: World) -> None:
    item = pair.here.item()["id"]
    mixed = {"lines": [pair.line(pair.there, item), pair.line(pair.here, item)]}
    order = pair.there.confirmed((item, 1), **mixed)
    line = {"item_id": item, "location_id": pair.here.location, "quantity": "3"}
    pair.user.post("/v1/stock/receipts", {"lines": [line]}).ok()
    world.settle()
    committed = [line["committed"] for line in pair.admin.get(f"/v1/sales-orders/{order['id']}").ok()["lines"]]
    assert committed == ["0", "1"]


def test_a_large_order_and_a_large_shipment_of_his_are_worked_off_by_jobs_that_he_sees(
    pair: Pair, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [pair.here.item(5)["id"] for _ in range(2)]
    order = pair.here.order(*((item, 1) for item in items))
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 1)
    confirmed = pair.user.post(f"/v1/sales-orders/{order['id']}/confirm", etag=order["version"])
    world.settle()
    shipped = pair.user.post("/v1/shipments", {"order_id": order["id"], "ship": {}})
    world.settle()
    shipment = pair.user.get(f"/v1/shipments/{shipped.ok()['id']}").ok()
    reversed_ = pair.user.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"])
    world.settle()
    stranger = limited(pair.admin, pair.there.warehouse)
    for begun in (confirmed, shipped, reversed_):
        assert begun.status == 202
        path = begun.header("location")
        assert pair.user.get(path).ok()["state"] == "done"
        is_problem(stranger.get(path), 404, "not_found")
        is_problem(stranger.post(f"{path}/cancel"), 404, "not_found")
    assert len(pair.user.get("/v1/jobs").ok()["data"]) == 3
    assert stranger.get("/v1/jobs").ok()["data"] == []


def test_a_job_that_may_be_about_all_warehouses_is_nothing_for_limited_users(pair: Pair) -> None:
    path = f"/v1/jobs/{pair.admin.post('/v1/stock/check', {}).ok()['job_id']}"
    assert pair.admin.get(path).status == 200
    is_problem(pair.user.get(path), 404, "not_found")
    is_problem(pair.user.post(f"{path}/cancel"), 404, "not_found")
    assert pair.user.get("/v1/jobs").ok()["data"] == []


def test_movements_lie_where_they_were_made(pair: Pair) -> None:
    item = pair.here.item(5)["id"]
    pair.there.receive(item, 5)
    tenant = Tenant(pair.admin.tenant)
    rows = [
        row
        for shop in (pair.here, pair.there)
        for row in store.query_all(Movement, Movement.partition == tenant.key(item, shop.warehouse))
    ]
    call = Call(tenant, "somebody", "req", scope_ids=frozenset({pair.here.warehouse}))
    assert (len(rows), visibility.visible(call, rows)) == (2, rows[:1])
