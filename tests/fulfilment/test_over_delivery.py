"""Shipping more than was ordered, through the API."""

from decimal import Decimal
from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.world import Client


@pytest.fixture
def here(acme: Client) -> Shop:
    """A warehouse of a company that tolerates 10 percent."""
    change = {"over_delivery_percent": "10"}
    assert acme.patch("/v1/tenant", change, etag=acme.get("/v1/tenant").etag).ok()["over_delivery_percent"] == "10"
    return shop(acme)


def ship(client: Client, order: Any, quantity: str, **fields: Any) -> Any:
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": quantity}], "ship": {}, **fields}
    return client.post("/v1/shipments", body)


def line(client: Client, order: Any) -> dict[str, str]:
    """The quantities of the order's first line, whose equation always holds."""
    found = client.get(f"/v1/sales-orders/{order['id']}").ok()["lines"][0]
    parts = ("cancelled", "delivered", "committed", "backordered", "unplanned")
    assert Decimal(found["base_quantity"]) + Decimal(found["over"]) == sum(Decimal(found[name]) for name in parts)
    return {name: found[name] for name in ("shipped", "committed", "over", "picked") if found[name] != "0"}


def code(reply: Any) -> str:
    (error,) = reply.refused(422, "invalid")["errors"]
    assert error["pointer"] == "/lines/0/quantity"
    return str(error["code"])


def test_a_tolerance_holds_for_all_shipments_of_a_line_together(acme: Client, here: Shop) -> None:
    item = here.item(on_hand=50)["id"]
    order = here.confirmed((item, 20))
    assert code(ship(acme, order, "23")) == "over_tolerance"
    ship(acme, order, "19").ok()
    assert code(ship(acme, order, "4")) == "over_tolerance"
    shipped = ship(acme, order, "3").ok()
    assert [(entry["quantity"], entry["is_over"]) for entry in shipped["lines"]] == [("1", False), ("2", True)]
    assert line(acme, order) == {"shipped": "22", "over": "2"}
    after = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert (after["status"], after["fulfilment"], after["totals"]["total"]) == ("done", "shipped", "200.00")
    assert here.level(item) == ("28", "0", "28")


def test_without_a_tolerance_only_a_permission_lets_more_leave(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=9)["id"], 2))
    assert code(ship(acme, order, "3")) == "not_committed"
    warehouse = acme.as_("warehouse")
    ship(warehouse, order, "3", beyond_tolerance=True).refused(403, "forbidden")
    assert ship(acme.as_("warehouse", "sales"), order, "3", beyond_tolerance=True).ok()["status"] == "shipped"
    assert line(acme, order) == {"shipped": "3", "over": "1"}


def test_more_than_was_ordered_is_taken_only_from_what_nobody_waits_for(acme: Client, here: Shop) -> None:
    item = here.item(on_hand=12)["id"]
    order, _ = here.confirmed((item, 10)), here.confirmed((item, 2))
    assert code(ship(acme, order, "11")) == "not_available"
    here.receive(item, 1)
    assert ship(acme, order, "11").ok()["status"] == "shipped"
    other = here.item(on_hand=5)["id"]
    short = here.confirmed((other, 6))
    assert code(ship(acme, short, "6")) == "not_committed"


def test_a_pick_list_with_more_leaves_only_while_that_is_there(acme: Client, here: Shop) -> None:
    item = here.item(on_hand=11)["id"]
    order = here.confirmed((item, 10))
    draft = ship(acme, order, "11", ship=None).ok()
    assert line(acme, order) == {"committed": "10", "picked": "10"}
    here.confirmed((item, 1))
    path = f"/v1/shipments/{draft['id']}"
    acme.post(f"{path}/ship", {}, etag=1).refused(409, "insufficient_stock")
    here.receive(item, 1)
    assert acme.post(f"{path}/ship", {}, etag=1).ok()["status"] == "shipped"
    assert line(acme, order) == {"shipped": "11", "over": "1"}
    assert here.level(item) == ("1", "1", "0")


def test_pick_lists_do_not_use_the_tolerance_twice(acme: Client, here: Shop) -> None:
    order = here.confirmed((here.item(on_hand=50)["id"], 10))
    first = ship(acme, order, "11", ship=None).ok()
    assert code(ship(acme, order, "1")) == "not_committed"
    acme.post(f"/v1/shipments/{first['id']}/ship", {}, etag=1).ok()
    assert line(acme, order) == {"shipped": "11", "over": "1"}


def test_what_was_beyond_a_line_that_has_more_to_ship_by_now_is_not_any_more(acme: Client, here: Shop) -> None:
    order = here.confirmed((here.item(on_hand=50)["id"], 10))
    first, second = (ship(acme, order, quantity, ship=None).ok() for quantity in ("5", "6"))
    acme.post(f"/v1/shipments/{first['id']}/cancel", {}, etag=1).ok()
    shipped = acme.post(f"/v1/shipments/{second['id']}/ship", {}, etag=1).ok()
    assert [entry["is_over"] for entry in shipped["lines"]] == [False, False]
    assert line(acme, order) == {"shipped": "6", "committed": "4"}


def test_what_is_missing_of_a_line_takes_the_place_of_what_was_beyond_it(acme: Client, here: Shop) -> None:
    item = here.item()["id"]
    shelf, other = here.bin("A"), here.bin("B")
    here.receive(item, 10, shelf)
    here.receive(item, 9, other)
    order = here.confirmed((item, 10))
    draft = ship(acme, order, "11", ship=None).ok()
    missing = {"line": 1, "quantity": "4", "location_id": shelf}
    left = acme.post(f"/v1/shipments/{draft['id']}/report-missing", {"lines": [missing]}, etag=1).ok()
    assert all(not entry["is_over"] for entry in left["lines"])
    acme.world.settle()
    acme.post(f"/v1/shipments/{draft['id']}/ship", {}, etag=left["version"]).ok()
    assert line(acme, order) == {"shipped": "7", "committed": "3"}


def test_an_order_of_which_only_more_than_was_ordered_is_picked_is_in_a_shipment_still(
    acme: Client, here: Shop
) -> None:
    item, other = (here.item(on_hand=50)["id"] for _ in range(2))
    order = here.confirmed((item, 10), (other, 1))
    ship(acme, order, "10").ok()
    draft = ship(acme, order, "1", ship=None).ok()
    path = f"/v1/sales-orders/{order['id']}"
    etag = acme.get(path).etag
    acme.post(f"{path}/cancel", {"reason": "customer"}, etag=etag).refused(409, "transition_refused")
    acme.post(f"{path}/close", etag=etag).refused(409, "conflict")
    for lines in ([{"line": 1, "quantity": "12"}, {"line": 2, "quantity": "1"}], [{"line": 2, "quantity": "1"}]):
        (error,) = acme.patch(path, {"lines": lines}, etag=etag).refused(422, "invalid")["errors"]
        assert error["code"] == "line_in_use"
    acme.post(f"/v1/shipments/{draft['id']}/cancel", {}, etag=1).ok()
    acme.post(f"{path}/close", etag=acme.get(path).etag).ok()
    assert line(acme, order) == {"shipped": "10"}
    assert here.level(item) == ("40", "0", "40")


@pytest.mark.parametrize("is_closed", [False, True])
def test_what_comes_back_is_committed_as_far_as_it_was_ordered(acme: Client, here: Shop, is_closed: bool) -> None:
    item, other = (here.item(on_hand=50)["id"] for _ in range(2))
    order = here.confirmed((item, 10), (other, 1))
    first, second = ship(acme, order, "6").ok(), ship(acme, order, "5").ok()
    path = f"/v1/sales-orders/{order['id']}"
    if is_closed:
        acme.post(f"{path}/close", etag=acme.get(path).etag).ok()
    acme.post(f"/v1/shipments/{first['id']}/cancel", {}, etag=1).ok()
    assert line(acme, order) == ({"shipped": "5"} if is_closed else {"shipped": "5", "committed": "5"})
    assert here.level(item) == (("45", "0", "45") if is_closed else ("45", "5", "40"))
    acme.post(f"/v1/shipments/{second['id']}/cancel", {}, etag=1).ok()
    assert here.level(item) == (("50", "0", "50") if is_closed else ("50", "10", "40"))


def test_an_edit_of_the_order_takes_in_what_was_beyond_it(acme: Client, here: Shop) -> None:
    item, other = (here.item(on_hand=50)["id"] for _ in range(2))
    order = here.confirmed((item, 10), (other, 1))
    ship(acme, order, "11").ok()
    path = f"/v1/sales-orders/{order['id']}"

    def edit(quantity: str) -> Any:
        lines = [
            {"line": number, "item_id": each, "quantity": amount}
            for number, each, amount in ((1, item, quantity), (2, other, "2"))
        ]
        return acme.patch(path, {"lines": lines}, etag=acme.get(path).etag)

    edit("9").refused(422, "invalid")
    edit("10").ok()
    assert line(acme, order) == {"shipped": "11", "over": "1"}
    assert edit("12").ok()["totals"]["total"] == "140.00"
    assert line(acme, order) == {"shipped": "11", "committed": "1"}
