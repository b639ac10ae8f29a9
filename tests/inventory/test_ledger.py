"""The ledger by document and by time."""

import time
from typing import Any

from tests.contract.access_states import limited
from tests.factories import shop
from tests.inventory.test_documents import act, line, receipt, send
from tests.inventory.test_large_documents import done, transfer
from tests.world import Client


def listed(client: Client, query: str, limit: int = 100) -> list[Any]:
    found, cursor = [], ""
    while True:
        page = client.get(f"/v1/stock/ledger?{query}&limit={limit}{cursor}").ok()
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_a_document_lists_its_movements(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items, shelf, dock = [here.item()["id"] for _ in range(2)], here.bin("B"), there.bin("DOCK")
    lines = [line(here, items[0], quantity="4"), line(here, items[1], shelf, quantity="2")]
    document = receipt(here, *lines, reference="PO 7")
    here.receive(items[0], 1)
    found = listed(acme, f"document_id={document['id']}", limit=1)
    assert [(row["line"], row["item_id"], row["location_id"], row["quantity"]) for row in found] == [
        (1, items[0], here.location, "4"),
        (2, items[1], shelf, "2"),
    ]
    (one,) = listed(acme, f"document_id={document['id']}&location_id={shelf}")
    assert one["place_balance"] == "2"
    assert listed(acme, f"document_id={document['id']}&reference=other") == []
    sent = send(here, there, items[0], 3, in_transit=True)
    for lines in ([{"line": 1, "quantity": "1"}], [{"line": 1, "quantity": "2", "location_id": dock}]):
        act(acme, sent, "arrive", lines=lines).ok()
    moved = [(row["kind"], row["location_id"], row["quantity"]) for row in listed(acme, f"document_id={sent['id']}", 2)]
    assert moved == [
        ("transfer_out", here.location, "-3"),
        ("transfer_in", there.location, "1"),
        ("transfer_in", dock, "2"),
    ]
    assert len(listed(acme, f"document_id={sent['id']}&kind=transfer_in")) == 2
    assert listed(acme, "document_id=trf_01aaaaaaaaaaaaaaaaaaaaaaaa") == []
    acme.get("/v1/stock/ledger").refused(400, "bad_request")
    assert listed(acme, "document_id=shp_01aaaaaaaaaaaaaaaaaaaaaaaa") == []
    acme.get("/v1/stock/ledger?document_id=so_01aaaaaaaaaaaaaaaaaaaaaaaa").refused(400, "bad_request")
    assert listed(limited(acme, here.warehouse), f"document_id={sent['id']}") == []


def test_a_large_document_lists_its_movements_page_by_page(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    items = [here.item(on_hand=40)["id"] for _ in range(3)]
    document = done(acme, transfer(here, there, [(items[number % 3], 1) for number in range(123)]))
    found = listed(acme, f"document_id={document['id']}", limit=37)
    assert [(row["line"], row["kind"]) for row in found] == [
        (number, kind) for number in range(1, 121) for kind in ("transfer_out", "transfer_in")
    ]
    assert document["unposted_lines"] == 3


def test_movements_are_listed_by_time(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("B")
    for number in range(1, 6):
        here.receive(item, number, shelf if number % 2 else None)
        time.sleep(0.005)
    path = f"item_id={item}&warehouse_id={here.warehouse}"
    at = [row["at"] for row in reversed(listed(acme, path))]

    def quantities(query: str, place: str = path) -> list[str]:
        return [row["quantity"] for row in listed(acme, f"{place}{query}", limit=2)]

    assert quantities(f"&from={at[1]}") == ["5", "4", "3", "2"]
    assert quantities(f"&to={at[1]}") == ["1"]
    assert quantities(f"&from={at[1]}&to={at[4]}") == ["4", "3", "2"]
    assert quantities(f"&from={at[1]}&to=2999-01-01T00:00:00Z") == ["5", "4", "3", "2"]
    assert quantities("&from=2999-01-01T00:00:00Z") == quantities(f"&to={at[0]}") == []
    assert quantities(f"&from={at[1]}&to={at[4]}", f"item_id={item}&location_id={shelf}") == ["3"]
    acme.get(f"/v1/stock/ledger?{path}&from={at[1]}&to={at[0]}").refused(400, "bad_request")
