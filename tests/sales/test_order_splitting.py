"""Orders over several warehouses: divided by what is there, and what vendors ship directly."""

from typing import Any

from tests.factories import Shop, shop
from tests.world import Client


def lines_of(order: Any) -> list[tuple[str, str, str]]:
    return [(line["warehouse_id"], line["quantity"], line["committed"]) for line in order["lines"]]


def split(client: Client, order: Any, *warehouses: Shop) -> Any:
    version = client.get(f"/v1/sales-orders/{order['id']}").ok()["version"]
    body = {"warehouse_ids": [each.warehouse for each in warehouses]}
    return client.post(f"/v1/sales-orders/{order['id']}/split", body, etag=version).ok()


def test_a_draft_is_divided_by_what_is_there_in_the_order_that_is_asked(acme: Client) -> None:
    here, there, third = shop(acme), shop(acme), shop(acme)
    bike = here.item(on_hand=3)["id"]
    there.receive(bike, 4)
    third.receive(bike, 50)
    draft = split(acme, here.order((bike, 10)), there, third)
    assert lines_of(draft) == [(here.warehouse, "3", "0"), (there.warehouse, "4", "0"), (third.warehouse, "3", "0")]
    assert [line["line"] for line in draft["lines"]] == [1, 2, 3]
    confirmed = acme.post(f"/v1/sales-orders/{draft['id']}/confirm", etag=draft["version"]).ok()
    assert [line["committed"] for line in confirmed["lines"]] == ["3", "4", "3"]
    assert confirmed["totals"]["total"] == "100.00"
    changed = acme.get(f"/v1/sales-orders/{draft['id']}/revisions").ok()["data"][0]["changed"]
    assert changed == ["/lines/1/quantity", "/lines/2", "/lines/3"]


def test_without_a_wish_warehouses_give_by_their_priority(acme: Client) -> None:
    here, there, third = shop(acme), shop(acme), shop(acme)
    acme.patch(f"/v1/warehouses/{third.warehouse}", {"priority": 1}, etag=1).ok()
    bike = here.item()["id"]
    there.receive(bike, 5)
    third.receive(bike, 5)
    order = split(acme, here.order((bike, 5)))
    assert lines_of(order) == [(third.warehouse, "5", "0")]


def test_what_waits_in_one_warehouse_comes_from_another_that_has_it(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item(on_hand=4)["id"]
    order = here.confirmed((bike, 10))
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    there.receive(bike, 5)
    found = split(acme, order, there)
    assert lines_of(found) == [(here.warehouse, "5", "0"), (there.warehouse, "5", "5")]
    assert (found["lines"][0]["shipped"], found["lines"][0]["backordered"]) == ("4", "1")
    assert here.waiting(bike) == [(order["id"], "1")]


def test_what_others_wait_for_is_not_taken_from_them(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item()["id"]
    there.confirmed((bike, 5))
    there.receive(bike, 7)
    order = split(acme, here.order((bike, 5)), there)
    assert lines_of(order) == [(here.warehouse, "3", "0"), (there.warehouse, "2", "0")]


def test_a_line_takes_what_is_in_its_own_warehouse_before_others_do(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item()["id"]
    there.receive(bike, 5)
    lines: list[Any] = [{"item_id": bike, "quantity": "5", "unit_price": "1"}]
    lines.append({**lines[0], "warehouse_id": there.warehouse})
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}
    draft = acme.post("/v1/sales-orders", body).ok()
    assert split(acme, draft, there)["version"] == draft["version"]


def test_parts_have_the_terms_of_the_line_and_add_up_to_it(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item(on_hand=5, units=[{"unit": "box", "numerator": "12"}])["id"]
    there.receive(bike, 50)
    line = {"item_id": bike, "quantity": "1", "unit": "box", "unit_price": "100", "discount_amount": "10"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line], "discount_percent": "50"}
    draft = acme.post("/v1/sales-orders", body).ok()
    assert draft["totals"]["total"] == "45.00"
    found = split(acme, draft, there)
    assert [(each["quantity"], each["unit"]) for each in found["lines"]] == [("5", "each"), ("7", "each")]
    assert [each["discount_amount"] for each in found["lines"]] == ["4.17", "5.83"]
    assert found["totals"]["total"] == "45.00"


def test_a_line_whose_amount_cannot_be_divided_to_the_cent_stays_whole(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item(on_hand=5)["id"]
    there.receive(bike, 5)
    line = {"item_id": bike, "quantity": "10", "unit_price": "0.125"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}
    draft = acme.post("/v1/sales-orders", body).ok()
    assert draft["totals"]["total"] == "1.25"
    found = split(acme, draft, there)
    assert (lines_of(found), found["totals"]["total"]) == ([(here.warehouse, "10", "0")], "1.25")


def test_goods_go_to_no_warehouse_that_only_ships_its_own_lines_early(acme: Client) -> None:
    here, early = shop(acme), shop(acme)
    acme.patch(f"/v1/warehouses/{early.warehouse}", {"ships_before_receipt": True}, etag=1).ok()
    bike = here.item()["id"]
    lines: list[Any] = [{"item_id": bike, "quantity": "10", "unit_price": "1"}]
    lines.append({**lines[0], "quantity": "1", "warehouse_id": early.warehouse})
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}
    draft = acme.post("/v1/sales-orders", body).ok()
    assert lines_of(split(acme, draft, early)) == [(here.warehouse, "10", "0"), (early.warehouse, "1", "0")]


def test_warehouses_that_are_not_there_or_not_seen_are_refused(acme: Client) -> None:
    here = shop(acme)
    draft = here.order((here.item()["id"], 1))
    body = {"warehouse_ids": ["wh_" + "0" * 26]}
    problem = acme.post(f"/v1/sales-orders/{draft['id']}/split", body, etag=1).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == ["/warehouse_ids/0"]


def test_a_large_order_is_divided_by_a_job(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item()["id"] for _ in range(60)]
    for item in items:
        there.receive(item, 1)
    draft = here.order(*((each, 1) for each in items))
    acme.post(f"/v1/sales-orders/{draft['id']}/confirm", etag=1)
    acme.world.settle()
    split(acme, draft, there)
    acme.world.settle()
    order = acme.get(f"/v1/sales-orders/{draft['id']}").ok()
    assert set(lines_of(order)) == {(there.warehouse, "1", "1")}
    assert order["fulfilment"] == "committed"


def test_nothing_is_committed_for_what_a_vendor_ships(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(on_hand=9)["id"]
    line = {"item_id": bike, "quantity": "4", "unit_price": "10"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line, {**line, "drop_ship": True}]}
    order = acme.post("/v1/sales-orders", body).ok()
    path = f"/v1/sales-orders/{order['id']}"
    order = acme.post(f"{path}/confirm", etag=1).ok()
    assert [(line["committed"], line["unplanned"]) for line in order["lines"]] == [("4", "0"), ("0", "4")]
    assert (order["status"], order["fulfilment"]) == ("confirmed", "backordered")
    assert here.level(bike) == ("9", "4", "5")
    wanted = {"order_id": order["id"], "lines": [{"line": 2, "quantity": "1"}]}
    problem = acme.post("/v1/shipments", wanted).refused(422, "invalid")
    assert [each["code"] for each in problem["errors"]] == ["drop_shipped"]
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    shipped = acme.get(path).ok()
    assert (shipped["status"], shipped["fulfilment"]) == ("in_progress", "partially_shipped")
    # The vendor cannot deliver: the goods come from stock after all.
    change = {"lines": [{"line": 1, "quantity": "4"}, {"line": 2, "quantity": "4", "drop_ship": False}]}
    edited = acme.patch(path, change, etag=shipped["version"]).ok()
    assert (edited["lines"][1]["committed"], edited["lines"][1]["unplanned"]) == ("4", "0")
    back = {"lines": [{"line": 1, "quantity": "4"}, {"line": 2, "quantity": "4", "drop_ship": True}]}
    edited = acme.patch(path, back, etag=edited["version"]).ok()
    assert (edited["lines"][1]["committed"], here.level(bike)) == ("0", ("5", "0", "5"))
    closed = acme.post(f"{path}/close", etag=edited["version"]).ok()
    assert (closed["lines"][1]["cancelled"], closed["totals"]["total"]) == ("4", "40.00")


def test_a_kit_that_a_vendor_ships_takes_no_components(acme: Client) -> None:
    here = shop(acme)
    part = here.item(on_hand=9)["id"]
    kit = here.item(kind="kit", components=[{"item_id": part, "quantity": "2"}])["id"]
    service = here.item(kind="service")["id"]
    line = {"item_id": kit, "quantity": "1", "unit_price": "10", "drop_ship": True}
    body: dict[str, Any] = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": [line]}
    order = acme.post("/v1/sales-orders", body).ok()
    order = acme.post(f"/v1/sales-orders/{order['id']}/confirm", etag=1).ok()
    assert [line["committed"] for line in order["lines"]] == ["0", "0"]
    body["lines"] = [{**line, "item_id": service}]
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert [each["pointer"] for each in problem["errors"]] == ["/lines/0/drop_ship"]
