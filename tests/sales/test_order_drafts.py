"""What can change of a draft: customer, warehouse, dates; and lines that go to another warehouse."""

from typing import Any

from tests.factories import shop
from tests.world import Client

ADDRESS = {"kind": "shipping", "lines": ["Weg 1"], "postal_code": "53111", "city": "Bonn", "country": "DE"}


def customer(client: Client, name: str, **fields: Any) -> str:
    body = {"kind": "company", "name": name, **fields}
    return str(client.post("/v1/customers", body).ok()["id"])


def test_the_customer_of_a_draft_can_change_and_kept_lines_keep_their_price(acme: Client) -> None:
    here = shop(acme)
    bike = here.item()
    first = customer(acme, "First", group="retail")
    second = customer(acme, "Second", addresses=[ADDRESS], tax_treatment="reverse_charge")
    draft = here.order((bike["id"], 2), customer_id=first, customer_reference="PO 1")
    changed = acme.patch(f"/v1/sales-orders/{draft['id']}", {"customer_id": second}, etag=1).ok()
    assert (changed["customer_id"], changed["former_customer_id"]) == (second, None)
    assert changed["shipping_address"]["city"] == "Bonn"
    assert changed["tax_treatment"] == "reverse_charge"
    assert changed["lines"][0]["unit_price"] == "10"
    # The reference is that of the new customer now: the first one's is free again.
    assert here.order((bike["id"], 1), customer_id=first, customer_reference="PO 1")["customer_reference"] == "PO 1"
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "customer_id": second, "customer_reference": "PO 1"}
    body["lines"] = [{"item_id": bike["id"], "quantity": "1", "unit_price": "9"}]
    acme.post("/v1/sales-orders", body).refused(409, "already_exists")
    listed = acme.get(f"/v1/sales-orders?customer_id={second}").ok()["data"]
    assert [each["id"] for each in listed] == [draft["id"]]
    nobody = acme.patch(f"/v1/sales-orders/{draft['id']}", {"customer_id": None}, etag=2).ok()
    assert (nobody["customer_id"], nobody["shipping_address"]) == (None, None)


def test_an_address_that_is_given_holds_whoever_the_customer_is(acme: Client) -> None:
    here = shop(acme)
    bike = here.item()
    draft = here.order((bike["id"], 2))
    address = {**ADDRESS, "city": "Essen"}
    del address["kind"]
    change = {"customer_id": customer(acme, "Second", addresses=[ADDRESS]), "shipping_address": address}
    changed = acme.patch(f"/v1/sales-orders/{draft['id']}", change, etag=1).ok()
    assert (changed["shipping_address"]["city"], changed["billing_address"]["city"]) == ("Essen", "Bonn")


def test_the_warehouse_of_a_draft_can_change_and_its_lines_go_with_it(acme: Client) -> None:
    here, there, third = shop(acme), shop(acme), shop(acme)
    bike = here.item(on_hand=5)
    lines = [{"item_id": bike["id"], "quantity": "2", "unit_price": "9"}]
    lines.append({**lines[0], "quantity": "1", "warehouse_id": third.warehouse})
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "lines": lines}
    draft = acme.post("/v1/sales-orders", body).ok()
    there.receive(bike["id"], 2)
    changed = acme.patch(f"/v1/sales-orders/{draft['id']}", {"warehouse_id": there.warehouse}, etag=1).ok()
    assert changed["warehouse_id"] == there.warehouse
    assert [line["warehouse_id"] for line in changed["lines"]] == [there.warehouse, third.warehouse]
    confirmed = acme.post(f"/v1/sales-orders/{draft['id']}/confirm", {}, etag=2).ok()
    assert [line["committed"] for line in confirmed["lines"]] == ["2", "0"]


def test_dates_of_a_draft_can_change_and_the_day_of_taxes_follows(acme: Client) -> None:
    here = shop(acme)
    draft = here.order((here.item()["id"], 1), ordered_at="2026-05-01T12:00:00Z")
    assert draft["tax_date"] == "2026-05-01"
    path = f"/v1/sales-orders/{draft['id']}"
    changed = acme.patch(path, {"ordered_at": "2026-06-02T12:00:00Z", "requested_on": "2026-07-01"}, etag=1).ok()
    assert (changed["tax_date"], changed["requested_on"]) == ("2026-06-02", "2026-07-01")
    changed = acme.patch(path, {"tax_date": "2026-06-30"}, etag=2).ok()
    changed = acme.patch(path, {"ordered_at": "2026-06-03T12:00:00Z"}, etag=3).ok()
    assert changed["tax_date"] == "2026-06-30"


def test_a_confirmed_order_keeps_customer_warehouse_and_dates_and_says_so_at_once(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    buyer = customer(acme, "First")
    order = here.confirmed((here.item(on_hand=5)["id"], 1), customer_id=buyer)
    change = {
        "customer_id": customer(acme, "Second"),
        "warehouse_id": there.warehouse,
        "ordered_at": "2026-06-02T12:00:00Z",
        "tax_date": "2026-06-02",
    }
    reply = acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=2).refused(422, "invalid")
    assert {each["pointer"] for each in reply["errors"]} == {f"/{name}" for name in change}
    same = {name: order[name] for name in change}
    assert acme.patch(f"/v1/sales-orders/{order['id']}", same, etag=2).ok()["version"] == 2


def test_a_line_under_way_goes_to_another_warehouse_until_some_of_it_is_picked(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    bike = here.item(on_hand=5)
    there.receive(bike["id"], 3)
    order = here.confirmed((bike["id"], 4))
    path = f"/v1/sales-orders/{order['id']}"
    change = {"lines": [{"line": 1, "quantity": "4", "warehouse_id": there.warehouse}]}
    moved = acme.patch(path, change, etag=2).ok()["lines"][0]
    assert (moved["warehouse_id"], moved["committed"], moved["backordered"]) == (there.warehouse, "3", "1")
    assert here.level(bike["id"]) == ("5", "0", "5")
    acme.post("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}]}).ok()
    version = acme.get(path).ok()["version"]
    change["lines"][0]["warehouse_id"] = here.warehouse
    reply = acme.patch(path, change, etag=version).refused(422, "invalid")
    assert [each["pointer"] for each in reply["errors"]] == ["/lines/0/warehouse_id"]


def test_lines_have_their_own_dates_which_edits_keep(acme: Client) -> None:
    here = shop(acme)
    bike = here.item()
    body: dict[str, Any] = {"warehouse_id": here.warehouse, "currency": "EUR"}
    body["lines"] = [
        {
            "item_id": bike["id"],
            "quantity": "1",
            "unit_price": "9",
            "requested_on": "2026-12-01",
            "promised_on": "2026-12-03",
        }
    ]
    draft = acme.post("/v1/sales-orders", body).ok()
    path = f"/v1/sales-orders/{draft['id']}"
    kept = acme.patch(path, {"lines": [{"line": 1, "quantity": "2"}]}, etag=1).ok()["lines"][0]
    assert (kept["requested_on"], kept["promised_on"]) == ("2026-12-01", "2026-12-03")
    cleared = acme.patch(path, {"lines": [{"line": 1, "quantity": "2", "promised_on": None}]}, etag=2).ok()
    assert (cleared["lines"][0]["requested_on"], cleared["lines"][0]["promised_on"]) == ("2026-12-01", None)
    revisions = acme.get(f"{path}/revisions").ok()["data"]
    assert revisions[0]["changed"] == ["/lines/1/promised_on"]


def test_an_order_has_a_salesperson_whom_it_is_listed_by_and_named_with(acme: Client) -> None:
    here = shop(acme)
    seller = acme.post("/v1/users", {"email": "s@example.com", "given_name": "Sam", "roles": ["sales"]}).ok()["id"]
    order = here.order((here.item()["id"], 1), salesperson_id=seller)
    here.order((here.item()["id"], 1))
    listed = acme.get(f"/v1/sales-orders?salesperson_id={seller}&include=user").ok()
    assert [each["id"] for each in listed["data"]] == [order["id"]]
    assert listed["included"][seller]["name"] == "Sam"
    change = {"salesperson_id": "usr_01hzzzzzzzzzzzzzzzzzzzzzzz"}
    reply = acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=1).refused(422, "invalid")
    assert [each["code"] for each in reply["errors"]] == ["unknown_user"]
