"""Sales orders through the API."""

from datetime import datetime, timedelta

import pytest

from chalicelib.kernel import clock
from tests.factories import shop
from tests.world import Client


def test_an_order_is_drafted_with_prices_totals_and_snapshots(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(price={"amount": "100", "currency": "EUR"}, unit="kg")
    address = {"kind": "shipping", "lines": ["Main St 1"], "city": "Ulm", "country": "DE"}
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada", "addresses": [address]}).ok()
    body = {
        "warehouse_id": here.warehouse,
        "currency": "EUR",
        "customer_id": customer["id"],
        "customer_reference": "PO 1",
        "lines": [
            {"sku": bike["sku"], "quantity": "3", "discount_percent": "33.33", "tax_amount": "38.00"},
            {"item_id": bike["id"], "quantity": "1.5", "unit_price": "9.99", "discount_amount": "1"},
        ],
        "charges": [{"kind": "shipping", "amount": "5.90", "tax_amount": "1.12"}],
    }
    created = acme.post("/v1/sales-orders", body)
    order = created.ok()
    assert created.status == 201
    assert order["number"].startswith("SO-20")
    assert order["totals"] == {
        "gross": "314.99",
        "discount": "100.99",
        "net": "214.00",
        "charges": "5.90",
        "tax": "39.12",
        "marketplace_tax": "0.00",
        "total": "259.02",
    }
    assert [line["net"] for line in order["lines"]] == ["200.01", "13.99"]
    assert order["shipping_address"]["city"] == "Ulm"
    assert "kind" not in order["shipping_address"]
    assert (order["status"], order["fulfilment"], order["billing"]) == ("draft", "not_started", "not_billed")
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok() == order
    assert acme.post("/v1/sales-orders", body).refused(409, "already_exists")
    listed = acme.get(f"/v1/sales-orders?customer_id={customer['id']}").ok()["data"]
    assert [(entry["id"], entry["total"]) for entry in listed] == [(order["id"], "259.02")]


def test_everything_wrong_with_lines_is_told_at_once(acme: Client) -> None:
    here = shop(acme)
    item = here.item()
    body = {
        "warehouse_id": here.warehouse,
        "currency": "JPY",
        "lines": [
            {"item_id": item["id"], "quantity": "1"},
            {"item_id": item["id"], "quantity": "1.5", "unit_price": "5", "tax_amount": "9999"},
            {"item_id": item["id"], "quantity": "1", "unit_price": "5", "discount_amount": "6", "tax_amount": "0.5"},
        ],
        "charges": [{"kind": "shipping", "amount": "5", "tax_amount": "6"}],
    }
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/lines/0/unit_price", "required"),
        ("/lines/1/quantity", "too_precise"),
        ("/lines/1/tax_amount", "too_much"),
        ("/lines/2/discount_amount", "too_much"),
        ("/lines/2/tax_amount", "too_precise"),
        ("/charges/0/tax_amount", "too_much"),
    ]
    assert problem["errors"][1]["message"] == "Use a whole number: the unit is each."


def test_an_order_that_no_amount_could_hold_is_refused(acme: Client) -> None:
    here = shop(acme)
    item, most = here.item(unit="kg")["id"], "999999999.999999"
    body = {
        "warehouse_id": here.warehouse,
        "currency": "EUR",
        "lines": [
            {"item_id": item, "quantity": most, "unit_price": most},
            {"item_id": item, "quantity": "1", "unit_price": "999999999999.999999"},
        ],
    }
    problem = acme.post("/v1/sales-orders", body).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/lines/0/quantity", "too_much")]
    beyond = {"item_id": item, "quantity": "1000000000", "unit_price": "1000000000000", "discount_percent": "100.01"}
    problem = acme.post("/v1/sales-orders", {**body, "lines": [beyond]}).refused(422, "invalid")
    assert {(e["pointer"], e["code"]) for e in problem["errors"]} == {
        ("/lines/0/quantity", "out_of_range"),
        ("/lines/0/unit_price", "out_of_range"),
        ("/lines/0/discount_percent", "out_of_range"),
    }
    charge = {"kind": "shipping", "amount": "1000000000000"}
    line = {"item_id": item, "quantity": "1", "unit_price": "1"}
    problem = acme.post("/v1/sales-orders", {**body, "lines": [line], "charges": [charge]}).refused(422, "invalid")
    assert [e["pointer"] for e in problem["errors"]] == ["/charges/0/amount"]


def test_confirming_reserves_and_sums_lines_of_one_item(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.confirmed((item, 4), (item, 3))
    assert (order["status"], order["fulfilment"]) == ("confirmed", "committed")
    assert here.level(item) == ("10", "7", "3")
    too_much = here.order((item, 2), (item, 2), reservation="full")
    problem = acme.post(f"/v1/sales-orders/{too_much['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")
    assert [(s["pointer"], s["wanted"], s["available"]) for s in problem["shortages"]] == [
        ("/lines/0", "4", "3"),
        ("/lines/1", "4", "3"),
    ]
    assert here.level(item) == ("10", "7", "3")


def test_a_partial_order_backorders_what_is_short_earlier_lines_first(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 4), (item, 3))
    assert [(line["committed"], line["backordered"]) for line in order["lines"]] == [("4", "0"), ("1", "2")]
    assert order["fulfilment"] == "backordered"
    assert here.level(item) == ("5", "5", "0")


def test_cancelling_releases_exactly_once(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 4))
    path = f"/v1/sales-orders/{order['id']}/cancel"
    first = acme.post(path, {"reason": "customer"}, key="c", etag=2)
    assert first.ok()["status"] == "cancelled"
    assert acme.post(path, {"reason": "customer"}, key="c", etag=2).body == first.body
    acme.post(path, {"reason": "customer"}, etag=3).refused(409, "transition_refused")
    assert here.level(item) == ("5", "0", "5")


def test_editing_moves_reservations_by_the_difference(acme: Client) -> None:
    here = shop(acme)
    first, second = here.item(on_hand=10)["id"], here.item(on_hand=10)["id"]
    order = here.confirmed((first, 6), (second, 2))
    lines = [
        {"line": 1, "item_id": first, "quantity": "2", "unit_price": "10"},
        {"item_id": second, "quantity": "9", "unit_price": "10"},
    ]
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines, "note": "n"}, etag=2).ok()
    assert [(line["line"], line["committed"]) for line in edited["lines"]] == [(1, "2"), (3, "9")]
    assert here.level(first) == ("10", "2", "8")
    assert here.level(second) == ("10", "9", "1")
    assert edited["totals"]["total"] == "110.00"
    assert acme.get(f"/v1/sales-orders/{order['id']}").ok() == edited
    full = {"reservation": "full", "lines": [{"line": 1, "item_id": first, "quantity": "11", "unit_price": "1"}]}
    acme.patch(f"/v1/sales-orders/{order['id']}", full, etag=3).refused(409, "insufficient_stock")
    assert here.level(first) == ("10", "2", "8")


def test_a_line_number_never_comes_to_mean_another_line(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    order = here.order((item, 1), (item, 2))
    path = f"/v1/sales-orders/{order['id']}"
    first = {"line": 1, "item_id": item, "quantity": "1", "unit_price": "10"}
    acme.patch(path, {"lines": [first]}, etag=1).ok()
    more = {"lines": [first, {"item_id": item, "quantity": "5", "unit_price": "10"}]}
    assert [line["line"] for line in acme.patch(path, more, etag=2).ok()["lines"]] == [1, 3]


def test_a_cancelled_order_gives_its_customers_reference_free(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    customer = acme.post("/v1/customers", {"kind": "person", "name": "Ada"}).ok()["id"]
    order = here.order((item, 1), customer_id=customer, customer_reference="PO 1")
    acme.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=1).ok()
    assert here.order((item, 1), customer_id=customer, customer_reference="PO 1")["customer_reference"] == "PO 1"


class Shifted(clock.SystemSource):
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_a_list_that_is_begun_in_one_month_goes_on_in_the_next(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    long_lived = acme.world.issuer.token(tenant=acme.tenant, roles=("admin",), lifetime=60 * 86400)
    monkeypatch.setattr(acme, "token", long_lived)
    now = clock.now()
    midnight = (now.replace(day=28) + timedelta(days=4)).replace(day=1, hour=0, minute=0, second=0)
    before, after = Shifted(midnight - timedelta(minutes=2) - now), Shifted(midnight + timedelta(minutes=5) - now)
    monkeypatch.setattr(clock, "_source", before)
    here = shop(acme)
    item = here.item()["id"]
    orders = [here.order((item, 1)) for _ in range(3)]
    page = acme.get("/v1/sales-orders?limit=2").ok()
    monkeypatch.setattr(clock, "_source", after)
    rest = acme.get(f"/v1/sales-orders?limit=2&cursor={page['next_cursor']}").ok()
    assert [entry["id"] for entry in page["data"] + rest["data"]] == [order["id"] for order in reversed(orders)]


def test_lists_are_newest_first_and_leave_out_what_is_over(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    orders = [here.order((item, 1)) for _ in range(3)]
    acme.post(f"/v1/sales-orders/{orders[1]['id']}/cancel", {}, etag=1).ok()

    def ids(query: str) -> list[str]:
        return [entry["id"] for entry in acme.get(f"/v1/sales-orders{query}").ok()["data"]]

    assert ids("") == [order["id"] for order in reversed(orders)]
    assert ids("?open=true") == [orders[2]["id"], orders[0]["id"]]
    assert ids("?status=cancelled") == [orders[1]["id"]]
    assert ids("?month=2020-01") == []
    month = orders[0]["created_at"][:7]
    assert ids(f"?month={month}&open=true") == [orders[2]["id"], orders[0]["id"]]
    assert ids("?open=false") == [orders[1]["id"]]
    assert ids(f"?month={month}&customer_id=pty_{'0' * 26}") == []
    problem = acme.get(f"/v1/sales-orders?month={month}&sort=created_at&ids=x").refused(400, "bad_request")
    assert [error["pointer"] for error in problem["errors"]] == ["/query/month", "/query/sort"]
