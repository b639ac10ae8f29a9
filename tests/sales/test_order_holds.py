"""What keeps an order from being picked: holds by people, a deposit that is not paid, and the customer's credit."""

from typing import Any

import pytest

from chalicelib.parties.customers import service as customers
from chalicelib.sales.orders import credit_counting
from tests.factories import Shop, shop
from tests.world import Client


def customer(client: Client, limit: str | None = None, currency: str = "EUR") -> str:
    body: dict[str, Any] = {"kind": "company", "name": "Buyer"}
    if limit is not None:
        body["credit_limit"] = {"amount": limit, "currency": currency}
    return str(client.post("/v1/customers", body).ok()["id"])


def current(client: Client, order: Any) -> Any:
    return client.get(f"/v1/sales-orders/{order['id']}").ok()


def act(client: Client, order: Any, command: str, body: Any = None) -> Any:
    version = current(client, order)["version"]
    return client.post(f"/v1/sales-orders/{order['id']}/{command}", body or {}, etag=version).ok()


def credit(client: Client, customer_id: str) -> tuple[str, str | None]:
    found = client.get(f"/v1/customers/{customer_id}/credit").ok()
    return found["used"], found["left"]


def test_nothing_of_an_order_on_hold_is_picked_or_shipped(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=5)["id"], 4))
    shipment = acme.post("/v1/shipments", {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}]}).ok()
    held = act(acme, order, "hold", {"kind": "address", "note": "Which house?"})
    assert (held["on_hold"], held["holds"][0]["note"]) == (["address"], "Which house?")
    assert held["lines"][0]["committed"] == "4"
    assert "ship" not in held["allowed_transitions"]
    problem = acme.post("/v1/shipments", {"order_id": order["id"]}).refused(409, "order_on_hold")
    assert "address" in problem["detail"]
    acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=1).refused(409, "order_on_hold")
    path = "/v1/sales-orders?open=true&on_hold=true"
    assert [each["on_hold"] for each in acme.get(path).ok()["data"]] == [["address"]]
    released = act(acme, order, "release", {"kind": "address"})
    assert (released["on_hold"], released["holds"]) == ([], [])
    acme.post(f"/v1/shipments/{shipment['id']}/ship", {}, etag=1).ok()
    version = released["version"] + 1
    again = acme.post(f"/v1/sales-orders/{order['id']}/release", {"kind": "address"}, etag=version).ok()
    assert again["on_hold"] == []


def test_a_hold_of_a_draft_stays_and_a_shipment_can_be_cancelled_meanwhile(acme: Client) -> None:
    here = shop(acme)
    order = here.order((here.item(on_hand=5)["id"], 4))
    act(acme, order, "hold")
    assert act(acme, order, "confirm")["on_hold"] == ["manual"]
    act(acme, order, "release", {"kind": "manual"})
    shipment = acme.post("/v1/shipments", {"order_id": order["id"]}).ok()
    act(acme, order, "hold")
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", {}, etag=1).ok()
    assert act(acme, order, "cancel")["on_hold"] == []


def test_an_order_waits_for_its_deposit(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=5)["id"], 5), deposit_percent="30")
    assert (order["deposit"], order["on_hold"], order["payment"]) == ("15.00", ["payment"], "unpaid")
    paid = act(acme, order, "payment", {"status": "partially_paid", "paid_amount": "14.99"})
    assert (paid["on_hold"], paid["paid_amount"]) == (["payment"], "14.99")
    paid = act(acme, order, "payment", {"status": "partially_paid", "paid_amount": "15"})
    assert (paid["on_hold"], paid["payment"]) == ([], "partially_paid")
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert act(acme, order, "payment", {"status": "paid"})["payment"] == "paid"


def test_a_deposit_by_amount_is_at_most_the_total_and_an_edit_can_ask_for_one(acme: Client) -> None:
    here = shop(acme)
    bike = here.item(on_hand=9)["id"]
    order = here.confirmed((bike, 1), deposit_amount="25")
    assert order["deposit"] == "10.00"
    assert act(acme, order, "payment", {"status": "authorized"})["on_hold"] == []
    order = here.confirmed((bike, 1))
    path = f"/v1/sales-orders/{order['id']}"
    assert acme.patch(path, {"deposit_percent": "50"}, etag=2).ok()["on_hold"] == ["payment"]
    assert acme.patch(path, {"deposit_percent": None}, etag=3).ok()["on_hold"] == []
    both = {"deposit_percent": "5", "deposit_amount": "5"}
    problem = acme.patch(path, both, etag=4).refused(422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/deposit_amount", "two_deposits")]


def test_what_is_paid_has_to_fit(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item()["id"], 1))
    path = f"/v1/sales-orders/{order['id']}/payment"
    for body in ({"status": "paid", "paid_amount": "3"}, {"status": "partially_paid"}):
        problem = acme.post(path, body, etag=2).refused(422, "invalid")
        assert [each["pointer"] for each in problem["errors"]] == ["/paid_amount"]
    body = {"status": "partially_paid", "paid_amount": "3.001"}
    acme.post(path, body, etag=2).refused(422, "invalid")


def test_an_order_beyond_the_credit_of_its_customer_is_on_hold_until_it_is_let_through(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme, "100")
    first = here.confirmed((bike, 6), customer_id=buyer)
    assert (first["on_hold"], credit(acme, buyer)) == ([], ("60.00", "40.00"))
    second = here.confirmed((bike, 5), customer_id=buyer)
    assert (second["on_hold"], credit(acme, buyer)) == (["credit"], ("60.00", "40.00"))
    assert second["lines"][0]["committed"] == "5"
    acme.post("/v1/shipments", {"order_id": second["id"]}).refused(409, "order_on_hold")
    sales = acme.as_("sales")
    path = f"/v1/sales-orders/{second['id']}/release"
    sales.post(path, {"kind": "credit"}, etag=second["version"]).refused(403, "forbidden")
    assert act(acme, second, "release", {"kind": "credit"})["on_hold"] == []
    assert credit(acme, buyer) == ("110.00", "0.00")
    act(acme, first, "cancel")
    assert credit(acme, buyer) == ("50.00", "50.00")
    act(acme, second, "payment", {"status": "partially_paid", "paid_amount": "20"})
    assert credit(acme, buyer) == ("30.00", "70.00")
    act(acme, second, "payment", {"status": "paid"})
    assert credit(acme, buyer) == ("0.00", "100.00")


def test_credit_follows_edits_closes_and_what_comes_back(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme, "100")
    order = here.confirmed((bike, 5), customer_id=buyer)
    path = f"/v1/sales-orders/{order['id']}"
    acme.patch(path, {"lines": [{"line": 1, "quantity": "8"}]}, etag=2).ok()
    assert credit(acme, buyer)[0] == "80.00"
    over = acme.patch(path, {"lines": [{"line": 1, "quantity": "11"}]}, etag=3).ok()
    assert (over["on_hold"], credit(acme, buyer)[0]) == (["credit"], "80.00")
    within = acme.patch(path, {"lines": [{"line": 1, "quantity": "9"}]}, etag=4).ok()
    assert (within["on_hold"], credit(acme, buyer)[0]) == ([], "90.00")
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "2"}], "ship": {}}
    shipment = acme.post("/v1/shipments", body).ok()
    act(acme, order, "close")
    assert credit(acme, buyer)[0] == "20.00"
    acme.post(f"/v1/shipments/{shipment['id']}/cancel", {}, etag=shipment["version"]).ok()
    assert credit(acme, buyer)[0] == "0.00"


def test_amounts_of_another_currency_cannot_be_compared_with_the_limit(acme: Client) -> None:
    here = shop(acme)
    buyer = customer(acme, "1000", "USD")
    order = here.confirmed((here.item(on_hand=5)["id"], 1), customer_id=buyer)
    assert order["on_hold"] == ["credit"]
    assert act(acme, order, "release", {"kind": "credit"})["on_hold"] == []


def test_orders_from_before_a_limit_count_too(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme)
    orders = [here.confirmed((bike, 3), customer_id=buyer) for _ in range(2)]
    here.order((bike, 9), customer_id=buyer)
    assert acme.get(f"/v1/customers/{buyer}/credit").ok()["limit"] is None
    acme.patch(f"/v1/customers/{buyer}", {"credit_limit": {"amount": "50", "currency": "EUR"}}, etag=1).ok()
    acme.world.settle()
    assert credit(acme, buyer) == ("60.00", "0.00")
    assert [current(acme, order)["on_hold"] for order in orders] == [[], []]
    assert here.confirmed((bike, 1), customer_id=buyer)["on_hold"] == ["credit"]
    act(acme, orders[0], "cancel")
    assert credit(acme, buyer) == ("30.00", "20.00")


def set_limit(client: Client, customer_id: str, amount: str | None) -> None:
    version = client.get(f"/v1/customers/{customer_id}").ok()["version"]
    limit = None if amount is None else {"amount": amount, "currency": "EUR"}
    client.patch(f"/v1/customers/{customer_id}", {"credit_limit": limit}, etag=version).ok()
    client.world.settle()


def test_a_higher_limit_lets_those_through_that_it_suffices_for_the_first_first(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=90)["id"], customer(acme, "10")
    orders = [here.confirmed((bike, quantity), customer_id=buyer) for quantity in (4, 7, 3)]
    by_hand = here.confirmed((bike, 1), customer_id=buyer)
    act(acme, by_hand, "hold", {"kind": "credit"})
    assert [current(acme, each)["on_hold"] for each in orders] == [["credit"]] * 3
    set_limit(acme, buyer, "100")
    assert [current(acme, each)["on_hold"] for each in orders] == [[], ["credit"], []]
    assert credit(acme, buyer) == ("80.00", "20.00")
    version = current(acme, orders[1])["version"]
    set_limit(acme, buyer, "120")
    assert current(acme, orders[1])["version"] == version
    set_limit(acme, buyer, None)
    assert current(acme, orders[1])["on_hold"] == []
    assert current(acme, by_hand)["on_hold"] == ["credit"]
    acme.post("/v1/shipments", {"order_id": orders[1]["id"], "ship": {}}).ok()
    told = acme.get(f"/v1/audit?entity=sales_order&entity_id={orders[1]['id']}").ok()["data"]
    assert "sales_order.credit_reviewed" in [entry["event"] for entry in told]


def test_a_limit_in_the_currency_of_the_orders_counts_them_and_lets_them_through(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=90)["id"], customer(acme, "1000", "USD")
    orders = [here.confirmed((bike, 3), customer_id=buyer) for _ in range(2)]
    set_limit(acme, buyer, "50")
    assert [current(acme, each)["on_hold"] for each in orders] == [[], ["credit"]]
    assert credit(acme, buyer) == ("30.00", "20.00")


def test_many_orders_are_looked_at_again_in_steps_and_none_twice(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=90)["id"], customer(acme, "5")
    orders = [here.confirmed((bike, quantity), customer_id=buyer) for quantity in (9, 1, 9, 1, 1, 9, 1)]
    monkeypatch.setattr(credit_counting, "_AT_ONCE", 2)
    set_limit(acme, buyer, "50")
    assert [len(current(acme, each)["on_hold"]) for each in orders] == [1, 0, 1, 0, 0, 1, 0]


def test_an_order_that_is_put_on_hold_while_the_limit_rises_is_decided_again(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=90)["id"], customer(acme, "5")
    set_limit(acme, buyer, "6")
    draft = here.order((bike, 1), customer_id=buyer)
    require = customers.require_unchanged

    def raised_meanwhile(*args: Any) -> None:
        monkeypatch.setattr(customers, "require_unchanged", require)
        require(*args)
        set_limit(acme, buyer, "50")

    monkeypatch.setattr(customers, "require_unchanged", raised_meanwhile)
    assert act(acme, draft, "confirm")["on_hold"] == []


def test_credit_goes_with_the_order_when_customers_are_merged(acme: Client) -> None:
    here = shop(acme)
    bike, one, two = here.item(on_hand=50)["id"], customer(acme, "100"), customer(acme, "100")
    here.confirmed((bike, 3), customer_id=one)
    version = acme.get(f"/v1/customers/{one}").ok()["version"]
    acme.post(f"/v1/customers/{one}/merge", {"into": two}, etag=version).ok()
    acme.world.settle()
    assert credit(acme, two) == ("30.00", "70.00")


def test_two_orders_at_once_do_not_use_the_same_credit(acme: Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    here: Shop = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme, "100")
    drafts = [here.order((bike, 3), customer_id=buyer) for _ in range(6)]

    def confirm(draft: Any) -> Any:
        return acme.post(f"/v1/sales-orders/{draft['id']}/confirm", {}, etag=1).ok()

    with ThreadPoolExecutor(6) as pool:
        confirmed = list(pool.map(confirm, drafts))
    assert sorted(order["on_hold"] for order in confirmed) == [[], [], [], ["credit"], ["credit"], ["credit"]]
    assert credit(acme, buyer) == ("90.00", "10.00")


def test_a_payment_that_bounces_uses_credit_and_holds_for_the_deposit_again(acme: Client) -> None:
    here = shop(acme)
    buyer = customer(acme, "100")
    order = here.confirmed((here.item(on_hand=9)["id"], 8), customer_id=buyer, deposit_percent="30")
    assert act(acme, order, "payment", {"status": "paid"})["on_hold"] == []
    assert credit(acme, buyer)[0] == "0.00"
    for status in ("unpaid", "voided", "refunded"):
        act(acme, order, "payment", {"status": "paid"})
        assert act(acme, order, "payment", {"status": status})["on_hold"] == ["payment"]
        assert credit(acme, buyer)[0] == "80.00"


def test_an_order_that_needed_no_credit_at_first_is_counted_when_it_does(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme, "100")
    free = {"item_id": bike, "quantity": "1", "unit_price": "0"}
    body = {"warehouse_id": here.warehouse, "currency": "EUR", "customer_id": buyer, "lines": [free]}
    order = acme.post("/v1/sales-orders", body).ok()
    assert act(acme, order, "confirm")["on_hold"] == []
    change = {"lines": [{"line": 1, "quantity": "50", "unit_price": "10"}]}
    edited = acme.patch(f"/v1/sales-orders/{order['id']}", change, etag=2).ok()
    assert (edited["on_hold"], credit(acme, buyer)[0]) == (["credit"], "0.00")


def test_a_hold_that_somebody_has_placed_is_not_lifted_by_itself(acme: Client) -> None:
    here = shop(acme)
    bike, buyer = here.item(on_hand=50)["id"], customer(acme, "100")
    draft = here.order((bike, 1), customer_id=buyer)
    for kind in ("payment", "credit"):
        act(acme, draft, "hold", {"kind": kind})
    confirmed = act(acme, draft, "confirm")
    assert confirmed["on_hold"] == ["payment", "credit"]
    assert [hold["is_automatic"] for hold in confirmed["holds"]] == [False, False]
    paid = act(acme, draft, "payment", {"status": "paid"})
    assert paid["on_hold"] == ["payment", "credit"]
    sales = acme.as_("sales")
    path = f"/v1/sales-orders/{draft['id']}"
    assert sales.patch(path, {"note": "x"}, etag=paid["version"]).ok()["on_hold"] == ["payment", "credit"]


def test_a_deposit_follows_the_order(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=50)["id"], 10), deposit_percent="30")
    act(acme, order, "payment", {"status": "partially_paid", "paid_amount": "30"})
    path = f"/v1/sales-orders/{order['id']}"
    version = current(acme, order)["version"]
    more = acme.patch(path, {"lines": [{"line": 1, "quantity": "20"}]}, etag=version).ok()
    assert (more["deposit"], more["on_hold"]) == ("60.00", ["payment"])
    less = acme.patch(path, {"lines": [{"line": 1, "quantity": "10"}]}, etag=more["version"]).ok()
    assert (less["deposit"], less["on_hold"]) == ("30.00", [])


def test_orders_without_a_limit_count_when_their_customer_is_merged_into_one_with_a_limit(acme: Client) -> None:
    here = shop(acme)
    bike, one, two = here.item(on_hand=50)["id"], customer(acme), customer(acme, "100")
    order = here.confirmed((bike, 7), customer_id=one)
    version = acme.get(f"/v1/customers/{one}").ok()["version"]
    acme.post(f"/v1/customers/{one}/merge", {"into": two}, etag=version).ok()
    acme.world.settle()
    assert (credit(acme, two)[0], current(acme, order)["on_hold"]) == ("70.00", [])
