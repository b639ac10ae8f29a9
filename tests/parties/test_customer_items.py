"""Customers' own codes of items through the API: set, found, looked up on entry, and shown on orders and shipments."""

from typing import Any

import pytest

from chalicelib.access.roles import Role
from tests.factories import Shop, shop
from tests.parties.people import customer, merge, unmerge
from tests.world import Client, World


def call_it(client: Client, who: Any, item: Any, code: str | None, name: str | None = None) -> Any:
    body = {"item_id": item["id"], "code": code, "name": name}
    return client.post(f"/v1/customers/{who['id']}/items", body).ok()


def listed(client: Client, who: Any, query: str = "") -> list[Any]:
    found = client.get(f"/v1/customers/{who['id']}/items?{query}").ok()["data"]
    return [(each["item_id"], each["code"], each["name"]) for each in found]


def ordered(place: Shop, who: Any, *lines: dict[str, Any]) -> Any:
    body = {
        "warehouse_id": place.warehouse,
        "currency": "EUR",
        "lines": [{"quantity": "1", "unit_price": "10", **line} for line in lines],
        **({"customer_id": who["id"]} if who else {}),
    }
    return place.client.post("/v1/sales-orders", body)


def words(document: Any) -> list[tuple[Any, Any]]:
    return [(line["customer_item_code"], line["customer_item_name"]) for line in document["lines"]]


# --- setting ----------------------------------------------------------------------------------------------------------


def test_a_customers_code_is_set_found_in_any_case_changed_and_taken_away(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike, bell = place.item(), place.item()
    assert call_it(acme, firm, bike, "4711-b", "Black bike")["outcome"] == "created"
    assert call_it(acme, firm, bike, "4711-b", "Black bike")["outcome"] == "unchanged"
    call_it(acme, firm, bell, "4712")
    assert listed(acme, firm) == [(bike["id"], "4711-b", "Black bike"), (bell["id"], "4712", None)]
    assert listed(acme, firm, f"item_id={bell['id']}") == [(bell["id"], "4712", None)]
    assert listed(acme, firm, "code=4711-B") == [(bike["id"], "4711-b", "Black bike")]
    assert call_it(acme, firm, bike, "4711-B")["outcome"] == "updated"
    assert listed(acme, firm, "code=4711-b") == [(bike["id"], "4711-B", None)]
    assert call_it(acme, firm, bike, None)["outcome"] == "updated"
    assert call_it(acme, firm, bike, None)["outcome"] == "unchanged"
    assert listed(acme, firm) == [(bell["id"], "4712", None)]
    assert call_it(acme, firm, bell, "4711-B")["outcome"] == "updated", "the code is free again"
    assert call_it(acme, firm, bike, "4712")["outcome"] == "created", "and so is the other one"


def test_no_two_items_of_one_customer_have_the_same_code(acme: Client) -> None:
    place, firm, other = shop(acme), customer(acme), customer(acme)
    bike, bell = place.item(), place.item()
    call_it(acme, firm, bike, "A 1")
    problem = acme.post(f"/v1/customers/{firm['id']}/items", {"item_id": bell["id"], "code": "a  1"})
    (error,) = problem.refused(409, "already_exists")["errors"]
    assert (error["pointer"], bike["id"] in error["message"]) == ("/code", True)
    assert listed(acme, firm) == [(bike["id"], "A 1", None)]
    assert call_it(acme, other, bell, "A 1")["outcome"] == "created"


def test_a_code_is_set_by_sku_and_an_unknown_item_is_refused(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike = place.item()
    path = f"/v1/customers/{firm['id']}/items"
    assert acme.post(path, {"sku": bike["sku"], "code": "1"}).ok()["item_id"] == bike["id"]
    for body, expected in (
        ({"sku": "NO", "code": "1"}, ("/sku", "unknown_sku")),
        ({"code": "1"}, ("", "item_or_sku")),
        ({"sku": bike["sku"], "code": None, "name": "x"}, ("/name", "needs_code")),
    ):
        (error,) = acme.post(path, body).refused(422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) == expected


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_who_may_write_customers_may_set_their_codes(acme: Client, role: str) -> None:
    firm, bike = customer(acme), shop(acme).item()
    user = acme.as_(role)
    readers = {"admin", "sales", "accounting", "warehouse", "privacy_officer", "automation"}
    path = f"/v1/customers/{firm['id']}/items"
    assert user.get(path).status == (200 if role in readers else 403)
    written = user.post(path, {"item_id": bike["id"], "code": "1"})
    assert written.status == (200 if role in {"admin", "sales", "accounting", "automation"} else 403)


def test_another_tenant_sees_no_codes_and_sets_none(acme: Client, world: World) -> None:
    firm, bike = customer(acme), shop(acme).item()
    call_it(acme, firm, bike, "1")
    other = world.tenant()
    path = f"/v1/customers/{firm['id']}/items"
    other.get(path).refused(404, "not_found")
    other.post(path, {"item_id": bike["id"], "code": "2"}).refused(404, "not_found")
    theirs = customer(other)
    body = {"item_id": bike["id"], "code": "1"}
    (error,) = other.post(f"/v1/customers/{theirs['id']}/items", body).refused(422, "invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/item_id", "unknown_item")


# --- orders -----------------------------------------------------------------------------------------------------------


def test_an_order_is_entered_by_the_customers_code_and_shows_it(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike, bell, lock = place.item(), place.item(), place.item()
    call_it(acme, firm, bike, "4711-B", "Black bike")
    call_it(acme, firm, bell, "4712")
    by_code = {"customer_item_code": "4711-b"}
    order = ordered(place, firm, by_code, {"sku": bell["sku"]}, {"item_id": lock["id"]}).ok()
    assert [line["item_id"] for line in order["lines"]] == [bike["id"], bell["id"], lock["id"]]
    assert words(order) == [("4711-B", "Black bike"), ("4712", None), (None, None)]
    preview = {"warehouse_id": place.warehouse, "customer_id": firm["id"], "currency": "EUR"}
    body = {**preview, "lines": [{"quantity": "1", "unit_price": "1", **by_code}]}
    assert words(acme.post("/v1/sales-orders/preview", body).ok()) == [("4711-B", "Black bike")]


def test_a_line_names_its_item_in_one_way_and_by_a_code_that_the_customer_has(acme: Client) -> None:
    place, firm, other = shop(acme), customer(acme), customer(acme)
    bike = place.item()
    call_it(acme, firm, bike, "4711")
    by_code = {"customer_item_code": "4711"}
    unknown = [("/lines/1/customer_item_code", "unknown_customer_item_code")]
    for who, lines, expected in (
        (firm, [by_code, {"customer_item_code": "NO"}], unknown),
        (other, [{"sku": bike["sku"]}, by_code], unknown),
        (None, [{"sku": bike["sku"]}, by_code], unknown),
        (firm, [{**by_code, "sku": bike["sku"]}], [("/lines/0", "item_or_sku")]),
        (firm, [{**by_code, "item_id": bike["id"]}], [("/lines/0", "item_or_sku")]),
        (firm, [{}], [("/lines/0", "item_or_sku")]),
    ):
        problem = ordered(place, who, *lines).refused(422, "invalid")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == expected


def test_an_order_without_customer_shows_no_codes(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike = place.item()
    call_it(acme, firm, bike, "4711")
    assert words(ordered(place, None, {"item_id": bike["id"]}).ok()) == [(None, None)]


def test_a_line_that_stays_keeps_its_words_and_a_new_one_gets_those_of_now(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike, bell = place.item(), place.item()
    call_it(acme, firm, bike, "OLD", "Old name")
    order = ordered(place, firm, {"item_id": bike["id"]}).ok()
    call_it(acme, firm, bike, "NEW", "New name")
    call_it(acme, firm, bell, "BELL")
    path = f"/v1/sales-orders/{order['id']}"
    assert words(acme.get(path).ok()) == [("OLD", "Old name")]
    kept, more = {"line": 1, "quantity": "2"}, {"quantity": "1", "unit_price": "1"}
    lines = [kept, {**more, "customer_item_code": "bell"}, {**more, "sku": bike["sku"]}]
    edited = acme.patch(path, {"lines": lines}, etag=1).ok()
    assert words(edited) == [("OLD", "Old name"), ("BELL", None), ("NEW", "New name")]
    wrong = {"lines": [{**kept, "customer_item_code": "BELL"}]}
    (error,) = acme.patch(path, wrong, etag=2).refused(422, "invalid")["errors"]
    assert error["code"] == "fixed"


def test_components_of_a_kit_show_the_customers_codes_too(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    lamp = place.item()
    kit = place.item(kind="kit", components=[{"item_id": lamp["id"], "quantity": "2"}])
    call_it(acme, firm, kit, "SET")
    call_it(acme, firm, lamp, "LAMP")
    order = ordered(place, firm, {"customer_item_code": "SET"}).ok()
    assert words(order) == [("SET", None), ("LAMP", None)]


def test_a_shipment_prints_the_customers_codes_as_the_order_had_them(acme: Client) -> None:
    place, firm = shop(acme), customer(acme)
    bike, bell = place.item(on_hand=5), place.item(on_hand=5)
    call_it(acme, firm, bike, "4711", "Black bike")
    order = ordered(place, firm, {"customer_item_code": "4711"}, {"item_id": bell["id"]}).ok()
    acme.post(f"/v1/sales-orders/{order['id']}/confirm", etag=1).ok()
    call_it(acme, firm, bike, None)
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert words(shipment) == [("4711", "Black bike"), (None, None)]
    assert words(acme.get(f"/v1/shipments/{shipment['id']}").ok()) == words(shipment)


# --- merged customers -------------------------------------------------------------------------------------------------


def test_codes_of_a_merged_customer_are_found_under_the_one_in_its_place(acme: Client) -> None:
    place = shop(acme)
    first, second, winner = customer(acme), customer(acme), customer(acme)
    bike, bell, lock = place.item(), place.item(), place.item()
    call_it(acme, first, bike, "F", "of the first")
    call_it(acme, second, bike, "S", "of the second")
    call_it(acme, second, bell, "BOTH")
    call_it(acme, winner, lock, "BOTH")
    merge(acme, first, second)
    merge(acme, second, winner)
    for who in (first, second, winner):
        lines = [{"customer_item_code": code} for code in ("f", "s", "both")]
        order = ordered(place, who, *lines, {"item_id": bike["id"]}, {"item_id": bell["id"]}).ok()
        assert [line["item_id"] for line in order["lines"][:3]] == [bike["id"], bike["id"], lock["id"]]
        assert [code for code, _ in words(order)] == ["F", "S", "BOTH", "S", "BOTH"]
    assert listed(acme, winner, "code=F") == [(bike["id"], "F", "of the first")]
    assert listed(acme, winner) == [(lock["id"], "BOTH", None)]
    refused = acme.post(f"/v1/customers/{second['id']}/items", {"item_id": lock["id"], "code": "NEW"})
    refused.refused(409, "party_merged")
    assert call_it(acme, second, bike, None)["outcome"] == "updated", "what is wrong can be taken away"
    unmerge(acme, second)
    ordered(place, winner, {"customer_item_code": "F"}).refused(422, "invalid")
    assert words(ordered(place, second, {"customer_item_code": "F"}).ok()) == [("F", "of the first")]
