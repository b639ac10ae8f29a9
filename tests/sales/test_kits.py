"""Kits and what has no stock, in orders and shipments."""

from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.world import Client


def kit_of(here: Shop, *parts: tuple[str, str], **fields: Any) -> Any:
    components = [{"item_id": item_id, "quantity": quantity} for item_id, quantity in parts]
    return here.item(kind="kit", components=components, **fields)


def version(client: Client, order_id: str) -> int:
    return int(client.get(f"/v1/sales-orders/{order_id}").ok()["version"])


def shown(order: Any) -> list[tuple[str, str, str, str]]:
    return [(line["base_quantity"], line["committed"], line["shipped"], line["backordered"]) for line in order["lines"]]


def test_a_kit_is_sold_as_one_and_taken_from_stock_as_its_components(acme: Client) -> None:
    here = shop(acme)
    frame, wheel = here.item(3), here.item(5)
    kit = kit_of(here, (frame["id"], "1"), (wheel["id"], "2"))
    order = here.confirmed((kit["id"], 3))
    assert [(line["kind"], line["kit_line"], line["unit_price"]) for line in order["lines"]] == [
        ("kit", None, "10"),
        ("stocked", 1, "0"),
        ("stocked", 1, "0"),
    ]
    assert (order["totals"]["total"], order["fulfilment"]) == ("30.00", "backordered")
    assert shown(order) == [("3", "2", "0", "1"), ("3", "3", "0", "0"), ("6", "5", "0", "1")]
    assert here.level(wheel["id"]) == ("5", "5", "0")
    here.receive(wheel["id"], 5)


def test_the_availability_of_a_kit_follows_from_its_components(acme: Client) -> None:
    here = shop(acme)
    frame, wheel, setup = here.item(3), here.item(5), here.item(kind="service")
    kit = kit_of(here, (frame["id"], "1"), (wheel["id"], "2"), (setup["id"], "1"))
    (found,) = acme.get(f"/v1/stock/availability?skus={kit['sku']}").ok()["data"]
    assert (found["kind"], found["available"], found["on_hand"], found["warehouses"]) == ("kit", "2", "0", [])
    only_service = kit_of(here, (setup["id"], "1"))
    (found,) = acme.get(f"/v1/stock/availability?skus={only_service['sku']}").ok()["data"]
    assert found["available"] == "0"


def test_whole_kits_are_shipped_unless_components_are_named(acme: Client) -> None:
    here = shop(acme)
    frame, wheel = here.item(3), here.item(5)
    order = here.confirmed((kit_of(here, (frame["id"], "1"), (wheel["id"], "2"))["id"], 3))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert sorted((line["line"], line["quantity"]) for line in shipment["lines"]) == [(2, "2"), (3, "4")]
    left = acme.get(f"/v1/sales-orders/{order['id']}").ok()
    assert shown(left)[0] == ("3", "0", "2", "1")
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}]}
    errors = acme.post("/v1/shipments", body).refused(422, "invalid")["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [("/lines/0/quantity", "not_committed")]
    here.receive(wheel["id"], 1)
    acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": [{"line": 1, "quantity": "3"}]}, etag=left["version"])


def test_a_kit_can_be_shipped_by_its_own_line(acme: Client) -> None:
    here = shop(acme)
    frame, wheel = here.item(4), here.item(8)
    order = here.confirmed((kit_of(here, (frame["id"], "1"), (wheel["id"], "2"))["id"], 3))
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}], "ship": {}}
    shipment = acme.post("/v1/shipments", body).ok()
    assert sorted((line["line"], line["quantity"]) for line in shipment["lines"]) == [(2, "1"), (3, "2")]
    assert (here.level(frame["id"]), here.level(wheel["id"])) == (("3", "2", "1"), ("6", "4", "2"))


def test_an_edited_kit_keeps_the_components_of_its_time(acme: Client) -> None:
    here = shop(acme)
    frame, wheel, bell = here.item(9), here.item(9), here.item(9)
    kit = kit_of(here, (frame["id"], "1"), (wheel["id"], "2"))
    order = here.confirmed((kit["id"], 1))
    change = {"components": [{"item_id": bell["id"], "quantity": "1"}]}
    acme.patch(f"/v1/items/{kit['id']}", change, etag=1).ok()
    # The lines as they are shown, with another number of kits: the components follow.
    lines = [{"line": line["line"], "quantity": line["quantity"]} for line in order["lines"]]
    lines[0]["quantity"] = "2"
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=order["version"]).ok()
    assert shown(edited) == [("2", "2", "0", "0"), ("2", "2", "0", "0"), ("4", "4", "0", "0")]
    lines[1]["quantity"], lines[2]["quantity"] = "5", "4"
    errors = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=edited["version"])
    (error,) = errors.refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/1/quantity", "kit_component")
    new = [{"line": 1, "quantity": "1"}, {"item_id": kit["id"], "quantity": "1", "unit_price": "10"}]
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": new}, etag=edited["version"]).ok()
    assert [(line["line"], line["item_id"]) for line in edited["lines"]][3:] == [(4, kit["id"]), (5, bell["id"])]
    assert here.level(wheel["id"]) == ("9", "2", "7")
    cancelled = acme.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=edited["version"]).ok()
    assert cancelled["status"] == "cancelled"
    assert here.level(wheel["id"]) == ("9", "0", "9")


@pytest.mark.parametrize("kind", ["service", "digital", "gift_card"])
def test_only_stocked_items_wait_for_stock(acme: Client, kind: str) -> None:
    here = shop(acme)
    bike, work = here.item(1), here.item(kind=kind)
    order = here.confirmed((bike["id"], 1), (work["id"], 2))
    assert (order["status"], order["fulfilment"]) == ("confirmed", "committed")
    assert shown(order)[1] == ("2", "0", "0", "0")
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok()["status"] == "done"
    assert here.confirmed((work["id"], 1))["status"] == "done"


def test_stock_of_what_has_none_cannot_be_received_or_shipped(acme: Client) -> None:
    here = shop(acme)
    bike, work = here.item(1), here.item(kind="service")
    lines = [{"item_id": work["id"], "location_id": here.location, "quantity": "1"}]
    (error,) = acme.post("/v1/stock/receipts", {"lines": lines}).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/item_id", "not_stocked")
    order = here.confirmed((bike["id"], 1), (work["id"], 1))
    body = {"order_id": order["id"], "lines": [{"line": 2, "quantity": "1"}]}
    (error,) = acme.post("/v1/shipments", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/line", "not_stocked")


def test_a_kit_needs_components_and_they_are_no_kits(acme: Client) -> None:
    here = shop(acme)
    part = here.item()
    kit = kit_of(here, (part["id"], "1"))
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"kind": "kit"}, "/components", "required"),
        ({"components": [{"item_id": part["id"], "quantity": "1"}]}, "/components", "not_a_kit"),
        (
            {"kind": "kit", "components": [{"item_id": kit["id"], "quantity": "1"}]},
            "/components/0/item_id",
            "nested_kit",
        ),
        (
            {"kind": "kit", "components": [{"item_id": part["id"], "quantity": "0.5"}]},
            "/components/0/quantity",
            "too_precise",
        ),
        ({"kind": "service", "reorder_point": "1"}, "/reorder_point", "not_stocked"),
    ]
    for number, (fields, pointer, code) in enumerate(cases):
        problem = acme.post("/v1/items", {"sku": f"X-{number}", "name": "x", **fields}).refused(422, "invalid")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)], fields
    gone = {"kind": "kit", "components": [{"item_id": "itm_" + "0" * 26, "quantity": "1"}]}
    problem = acme.post("/v1/items", {"sku": "X-9", "name": "x", **gone}).refused(422, "invalid")
    assert problem["errors"][0]["code"] == "unknown_item"
    assert [found["id"] for found in acme.get("/v1/items?kind=kit").ok()["data"]] == [kit["id"]]


def test_a_line_that_stays_keeps_what_is_not_given(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(9, price={"amount": "100", "currency": "EUR"})
    lines = [{"item_id": bike["id"], "quantity": "2", "discount_percent": "10", "tax_amount": "34.20"}]
    order = acme.post("/v1/sales-orders", {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}).ok()
    acme.patch(
        f"/v1/items/{bike['id']}", {"name": "renamed", "price": {"amount": "140", "currency": "EUR"}}, etag=1
    ).ok()
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": [{"line": 1, "quantity": "3"}]}, etag=1).ok()
    (line,) = edited["lines"]
    assert (line["unit_price"], line["discount_percent"], line["net"], line["tax_amount"]) == (
        "100",
        "10",
        "270.00",
        "34.20",
    )
    assert line["name"] == order["lines"][0]["name"]
    acme.post(f"/v1/items/{bike['id']}/archive", etag=2).ok()
    less = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": [{"line": 1, "quantity": "1"}]}, etag=2).ok()
    assert less["lines"][0]["net"] == "90.00"
    change = {"lines": [{"line": 1, "quantity": "1", "discount_amount": "0"}]}
    assert acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=3).ok()["lines"][0]["net"] == "100.00"


def test_no_part_of_a_kit_and_no_kit_without_goods_is_shipped(acme: Client) -> None:
    here = shop(acme)
    frame, setup = here.item(4), here.item(kind="service")
    kit, care = kit_of(here, (frame["id"], "2")), kit_of(here, (setup["id"], "1"))
    order = here.confirmed((kit["id"], 2), (care["id"], 1))
    care_line = next(line["line"] for line in order["lines"] if line["item_id"] == care["id"])
    for line, quantity, error in [(1, "0.5", ("quantity", "too_precise")), (care_line, "1", ("line", "not_stocked"))]:
        body = {"order_id": order["id"], "lines": [{"line": line, "quantity": quantity}]}
        (problem,) = acme.post("/v1/shipments", body).refused(422, "invalid")["errors"]
        assert (problem["pointer"], problem["code"]) == (f"/lines/0/{error[0]}", error[1])


def test_a_component_stays_only_with_its_kit(acme: Client) -> None:
    here = shop(acme)
    frame, bell = here.item(4), here.item(4)
    order = here.order((kit_of(here, (frame["id"], "1"))["id"], 2), (bell["id"], 1))
    lines = [{"line": 2, "quantity": "2"}, {"line": 3, "quantity": "1"}]
    (error,) = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=1).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0", "kit_component")
    assert len(acme.get(f"/v1/sales-orders/{order['id']}").ok()["lines"]) == 3
