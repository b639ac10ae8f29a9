"""Goods that are expected, and what can be promised because of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.inventory.arrivals import rules
from tests.factories import Shop, shop
from tests.world import Client

TODAY, SOON, LATER = date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 20)


def expect(here: Shop, item: str, quantity: int, due_on: str, **fields: Any) -> Any:
    body = {"item_id": item, "warehouse_id": here.warehouse, "quantity": str(quantity), "due_on": due_on, **fields}
    return here.client.post("/v1/arrivals", body).ok()


def outlook(here: Shop, item: str) -> Any:
    return here.client.get(f"/v1/stock/outlook?item_id={item}&warehouse_id={here.warehouse}").ok()


def test_what_can_be_promised_follows_from_what_arrives_and_who_waits(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=2)["id"]
    first, second, third = (here.confirmed((item, quantity)) for quantity in (3, 4, 9))
    expect(here, item, 10, "2099-02-01")
    expect(here, item, 3, "2099-01-10")
    seen = outlook(here, item)
    assert (seen["available"], seen["waiting"]) == ("0", "14")
    assert [(row["due_on"], row["arriving"], row["promisable"]) for row in seen["promisable"]] == [
        (None, "0", "0"),
        ("2099-01-10", "3", "0"),
        ("2099-02-01", "10", "0"),
    ]
    assert [(row["document_id"], row["quantity"], row["expected_on"]) for row in seen["expected"]] == [
        (first["id"], "1", "2099-01-10"),
        (second["id"], "4", "2099-02-01"),
        (third["id"], "9", None),
    ]
    assert seen["is_partial"] is False


def test_an_arrival_is_changed_until_it_is_done(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    made = expect(here, item, 5, "2099-01-10", reference="PO 7")
    path = f"/v1/arrivals/{made['id']}"
    assert (made["status"], made["reference"], made["allowed_transitions"]) == (
        "expected",
        "PO 7",
        ["update", "complete"],
    )
    changed = acme.patch(path, {"quantity": "8", "due_on": "2099-03-01"}, etag=1).ok()
    assert (changed["quantity"], changed["due_on"]) == ("8", "2099-03-01")
    listed = acme.get(f"/v1/arrivals?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [row["id"] for row in listed] == [made["id"]]
    assert outlook(here, item)["promisable"][-1]["promisable"] == "8"
    assert acme.post(f"{path}/complete", etag=2).ok()["status"] == "done"
    assert len(outlook(here, item)["promisable"]) == 1
    acme.patch(path, {"quantity": "9"}, etag=3).refused(409, "transition_refused")
    assert acme.get("/v1/arrivals?status=done").ok()["data"][0]["id"] == made["id"]


def test_every_wrong_field_of_an_arrival_is_named_at_once(acme: Client) -> None:
    here = shop(acme)
    made = here.item()
    acme.post(f"/v1/items/{made['id']}/archive", etag=1).ok()
    ghost = f"wh_{'0' * 26}"
    body = {"item_id": made["id"], "warehouse_id": ghost, "quantity": "1", "due_on": "2099-01-01"}
    problem = acme.post("/v1/arrivals", body).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/item_id", "archived_item"),
        ("/warehouse_id", "unknown_warehouse"),
    ]


@pytest.mark.parametrize(
    ("available", "waiting", "expected"),
    [(5, 0, [5, 8, 18]), (5, 7, [0, 1, 11]), (-2, 3, [0, 0, 8])],
)
def test_who_waits_gets_his_goods_before_anything_is_promised(
    available: int, waiting: int, expected: list[int]
) -> None:
    arriving = rules.by_day([(LATER, Decimal(10)), (SOON, Decimal(3))], TODAY)
    found = rules.promisable(Decimal(available), Decimal(waiting), arriving)
    assert [row.promisable for row in found] == expected


def test_what_is_overdue_is_expected_today() -> None:
    assert rules.by_day([(date(2026, 11, 1), Decimal(2)), (TODAY, Decimal(1))], TODAY) == {TODAY: 3}
