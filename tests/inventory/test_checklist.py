"""What the best of the field do with stock and orders, as a checklist: each row is a test that goes through HTTP."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.reporting.test_stock_check import check, tamper
from tests.world import Client, Reply


def confirm(here: Shop, order: Any, reservation: str = "full") -> Reply:
    path = f"/v1/sales-orders/{order['id']}/confirm"
    return here.client.post(path, {"reservation": reservation}, etag=order["version"])


def shown(here: Shop, order: Any) -> Any:
    return here.client.get(f"/v1/sales-orders/{order['id']}").ok()


def committed(here: Shop, *orders: Any) -> list[list[str]]:
    return [[line["committed"] for line in shown(here, order)["lines"]] for order in orders]


def ship(here: Shop, order: Any, quantity: int) -> Any:
    body = {"order_id": order["id"], "lines": [{"line": 1, "quantity": str(quantity)}], "ship": {}}
    return here.client.post("/v1/shipments", body).ok()


def states_of(order: Any) -> tuple[str, ...]:
    return order["status"], order["fulfilment"], order["billing"], order["payment"]


def test_row_1_orders_at_the_same_time_never_get_more_than_there_is(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    orders = [here.order((item, 2)) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda order: confirm(here, order), orders))
    assert sorted(reply.status for reply in replies) == [200, 200, 409, 409, 409, 409]
    assert here.level(item) == ("5", "4", "1")


@pytest.mark.parametrize(("policy", "expected"), [("full", None), ("partial", ["3", "1"])])
def test_row_2_two_lines_of_one_item_are_summed(acme: Client, policy: str, expected: list[str] | None) -> None:
    here = shop(acme)
    item = here.item(on_hand=4)["id"]
    order = here.order((item, 3), (item, 3))
    reply = confirm(here, order, policy)
    if expected is None:
        shortages = reply.refused(409, "insufficient_stock")["shortages"]
        assert [(short["wanted"], short["available"]) for short in shortages] == [("6", "4")] * 2
        assert here.level(item) == ("4", "0", "4")
    else:
        assert [line["committed"] for line in reply.ok()["lines"]] == expected


def test_row_3_what_is_missing_waits_and_is_served_by_priority_when_goods_arrive(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    first = here.confirmed((item, 4))
    urgent = here.confirmed((item, 2), priority=1)
    here.receive(item, 3)
    acme.world.settle()
    assert committed(here, first, urgent) == [["2"], ["2"]]
    here.receive(item, 5)
    acme.world.settle()
    assert (committed(here, first, urgent), here.level(item)) == ([["4"], ["2"]], ("9", "6", "3"))


def test_row_4_cancel_edit_and_ship_release_what_was_committed_exactly_once(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.confirmed((item, 4))
    lines = [{"line": 1, "quantity": "3"}]
    path = f"/v1/sales-orders/{order['id']}"
    edited = acme.patch(path, {"lines": lines}, etag=order["version"]).ok()
    acme.patch(path, {"lines": lines}, etag=edited["version"]).ok()
    assert here.level(item) == ("10", "3", "7")
    one = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "1"}], "ship": {}}
    for _ in range(2):
        acme.post("/v1/shipments", one, key="ship").ok()
    assert here.level(item) == ("9", "2", "7")
    for _ in range(2):
        acme.post(f"{path}/cancel", {}, etag=shown(here, order)["version"], key="cancel")
    assert here.level(item) == ("9", "0", "9")


def test_row_5_drift_is_reported_and_repaired(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    here.confirmed((item, 3))
    assert check(acme)["report"]["drifts"] == []
    tamper(here, item, committed=Decimal(5), available=Decimal(5))
    (found,) = check(acme)["report"]["drifts"]
    shown = (found["item_id"], found["kind"], found["expected"], found["found"], found["repaired"])
    assert shown == (item, "committed", "3", "5", False)
    assert [row["repaired"] for row in check(acme, repair=True)["report"]["drifts"]] == [True]
    assert here.level(item) == ("10", "3", "7")


def test_row_6_what_has_moved_is_never_edited_or_deleted_but_taken_back(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    line = {"item_id": item, "location_id": here.location, "quantity": "3"}
    document = acme.post("/v1/stock/receipts", {"lines": [line]}).ok()
    path = f"/v1/stock/documents/{document['id']}"
    assert (acme.patch(path, {"note": "x"}, etag=1).status, acme.call("DELETE", path).status) == (405, 405)
    acme.post(f"{path}/reverse", {}, etag=1).ok()
    ledger = acme.get(f"/v1/stock/ledger?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [(row["seq"], row["quantity"], row["balance"]) for row in ledger] == [(2, "-3", "0"), (1, "3", "3")]


def test_row_7_nothing_is_dated_on_a_closed_day(acme: Client) -> None:
    here = shop(acme)
    line = {"item_id": here.item()["id"], "location_id": here.location, "quantity": "3"}
    acme.post("/v1/stock/period/close", {"through": "2026-10-31"}).ok()
    late = {"lines": [line], "effective_on": "2026-10-31"}
    acme.post("/v1/stock/receipts", late).refused(409, "period_closed")
    acme.post("/v1/stock/receipts", {**late, "effective_on": "2026-11-01"}).ok()
    acme.post("/v1/stock/period/reopen", {"through": "2026-09-30"}).ok()
    acme.post("/v1/stock/receipts", late).ok()
    assert here.level(line["item_id"]) == ("6", "0", "6")


def test_row_13_an_order_is_shipped_paid_and_returned_in_parts_by_states_of_their_own(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.order((item, 5))
    states = [states_of(order)]
    states.append(states_of(confirm(here, order).ok()))
    first = ship(here, order, 2)
    states.append(states_of(shown(here, order)))
    path = f"/v1/sales-orders/{order['id']}/payment"
    paid = {"status": "partially_paid", "paid_amount": "20"}
    states.append(states_of(acme.post(path, paid, etag=shown(here, order)["version"]).ok()))
    ship(here, order, 3)
    states.append(states_of(shown(here, order)))
    acme.post(f"/v1/shipments/{first['id']}/cancel", etag=first["version"]).ok()
    states.append(states_of(shown(here, order)))
    assert states == [
        ("draft", "not_started", "not_billed", "unpaid"),
        ("confirmed", "committed", "not_billed", "unpaid"),
        ("in_progress", "partially_shipped", "not_billed", "unpaid"),
        ("in_progress", "partially_shipped", "not_billed", "partially_paid"),
        ("done", "shipped", "not_billed", "partially_paid"),
        ("in_progress", "partially_shipped", "not_billed", "partially_paid"),
    ]
    assert here.level(item) == ("7", "2", "5")


def test_row_14_more_than_was_ordered_is_shipped_within_a_tolerance_or_by_permission(acme: Client) -> None:
    acme.patch("/v1/tenant", {"over_delivery_percent": "10"}, etag=acme.get("/v1/tenant").etag).ok()
    here = shop(acme)
    order = here.confirmed((here.item(on_hand=50)["id"], 20))

    def send(client: Client, quantity: int, **fields: Any) -> Reply:
        lines = [{"line": 1, "quantity": str(quantity)}]
        return client.post("/v1/shipments", {"order_id": order["id"], "lines": lines, "ship": {}, **fields})

    clerk = acme.as_("warehouse")
    send(clerk, 18).ok()
    assert [error["code"] for error in send(clerk, 5).refused(422, "invalid")["errors"]] == ["over_tolerance"]
    send(clerk, 5, beyond_tolerance=True).refused(403, "forbidden")
    send(acme, 5, beyond_tolerance=True).ok()
    (line,) = shown(here, order)["lines"]
    assert (line["shipped"], line["over"]) == ("23", "3")


def test_row_28_answers_say_which_steps_are_allowed_and_refusals_have_a_code(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    order = here.order((item, 1))
    assert order["allowed_transitions"] == ["update", "prioritize", "hold", "release", "confirm", "cancel"]
    refused = acme.post(f"/v1/sales-orders/{order['id']}/close", etag=1).refused(409, "transition_refused")
    assert refused["allowed_transitions"] == order["allowed_transitions"]


def test_row_29_who_works_in_one_warehouse_sees_and_changes_nothing_elsewhere(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=2)["id"]
    there.receive(item, 9)
    user, stranger = limited(acme, here.warehouse), acme.world.tenant()
    for client, expected in ((acme, {"2", "9"}), (user, {"2"}), (stranger, set())):
        rows = client.get(f"/v1/stock?item_id={item}").ok()["data"]
        assert {row["on_hand"] for row in rows} == expected
    line = {"item_id": item, "location_id": there.location, "change": "-1"}
    for client in (user, stranger):
        client.post("/v1/stock/adjustments", {"lines": [line], "reason": "lost"}).refused(422, "invalid")
    assert there.level(item) == ("9", "0", "9")
