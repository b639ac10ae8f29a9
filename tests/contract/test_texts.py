"""Texts and codes through the door: any script is taken and shown as typed; one spelling or another is one code."""

import pytest

from tests.factories import shop
from tests.world import Client


def test_words_of_any_script_are_taken_everywhere(acme: Client) -> None:
    here = shop(acme)
    item = here.item(category="Fahrr\u00e4der & Zubeh\u00f6r", on_hand=3)
    assert item["category"] == "Fahrr\u00e4der & Zubeh\u00f6r"
    ref = {"system": "crm", "id": "K\u00fcche #7"}
    name = "\u4e0a\u6d77\u81ea\u884c\u8f66"
    customer = acme.post("/v1/customers", {"kind": "company", "name": name, "external_refs": [ref]}).ok()
    found = acme.get("/v1/customers?external_system=crm&external_id=K%C3%BCche%20%237").ok()["data"]
    assert [each["name"] for each in found] == [name]
    order = here.confirmed(
        (item["id"], 1), customer_id=customer["id"], customer_reference="\u0417\u0430\u043a\u0430\u0437 5"
    )
    assert order["customer_reference"] == "\u0417\u0430\u043a\u0430\u0437 5"
    consignment = {"carrier": "\u00d6sterreichische Post", "tracking_number": "RR 123 456/AT"}
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "ship": consignment}).ok()
    assert {name: shipment[name] for name in consignment} == consignment
    line = {"item_id": item["id"], "location_id": here.location, "quantity": "1"}
    acme.post("/v1/stock/receipts", {"lines": [line], "reference": "Lieferschein \u2116 4"}).ok()
    path = f"/v1/stock/ledger?item_id={item['id']}&location_id={here.location}&reference=lieferschein%20%E2%84%96%204"
    assert [row["kind"] for row in acme.get(path).ok()["data"]] == ["receipt"]


def test_codes_of_warehouses_and_locations_are_one_in_any_spelling(acme: Client) -> None:
    main = acme.post("/v1/warehouses", {"code": "K\u00f6ln 1", "name": "x"}).ok()
    assert main["code"] == "K\u00f6ln 1"
    problem = acme.post("/v1/warehouses", {"code": "KO\u0308LN  1", "name": "y"}).refused(409, "already_exists")
    assert problem["detail"] == f"This code belongs to another warehouse: {main['id']}."
    body = {"warehouse_id": main["id"], "code": "Regal-a", "name": "x"}
    first = acme.post("/v1/locations", body).ok()
    problem = acme.post("/v1/locations", {**body, "code": "REGAL-A"}).refused(409, "already_exists")
    assert problem["detail"] == f"This code belongs to another location of the warehouse: {first['id']}."
    acme.post("/v1/locations", {**body, "code": "stock"}).refused(409, "already_exists")
    renamed = acme.patch(f"/v1/locations/{first['id']}", {"code": "REGAL-A"}, etag=1).ok()
    assert renamed["code"] == "REGAL-A"


def test_an_order_number_of_a_customer_is_one_in_any_spelling(acme: Client) -> None:
    here = shop(acme)
    customer = acme.post("/v1/customers", {"kind": "company", "name": "x"}).ok()["id"]
    item = here.item()["id"]
    order = here.order((item, 1), customer_id=customer, customer_reference="PO 4711")
    body = {
        "warehouse_id": here.warehouse,
        "currency": "EUR",
        "customer_id": customer,
        "customer_reference": "po  4711",
        "lines": [{"item_id": item, "quantity": "1", "unit_price": "1"}],
    }
    problem = acme.post("/v1/sales-orders", body).refused(409, "already_exists")
    assert problem["detail"] == f"This customer reference belongs to another order of the customer: {order['id']}."
    changed = acme.patch(f"/v1/sales-orders/{order['id']}", {"customer_reference": "Po 4711"}, etag=1).ok()
    assert changed["customer_reference"] == "Po 4711"
    acme.post("/v1/sales-orders", body).refused(409, "already_exists")


def test_ids_of_other_systems_keep_their_case(acme: Client) -> None:
    for identifier in ("001A000001abcDE", "001A000001ABCde"):
        refs = [{"system": "crm", "id": identifier}]
        acme.post("/v1/customers", {"kind": "person", "name": "x", "external_refs": refs}).ok()


@pytest.mark.parametrize("blank", ["   ", "\u3000", "\u200b", "\u3164", "\n"])
def test_a_name_of_nothing_is_refused(acme: Client, blank: str) -> None:
    problem = acme.post("/v1/customers", {"kind": "person", "name": blank}).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/name", "blank")]


def test_only_notes_and_descriptions_have_line_breaks(acme: Client) -> None:
    body = {"sku": "A", "name": "two\nlines", "description": "two\r\nlines"}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/name", "invalid_format")]
    assert acme.post("/v1/items", {**body, "name": " one "}).ok()["description"] == "two\nlines"


def test_settings_refuse_a_currency_and_a_time_zone_that_do_not_exist(acme: Client) -> None:
    problem = acme.patch("/v1/tenant", {"currency": "QQQ", "time_zone": "Europe/Atlantis"}, etag=0)
    errors = problem.refused(422, "invalid")["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [
        ("/currency", "unknown_currency"),
        ("/time_zone", "unknown_time_zone"),
    ]
