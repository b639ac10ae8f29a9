"""What an item is besides its codes: its life and its replacement, customs data, pictures, and how it is tracked."""

import threading

import pytest

from tests.factories import Shop, shop
from tests.world import Client


def item(acme: Client, sku: str, **fields: object) -> dict[str, object]:
    made: dict[str, object] = acme.post("/v1/items", {"sku": sku, "name": sku, **fields}).ok()
    return made


def codes(problem: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


def test_an_item_that_is_phased_out_is_still_sold_and_becomes_active_again(acme: Client) -> None:
    here = shop(acme)
    made = here.item(on_hand=3)
    path = f"/v1/items/{made['id']}"
    phased = acme.post(f"{path}/phase-out", etag=1).ok()
    assert (phased["status"], phased["allowed_transitions"]) == ("phasing_out", ["restore", "archive"])
    assert here.confirmed((made["id"], 2))["lines"][0]["committed"] == "2"
    assert [found["id"] for found in acme.get("/v1/items?status=phasing_out").ok()["data"]] == [made["id"]]
    acme.post(f"{path}/phase-out", etag=2).refused(409, "transition_refused")
    assert acme.post(f"{path}/restore", etag=2).ok()["status"] == "active"


def test_the_refusal_of_an_archived_item_names_the_one_that_replaces_it(acme: Client) -> None:
    here = shop(acme)
    newest, newer = item(acme, "NEWEST"), item(acme, "NEWER")
    old = item(acme, "OLD", replacement_id=newer["id"])
    acme.patch(f"/v1/items/{newer['id']}", {"replacement_id": newest["id"]}, etag=1).ok()
    for made, version in ((old, 1), (newer, 2)):
        acme.post(f"/v1/items/{made['id']}/archive", etag=version).ok()
    line = {"quantity": "1", "unit_price": "1"}
    body = {
        "warehouse_id": here.warehouse,
        "currency": "EUR",
        "lines": [{"item_id": old["id"], **line}, {"sku": "NEWEST", **line}],
    }
    (error,) = acme.post("/v1/sales-orders", body).refused(422, "invalid")["errors"]
    assert error == {
        "pointer": "/lines/0/item_id",
        "code": "archived_item",
        "message": "The item is archived. Use NEWEST, which replaces it.",
    }


def test_an_item_cannot_be_replaced_by_itself_in_the_end(acme: Client) -> None:
    first = item(acme, "A")
    second = item(acme, "B", replacement_id=first["id"])
    path = f"/v1/items/{first['id']}"
    for replacement in (first["id"], second["id"]):
        problem = acme.patch(path, {"replacement_id": replacement}, etag=1).refused(422, "invalid")
        assert codes(problem) == [("/replacement_id", "circular_replacement")]
    unknown = "itm_01k9zq3v5e7r2t8y4w6x1c9b3n"
    problem = acme.patch(path, {"replacement_id": unknown}, etag=1).refused(422, "invalid")
    assert codes(problem) == [("/replacement_id", "unknown_item")]
    stranger = item(acme.world.tenant(), "THEIRS")
    problem = acme.patch(path, {"replacement_id": stranger["id"]}, etag=1).refused(422, "invalid")
    assert codes(problem) == [("/replacement_id", "unknown_item")]


def test_two_items_that_are_made_to_replace_each_other_at_once_close_no_circle(acme: Client) -> None:
    for number in range(5):
        pair = [item(acme, f"{side}-{number}") for side in ("A", "B")]
        replies = []

        def replace(one: object, other: object, into: list[int] = replies) -> None:
            into.append(acme.patch(f"/v1/items/{one}", {"replacement_id": other}, etag=1).status)

        ids = [each["id"] for each in pair]
        threads = [threading.Thread(target=replace, args=order) for order in (ids, ids[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(replies) == [200, 422]


def test_customs_data_and_pictures_are_kept_in_one_form(acme: Client) -> None:
    picture = {"url": "https://cdn.example.com/a.jpg?size=2", "alt": "A red bike"}
    fields = {"country_of_origin": "DE", "hs_code": "8712.00.30", "images": [picture, {"url": "https://x.example/b"}]}
    made = item(acme, "A", **fields)
    assert (made["country_of_origin"], made["hs_code"]) == ("DE", "87120030")
    assert made["images"] == [picture, {"url": "https://x.example/b", "alt": None}]
    cleared = acme.patch(f"/v1/items/{made['id']}", {"hs_code": None, "images": []}, etag=1).ok()
    assert (cleared["hs_code"], cleared["images"], cleared["country_of_origin"]) == (None, [], "DE")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"hs_code": "12345"}, "/hs_code"),
        ({"hs_code": "12345678901"}, "/hs_code"),
        ({"country_of_origin": "XX"}, "/country_of_origin"),
        ({"images": [{"url": "http://cdn.example.com/a.jpg"}]}, "/images/0/url"),
        ({"images": [{"url": "https://ada:secret@cdn.example.com/a.jpg"}]}, "/images/0/url"),
        ({"images": [{"url": "javascript:alert(1)"}]}, "/images/0/url"),
        ({"images": [{"url": "https://"}]}, "/images/0/url"),
    ],
)
def test_what_is_no_tariff_number_country_or_safe_address_is_refused(
    acme: Client, fields: dict[str, object], pointer: str
) -> None:
    problem = acme.post("/v1/items", {"sku": "A", "name": "x", **fields}).refused(422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_what_does_not_fit_together_in_tracking_is_told_at_once(acme: Client) -> None:
    body = {"sku": "A", "name": "x", "tracking": "none", "expiry": "required", "reorder_point": "0.5"}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    assert codes(problem) == [("/reorder_point", "too_precise"), ("/expiry", "needs_tracking")]
    body = {"sku": "A", "name": "x", "tracking": "serial", "unit": "kg", "shelf_life_days": 5}
    problem = acme.post("/v1/items", body).refused(422, "invalid")
    assert codes(problem) == [("/tracking", "needs_whole_unit"), ("/shelf_life_days", "needs_expiry")]
    acme.post("/v1/items", {"sku": "A", "name": "x", "tracking": "lot", "expiry": "required", "unit": "kg"}).ok()


def test_tracking_changes_until_stock_has_moved_and_the_unit_never(acme: Client) -> None:
    here = shop(acme)
    made = here.item()
    path = f"/v1/items/{made['id']}"
    change = {"tracking": "lot", "expiry": "optional", "shelf_life_days": 30}
    changed = acme.patch(path, change, etag=1).ok()
    assert {name: changed[name] for name in change} == change
    back = {"tracking": "none", "expiry": "none", "shelf_life_days": None}
    assert acme.patch(path, back, etag=2).ok()["moved"] is False
    here.receive(made["id"], 2)
    assert (acme.get(path).ok()["moved"], acme.get(path).ok()["version"]) == (True, 3)
    problem = acme.patch(path, {"tracking": "serial"}, etag=3).refused(422, "invalid")
    assert codes(problem) == [("/tracking", "fixed")]
    acme.patch(path, {"unit": "kg"}, etag=3).refused(422, "invalid")
    for fixed in ({"unit": "kg"}, {"kind": "service"}):
        (row,) = acme.post("/v1/items/bulk-upsert", {"items": [{"sku": made["sku"], **fixed}]}).ok()["rows"]
        assert (row["outcome"], row["errors"][0]["code"]) == ("failed", "fixed")
    same = acme.patch(path, {"tracking": "none", "name": "Renamed"}, etag=3).ok()
    assert (same["name"], same["moved"]) == ("Renamed", True)


def test_what_is_tracked_by_lot_or_serial_number_is_not_received_without(acme: Client) -> None:
    here = shop(acme)
    made = here.item(tracking="lot")
    line = {"item_id": made["id"], "location_id": here.location}
    for path, body in (
        ("/v1/stock/receipts", {"lines": [{**line, "quantity": "1"}]}),
        ("/v1/stock/adjustments", {"lines": [{**line, "change": "1"}], "reason": "found"}),
    ):
        problem = acme.post(path, body).refused(422, "invalid")
        assert codes(problem) == [("/lines/0/item_id", "tracked_item")]
    assert acme.get(f"/v1/items/{made['id']}").ok()["moved"] is False


def change_and_receive_at_once(here: Shop, item_id: str) -> tuple[int, int]:
    statuses: dict[str, int] = {}

    def change() -> None:
        statuses["change"] = here.client.patch(f"/v1/items/{item_id}", {"unit": "kg"}, etag=1).status

    def receive() -> None:
        line = {"item_id": item_id, "location_id": here.location, "quantity": "0.5"}
        statuses["receive"] = here.client.post("/v1/stock/receipts", {"lines": [line]}).status

    threads = [threading.Thread(target=target) for target in (change, receive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses["change"], statuses["receive"]


def test_stock_is_never_received_in_a_unit_that_changes_at_the_same_time(acme: Client) -> None:
    here = shop(acme)
    for _ in range(8):
        made = here.item(unit="g")
        changed, received = change_and_receive_at_once(here, made["id"])
        shown = acme.get(f"/v1/items/{made['id']}").ok()
        assert received == 201
        assert (changed, shown["unit"]) in ((200, "kg"), (422, "g"))
        assert shown["moved"] is True


def test_a_mark_that_stock_has_moved_is_not_lost_in_a_change_at_the_same_time(acme: Client) -> None:
    here = shop(acme)
    for number in range(8):
        made = here.item()
        path = f"/v1/items/{made['id']}"
        rename = threading.Thread(target=acme.patch, args=(path, {"name": f"N-{number}"}, 1))
        rename.start()
        here.receive(made["id"], 1)
        rename.join()
        assert acme.get(path).ok()["moved"] is True


def test_the_largest_receipt_of_new_items_fits_and_fixes_them_all(acme: Client) -> None:
    here = shop(acme)
    ids = [here.item()["id"] for _ in range(40)]
    lines = [{"item_id": each, "location_id": here.location, "quantity": "1"} for each in ids]
    acme.post("/v1/stock/receipts?dry_run=true", {"lines": lines}).ok()
    assert acme.get(f"/v1/items/{ids[0]}").ok()["moved"] is False
    assert len(acme.post("/v1/stock/receipts", {"lines": lines}).ok()["lines"]) == 40
    listed = acme.get(f"/v1/items?ids={','.join(ids)}").ok()["data"]
    assert [item["moved"] for item in listed] == [True] * 40
