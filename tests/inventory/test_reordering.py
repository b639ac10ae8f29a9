"""Reorder rules, and what they suggest to order."""

from typing import Any

import pytest

from tests.factories import Shop, shop
from tests.inventory.test_large_documents import done, transfer
from tests.world import Client


def rule(here: Shop, item: str, **fields: Any) -> Any:
    body = {"item_id": item, "warehouse_id": here.warehouse, "reorder_point": "10", **fields}
    return here.client.post("/v1/reorder-rules", body).ok()


def suggested(here: Shop, query: str = "") -> list[Any]:
    found = here.client.get(f"/v1/stock/reorder-suggestions?warehouse_id={here.warehouse}{query}").ok()["data"]
    assert isinstance(found, list)
    return found


def expect(here: Shop, item: str, quantity: int, due_on: str) -> None:
    body = {"item_id": item, "warehouse_id": here.warehouse, "quantity": str(quantity), "due_on": due_on}
    here.client.post("/v1/arrivals", body).ok()


def test_a_rule_is_made_changed_listed_and_removed(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item()["id"], here.item()["id"]
    made = rule(here, item, target="40", multiple="12", minimum_order_quantity="24", lead_time_days=14)
    path = f"/v1/reorder-rules/{made['id']}"
    assert acme.get(path).ok() == made
    acme.post("/v1/reorder-rules", {**_asked(made), "reorder_point": "1"}).refused(409, "already_exists")
    changed = acme.patch(path, {"target": None, "reorder_point": "5"}, etag=1).ok()
    assert (changed["target"], changed["reorder_point"], changed["multiple"], changed["version"]) == (
        None,
        "5",
        "12",
        2,
    )
    acme.patch(path, {"target": "9"}, etag=1).refused(412, "precondition_failed")
    second = rule(here, other)
    for query in (f"item_id={item}", f"item_id={item}&warehouse_id={here.warehouse}"):
        assert [row["id"] for row in acme.get(f"/v1/reorder-rules?{query}").ok()["data"]] == [made["id"]]
    for query in ("", f"?warehouse_id={here.warehouse}"):
        found = acme.get(f"/v1/reorder-rules{query}").ok()["data"]
        assert sorted(row["id"] for row in found) == sorted([made["id"], second["id"]])
    assert acme.post(f"{path}/remove", etag=2).ok()["id"] == made["id"]
    acme.get(path).refused(404, "not_found")
    assert rule(here, item)["version"] == 1


def test_a_rule_without_a_reorder_point_takes_the_one_of_its_item(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(reorder_point="7")["id"], here.item()["id"]
    assert rule(here, item, reorder_point=None)["reorder_point"] == "7"
    body = {"item_id": other, "warehouse_id": here.warehouse, "target": "0.5"}
    problem = acme.post("/v1/reorder-rules", body).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/reorder_point", "/target"]


def _asked(made: Any) -> Any:
    return {name: made[name] for name in ("item_id", "warehouse_id", "reorder_point", "target")}


def test_every_wrong_field_of_a_rule_is_named_at_once(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    ghost = f"wh_{'0' * 26}"
    body = {"item_id": item, "warehouse_id": ghost, "reorder_point": "2.5", "target": "1", "multiple": "0.5"}
    problem = acme.post("/v1/reorder-rules", body).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/reorder_point", "too_precise"),
        ("/multiple", "too_precise"),
        ("/target", "below_reorder_point"),
        ("/warehouse_id", "unknown_warehouse"),
    ]
    service = here.item(kind="service")["id"]
    body = {"item_id": service, "warehouse_id": here.warehouse, "reorder_point": "1"}
    problem = acme.post("/v1/reorder-rules", body).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/item_id", "not_stocked")]
    gone = here.item()
    acme.post(f"/v1/items/{gone['id']}/archive", etag=1).ok()
    problem = acme.post("/v1/reorder-rules", {**body, "item_id": gone["id"]}).refused(422, "invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [("/item_id", "archived_item")]


@pytest.mark.parametrize(
    ("on_hand", "fields", "quantity"),
    [
        (10, {}, "0"),
        (9, {}, "1"),
        (9, {"target": "40"}, "31"),
        (9, {"target": "40", "multiple": "12"}, "36"),
        (9, {"multiple": "12", "minimum_order_quantity": "13"}, "24"),
        (None, {"minimum_order_quantity": "30"}, "30"),
    ],
)
def test_what_is_below_the_reorder_point_is_ordered_up_to_the_target(
    acme: Client, on_hand: int | None, fields: Any, quantity: str
) -> None:
    here = shop(acme)
    item = here.item(on_hand=on_hand)["id"]
    rule(here, item, **fields)
    (found,) = suggested(here)
    assert (found["item_id"], found["quantity"], found["is_below"]) == (item, quantity, quantity != "0")


def test_a_suggestion_knows_what_waits_what_is_held_and_what_is_expected(acme: Client) -> None:
    here, far = shop(acme), shop(acme)
    item, other = here.item(on_hand=4)["id"], here.item()["id"]
    far.receive(item, 20)
    body = {"warehouse_id": here.warehouse, "code": "Q", "name": "Q", "zone": "quarantine"}
    held = acme.post("/v1/locations", body).ok()["id"]
    here.receive(item, 3, held)
    here.confirmed((item, 3))
    here.confirmed((item, 8))
    expect(here, item, 5, "2000-01-01")
    expect(here, item, 100, "2099-01-01")
    expect(here, other, 7, "2099-01-01")
    line = {"item_id": item, "from_location_id": far.location, "to_location_id": here.location, "quantity": "6"}
    sent = acme.post("/v1/stock/transfers", {"lines": [line], "in_transit": True}).ok()
    rule(here, item, lead_time_days=30, target="20")
    (found,) = suggested(here)
    quantities = ("on_hand", "committed", "held", "available", "waiting", "arriving", "in_transit", "projected")
    assert [found[name] for name in quantities] == ["7", "4", "3", "0", "7", "5", "6", "4"]
    assert (found["quantity"], found["is_below"]) == ("16", True)
    arrived = {"lines": [{"line": 1, "quantity": "1", "lost": "2"}]}
    acme.post(f"/v1/stock/documents/{sent['id']}/arrive", arrived, etag=1).ok()
    assert suggested(here)[0]["in_transit"] == "3"
    acme.patch(f"/v1/reorder-rules/{found['reorder_rule_id']}", {"lead_time_days": None}, etag=1).ok()
    assert suggested(here)[0]["quantity"] == "0"


def test_suggestions_are_narrowed_and_paged(acme: Client) -> None:
    here = shop(acme)
    items = sorted(here.item(on_hand=quantity)["id"] for quantity in (1, 20, 2, 30, 3))
    for item in items:
        rule(here, item)
    low = [row["item_id"] for row in suggested(here, "&is_below=true")]
    others = [row["item_id"] for row in suggested(here, "&is_below=false")]
    assert len(low) == 3 and sorted(low + others) == items == [row["item_id"] for row in suggested(here)]
    path = f"/v1/stock/reorder-suggestions?warehouse_id={here.warehouse}&is_below=true&limit=2"
    first = acme.get(f"{path}&include=item,warehouse").ok()
    assert {first["included"][each]["code"] is not None for each in (low[0], here.warehouse)} == {True}
    rest = acme.get(f"{path}&cursor={first['next_cursor']}").ok()
    assert [row["item_id"] for row in first["data"] + rest["data"]] == low
    acme.get(f"{path.replace('true', 'false')}&cursor={first['next_cursor']}").refused(400, "bad_request")


def test_nothing_is_suggested_of_an_item_that_is_not_bought_any_more(acme: Client) -> None:
    here = shop(acme)
    phased_out, archived = here.item(), here.item()
    for item, step in ((phased_out, "phase-out"), (archived, "archive")):
        rule(here, item["id"])
        acme.post(f"/v1/items/{item['id']}/{step}", etag=1).ok()
    assert suggested(here) == []


def test_a_page_of_suggestions_costs_the_same_however_many_there_are(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.kernel.dynamo import reads

    here = shop(acme)
    asked: list[str] = []
    real = reads.ask

    def counted(operation: str, **request: Any) -> Any:
        asked.append(operation)
        return real(operation, **request)

    monkeypatch.setattr(reads, "ask", counted)
    costs = []
    for _ in range(2):
        for _ in range(4):
            item = here.item(on_hand=1)["id"]
            rule(here, item)
            expect(here, item, 1, "2099-01-01")
        asked.clear()
        suggested(here)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 9


def test_what_a_large_transfer_brings_is_on_its_way_too(acme: Client) -> None:
    here, far = shop(acme), shop(acme)
    item = here.item()["id"]
    far.receive(item, 250)
    rule(here, item)
    done(acme, transfer(far, here, [(item, 1)] * 250, in_transit=True))
    assert suggested(here)[0]["in_transit"] == "250"
