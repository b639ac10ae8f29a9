"""Reports on the stock of a warehouse: as of a time, ageing, what does not sell."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.inventory.stock.schemas import StockMovementKind as Kind
from chalicelib.inventory.stock.tables import Movement
from chalicelib.inventory.stock_reports import repository, rules
from tests.contract.access_states import limited
from tests.factories import Shop, shop
from tests.world import Client, World

MONTHS = ["2027-01-10", "2027-03-10", "2027-05-10", "2027-07-10"]


@pytest.fixture
def here(world: World) -> Shop:
    return shop(world.tenant(is_sandbox=True))


def on(here: Shop, day: str) -> None:
    """Sets the clock of the sandbox."""
    here.client.post("/v1/sandbox/clock", {"at": f"{day}T12:00:00Z", "is_frozen": True}).ok()


def report(client: Client, name: str, **query: object) -> Any:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return client.get(f"/v1/reports/{name}?{asked}").ok()["data"]


def ship(here: Shop, item: str, quantity: int) -> Any:
    order = here.confirmed((item, quantity))
    return here.client.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()


def ages(row: Any) -> dict[str, str]:
    """The buckets that are not empty."""
    return {name: row[name] for name in row if name.startswith("days_") and row[name] != "0"}


def test_what_there_was_in_a_warehouse_at_any_time(here: Shop) -> None:
    on(here, "2027-01-10")
    first, second = here.item(on_hand=5)["id"], here.item()["id"]
    on(here, "2027-02-10")
    here.receive(second, 7)
    on(here, "2027-03-10")
    ship(here, first, 5)
    ship(here, second, 3)

    def at(day: str) -> dict[str, str]:
        rows = report(here.client, "stock-as-of", warehouse_id=here.warehouse, at=f"{day}T00:00:00Z")
        return {row["item_id"]: row["on_hand"] for row in rows}

    assert at("2027-01-01") == {}
    assert at("2027-02-01") == {first: "5"}
    assert at("2027-03-01") == {first: "5", second: "7"}
    assert at("2027-04-01") == {second: "4"}
    for item, quantity in at("2027-03-01").items():
        path = f"/v1/stock/as-of?item_id={item}&warehouse_id={here.warehouse}&at=2027-03-01T00:00:00Z"
        assert here.client.get(path).ok()["on_hand"] == quantity


def test_what_is_on_hand_is_as_old_as_the_last_receipts_that_explain_it(here: Shop) -> None:
    item = here.item()["id"]
    for day in MONTHS:
        on(here, day)
        here.receive(item, 10)
    ship(here, item, 15)
    on(here, "2027-07-20")
    (row,) = report(here.client, "stock-ageing", warehouse_id=here.warehouse)
    assert (row["on_hand"], row["oldest_at"], row["is_partial"]) == ("25", "2027-03-10T12:00:00Z", False)
    assert ages(row) == {"days_0_30": "10", "days_61_90": "10", "days_91_180": "5"}
    on(here, "2028-01-20")
    assert ages(report(here.client, "stock-ageing", warehouse_id=here.warehouse)[0]) == {"days_over_180": "25"}


def test_goods_that_are_moved_or_come_back_keep_their_age(here: Shop) -> None:
    on(here, "2027-01-10")
    item, shelf = here.item(on_hand=10)["id"], here.bin("A-1")
    shipment = ship(here, item, 4)
    on(here, "2027-07-10")
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": shelf, "quantity": "6"}
    here.client.post("/v1/stock/transfers", {"lines": [line]}).ok()
    here.client.post(f"/v1/shipments/{shipment['id']}/cancel", etag=1).ok()
    wrong = here.receive(item, 3)
    here.client.post(f"/v1/stock/documents/{wrong['id']}/reverse", {}, etag=1).ok()
    here.receive(item, 1)
    (row,) = report(here.client, "stock-ageing", warehouse_id=here.warehouse)
    assert ages(row) == {"days_0_30": "1", "days_over_180": "10"}


def test_what_does_not_sell_is_reported(here: Shop) -> None:
    on(here, "2027-01-10")
    sold, never, gone, new = (here.item(on_hand=quantity)["id"] for quantity in (9, 2, 1, 1))
    ship(here, gone, 1)
    on(here, "2027-03-10")
    ship(here, sold, 4)
    on(here, "2027-04-10")
    here.receive(never, 5)
    fresh = here.item(on_hand=1)["id"]

    def slow(days: int) -> dict[str, Any]:
        rows = report(here.client, "slow-movers", warehouse_id=here.warehouse, days=days, limit=1)
        assert len(rows) <= 1
        rows = report(here.client, "slow-movers", warehouse_id=here.warehouse, days=days)
        return {row["item_id"]: (row["shipped_at"], row["idle_days"], row["on_hand"]) for row in rows}

    assert slow(60) == {never: (None, 90, "7"), new: (None, 90, "1")}
    assert slow(30) == {**slow(60), sold: ("2027-03-10T12:00:00Z", 31, "5")}
    assert slow(0) == {**slow(30), fresh: (None, 0, "1")}


def test_a_report_is_read_page_by_page_and_by_who_works_there(here: Shop) -> None:
    other = shop(here.client)
    items = sorted(here.item(on_hand=1)["id"] for _ in range(3))
    other.receive(items[0], 5)
    path = f"/v1/reports/stock-ageing?warehouse_id={here.warehouse}&limit=2"
    first = here.client.get(f"{path}&include=item").ok()
    rest = here.client.get(f"{path}&cursor={first['next_cursor']}").ok()
    assert [row["item_id"] for row in first["data"] + rest["data"]] == items
    assert set(first["included"]) == set(items[:2])
    user = limited(here.client, here.warehouse)
    queries = {"stock-as-of": {"at": "2099-01-01T00:00:00Z"}, "stock-ageing": {}, "slow-movers": {"days": 0}}
    for name, query in queries.items():
        assert len(report(user, name, warehouse_id=here.warehouse, **query)) == 3
        assert report(user, name, warehouse_id=other.warehouse, **query) == []


def test_what_many_movements_do_not_explain_is_said_to_be_older(here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_PAGE", 2)
    monkeypatch.setattr(repository, "MOST_MOVEMENTS", 4)
    item = here.item(on_hand=10)["id"]
    for _ in range(5):
        here.receive(item, 1)
    (row,) = report(here.client, "stock-ageing", warehouse_id=here.warehouse)
    assert (row["is_partial"], row["days_0_30"]) == (True, "15")


def moved(document: str, kind: Kind, quantity: int, day: int) -> Movement:
    at = datetime(2027, 1, day, tzinfo=UTC)
    return Movement(document_id=document, kind=kind, quantity=Decimal(quantity), at=at)


def test_layers_leave_out_what_was_taken_back_and_what_was_moved_inside() -> None:
    movements = [
        moved("trf_2", Kind.TRANSFER_IN, 2, 9),
        moved("trf_2", Kind.TRANSFER_OUT, -2, 9),
        moved("rcv_3", Kind.RECEIPT, -5, 8),
        moved("adj_1", Kind.ADJUSTMENT, -1, 7),
        moved("rcv_2", Kind.RECEIPT, 6, 6),
        moved("trf_1", Kind.TRANSFER_IN, 3, 5),
        moved("rcv_1", Kind.RECEIPT, 4, 4),
        moved("rcv_1", Kind.RECEIPT, 4, 4),
    ]
    found = [(layer.at.day, int(layer.quantity)) for layer in rules.layers(movements, is_all=True)]
    assert found == [(6, 1), (5, 3), (4, 8)]
    assert [layer.at.day for layer in rules.layers(movements, is_all=False)] == [6, 5]
    left = rules.remaining(rules.layers(movements, is_all=True), Decimal(9))
    assert [int(layer.quantity) for layer in left] == [1, 3, 5]
