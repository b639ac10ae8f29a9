"""Stock of a location with all locations that lie in it."""

import time
from typing import Any

import pytest

from chalicelib.inventory.stock import as_of
from chalicelib.kernel import lists
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.inventory.test_ledger import listed
from tests.inventory.test_places import transfer
from tests.world import Client


def inside(here: Shop, code: str, parent: str | None) -> str:
    body = {"warehouse_id": here.warehouse, "code": code, "name": code, "parent_location_id": parent}
    return str(here.client.post("/v1/locations", body).ok()["id"])


def places(client: Client, query: str, limit: int = 100) -> list[Any]:
    found, cursor = [], ""
    while True:
        page = client.get(f"/v1/stock/places?{query}&limit={limit}{cursor}").ok()
        assert len(page["data"]) <= limit
        found += page["data"]
        if page["next_cursor"] is None:
            return [(row["location_id"], row["item_id"], row["on_hand"]) for row in found]
        cursor = f"&cursor={page['next_cursor']}"


def test_what_lies_at_a_location_is_what_lies_in_it_too(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(on_hand=7)["id"], here.item()["id"]
    aisle = inside(here, "AISLE", None)
    shelf = inside(here, "SHELF", aisle)
    box = inside(here, "BOX", shelf)
    elsewhere = inside(here, "OTHER", None)
    for quantity, location in ((1, aisle), (2, shelf), (4, box), (8, elsewhere)):
        here.receive(item, quantity, location)
    here.receive(other, 3, box)
    all_in_aisle = sorted([(aisle, item, "1"), (shelf, item, "2"), (box, item, "4"), (box, other, "3")])
    assert places(acme, f"location_id={aisle}") == all_in_aisle
    assert places(acme, f"location_id={aisle}", limit=1) == all_in_aisle
    assert places(acme, f"location_id={aisle}&with_inner=false") == [(aisle, item, "1")]
    assert places(acme, f"location_id={shelf}") == sorted([(shelf, item, "2"), (box, item, "4"), (box, other, "3")])
    assert sorted(places(acme, f"location_id={shelf}&item_id={item}")) == sorted([(shelf, item, "2"), (box, item, "4")])
    assert places(acme, f"location_id={shelf}&item_id={item}&with_inner=false") == [(shelf, item, "2")]
    assert places(acme, f"location_id={here.location}") == [(here.location, item, "7")]


def test_a_default_location_may_have_locations_in_it_and_lie_in_one(acme: Client) -> None:
    here = shop(acme)
    items = sorted(here.item(on_hand=5)["id"] for _ in range(3))
    hall = inside(here, "HALL", None)
    acme.patch(f"/v1/locations/{here.location}", {"parent_location_id": hall}, etag=1).ok()
    shelf = inside(here, "SHELF", here.location)
    for item in items[:2]:
        here.receive(item, 2, shelf)
    at_default = [(here.location, item, "5") for item in items]
    on_shelf = [(shelf, item, "2") for item in items[:2]]
    for limit in (1, 2, 3, 4, 100):
        assert places(acme, f"location_id={hall}", limit) == at_default + on_shelf
    assert places(acme, f"location_id={here.location}&with_inner=false", 2) == at_default


def test_pages_leap_over_what_lies_elsewhere(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = shop(acme)
    aisle = inside(here, "AISLE", None)
    bins = [inside(here, f"B{n}", aisle if n % 3 == 0 else None) for n in range(24)]
    item = here.item()["id"]
    for part in (bins[:12], bins[12:]):
        lines = [{"item_id": item, "location_id": each, "quantity": "1"} for each in part]
        acme.post("/v1/stock/receipts", {"lines": lines}).ok()
    expected = [(each, item, "1") for each in sorted(bins[::3])]
    for limit in (1, 2, 3, 7, 8, 100):
        assert places(acme, f"location_id={aisle}", limit) == expected
    monkeypatch.setattr(lists, "_MOST_ROUNDS", 1)
    assert places(acme, f"location_id={aisle}", 2) == expected


def test_the_ledger_of_a_location_is_of_what_lies_in_it_too(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=9)["id"]
    aisle = inside(here, "AISLE", None)
    shelf, other = inside(here, "SHELF", aisle), inside(here, "OTHER", None)
    for quantity, location in ((1, aisle), (2, other), (3, shelf)):
        here.receive(item, quantity, location)
    transfer(acme, item, shelf, aisle, 2).ok()

    def quantities(query: str, limit: int = 100) -> list[str]:
        return [row["quantity"] for row in listed(acme, f"item_id={item}&{query}", limit)]

    assert quantities(f"location_id={aisle}") == quantities(f"location_id={aisle}", 1) == ["2", "-2", "3", "1"]
    assert quantities(f"location_id={aisle}&kind=receipt") == ["3", "1"]
    assert quantities(f"location_id={aisle}&with_inner=false") == ["2", "1"]
    assert quantities(f"location_id={shelf}") == ["-2", "3"]
    (receipt,) = listed(acme, f"item_id={item}&location_id={shelf}&kind=receipt")
    of_document = f"document_id={receipt['document_id']}&location_id={aisle}"
    assert [row["quantity"] for row in listed(acme, of_document)] == ["3"]
    assert listed(acme, f"{of_document}&with_inner=false") == []


def test_what_there_was_at_a_location_is_what_there_was_in_it_too(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shop(acme)
    item = here.item(on_hand=9)["id"]
    aisle = inside(here, "AISLE", None)
    shelf, empty = inside(here, "SHELF", aisle), inside(here, "EMPTY", aisle)
    acme.patch(f"/v1/locations/{here.location}", {"parent_location_id": aisle}, etag=1).ok()
    here.receive(item, 1, aisle)
    here.receive(item, 2, shelf)
    time.sleep(0.005)
    transfer(acme, item, shelf, here.location, 2).ok()
    transfer(acme, item, here.location, empty, 4).ok()
    outside = shop(acme)
    transfer(acme, item, here.location, outside.location, 3).ok()
    moved = list(reversed(listed(acme, f"item_id={item}&warehouse_id={here.warehouse}")))

    def there(at: str, location: str, more: str = "") -> str:
        path = f"/v1/stock/as-of?item_id={item}&location_id={location}{more}&at={at}"
        return str(acme.get(path).ok()["on_hand"])

    for row in moved:
        last = [each for each in moved if each["at"] == row["at"]][-1]
        assert there(row["at"], aisle) == last["balance"]
    assert there(moved[2]["at"], shelf) == "2"
    assert there(moved[2]["at"], aisle, "&with_inner=false") == "1"
    assert there("2999-01-01T00:00:00Z", aisle) == "9"
    assert there("2020-01-01T00:00:00Z", aisle) == "0"
    monkeypatch.setattr(as_of, "MOST_MOVEMENTS", 2)
    path = f"/v1/stock/as-of?item_id={item}&at={moved[1]['at']}"
    acme.get(f"{path}&location_id={aisle}").refused(400, "bad_request")
    assert acme.get(f"{path}&warehouse_id={here.warehouse}").ok()["on_hand"] == moved[1]["balance"]


def test_a_location_of_another_warehouse_shows_nothing_to_those_who_may_not_see_it(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    aisle = inside(here, "AISLE", None)
    shelf, item = inside(here, "SHELF", aisle), here.item()["id"]
    here.receive(item, 1, shelf)
    clerk = limited(acme, there.warehouse)
    assert places(clerk, f"location_id={aisle}") == []
    assert listed(clerk, f"item_id={item}&location_id={aisle}") == []
    clerk.get(f"/v1/stock/as-of?item_id={item}&location_id={aisle}&at=2999-01-01T00:00:00Z").refused(404, "not_found")
