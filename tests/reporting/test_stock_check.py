"""The self-check through the API: it finds what was tampered with, and only that."""

import time
import zlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from chalicelib.catalog.items.tables import Item
from chalicelib.inventory.commitments import tables as queue
from chalicelib.inventory.stock.levels import StockKey, ref
from chalicelib.inventory.stock.tables import Stock
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Step
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.reporting.stock_check import checkpoint, scan, service
from chalicelib.reporting.stock_check.checkpoint import Checkpoint, Claims
from chalicelib.reporting.stock_check.schemas import NewStockCheck
from chalicelib.sales.orders import repository
from tests.factories import Shop, shop
from tests.world import Client

pytestmark = pytest.mark.long


def check(client: Client, **body: Any) -> Any:
    """Runs a check to its end and returns the job."""
    started = client.post("/v1/stock/check", body)
    assert started.status == 202, started.body
    for _ in range(40):
        client.world.settle()
        job = client.get(started.header("location")).ok()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.25)
    raise AssertionError(job)


def tamper(here: Shop, item: str, **values: Decimal | int) -> None:
    place = ref(Tenant(here.client.tenant), StockKey(item, here.warehouse))
    actions = [getattr(Stock, name).set(value) for name, value in values.items()]
    assert store.write(store.update(place, [*actions, Stock.version.set(Stock.version + 1)]))


def test_a_shop_that_works_has_no_drift(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    here.confirmed((item, 3))
    shipped = here.confirmed((item, 2))
    acme.post("/v1/shipments", {"order_id": shipped["id"], "ship": {}}).ok()
    job = check(acme)
    assert job["state"] == "done"
    assert job["report"] == {"rows": 1, "movements": 2, "orders": 1, "drift_count": 0, "drifts": []}


def test_drift_is_found_on_the_second_look_and_repaired_with_a_journal_entry(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(on_hand=10)["id"], here.item(on_hand=4)["id"]
    here.confirmed((item, 3))
    tamper(here, item, committed=Decimal(7), available=Decimal(3))
    tamper(here, other, on_hand=Decimal(5), available=Decimal(5))
    found = check(acme)["report"]["drifts"]
    assert sorted((row["kind"], row["expected"], row["found"], row["repaired"]) for row in found) == [
        ("committed", "3", "7", False),
        ("ledger", "4", "5", False),
    ]
    assert here.level(item) == ("10", "7", "3")
    acme.as_("warehouse").post("/v1/stock/check", {"repair": True}).refused(403, "forbidden")
    assert {row["repaired"] for row in check(acme, repair=True)["report"]["drifts"]} == {True}
    assert here.level(item) == ("10", "3", "7")
    assert here.level(other) == ("4", "0", "4")
    assert check(acme)["report"]["drift_count"] == 0
    events = [entry["event"] for entry in acme.get("/v1/changes?limit=100").ok()["data"]]
    assert events.count("stock.repaired") == 2


def test_a_check_goes_on_in_bounded_pieces_and_misses_nothing(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_ITEMS", 1)
    monkeypatch.setattr(scan, "_ORDERS", 1)
    monkeypatch.setattr(scan, "_MOVEMENTS", 2)
    monkeypatch.setattr(checkpoint, "MOST_KEYS", 1)
    monkeypatch.setattr(service, "PIECE_SECONDS", 0.0)
    here = shop(acme)
    items = [here.item(on_hand=10)["id"] for _ in range(3)]
    for _ in range(4):
        here.receive(items[0], 1)
    for item in items:
        here.confirmed((item, 2))
    here.client.world.settle()
    tamper(here, items[0], committed=Decimal(7), available=Decimal(7))
    tamper(here, items[2], on_hand=Decimal(11), available=Decimal(9))
    call = Call.system(Tenant(acme.tenant), "test")
    job = jobs.read(call, commit(call, service.begin, NewStockCheck()).job_id)
    pieces, step = 0, Step(False, report={})
    while not step.done:
        pieces += 1
        step = service.step(call, msgspec.structs.replace(job, report=step.report or {}))
    assert pieces > 12
    report: Any = step.report
    found = [(row["item_id"], row["kind"]) for row in report["drifts"]]
    assert sorted(found) == sorted([(items[0], "committed"), (items[2], "ledger")])
    assert (report["rows"], report["movements"], report["orders"]) == (3, 7, 3)
    assert "checkpoint" not in report


def held(quantity: int | str) -> Claims:
    return Claims(Decimal(quantity))


def test_a_window_ends_with_the_item_that_makes_it_full_and_the_next_one_begins_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checkpoint, "MOST_KEYS", 2)
    point = Checkpoint()
    point.add({StockKey("c", "x"): held(1), StockKey("a", "x"): held(2), StockKey("a", "y"): held(3)})
    point.narrow()
    point.add({StockKey("a", "x"): held(4), StockKey("b", "x"): held(5)})
    assert (point.claims, point.end) == ({"a": {"x": held(6), "y": held(3)}}, "a")
    point.next_stage()
    assert (point.stage, point.after) == ("items", "")
    point.next_stage()
    assert (point.stage, point.begin, point.end, point.claims) == ("orders", "a", "", {})
    assert [point.has(item) for item in ("a", "b", "z")] == [False, True, True]


def test_an_item_at_more_places_than_a_window_has_is_a_window_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "MOST_KEYS", 1)
    point = Checkpoint()
    point.add({StockKey(item, warehouse): held(1) for item in "ab" for warehouse in "xyz"})
    point.narrow()
    assert (sorted(point.claims), point.end) == (["a"], "a")


def test_what_is_carried_to_the_next_piece_stays_small() -> None:
    point = Checkpoint()
    for _ in range(checkpoint.MOST_KEYS + 100):
        point.add({StockKey(ids.new("itm"), ids.new("wh")): held("1234567.891")})
    for _ in range(checkpoint.MOST_SUSPECTS + 1):
        point.suspect_stock(StockKey(ids.new("itm"), ids.new("wh")))
    point.narrow()
    assert sum(map(len, point.claims.values())) == checkpoint.MOST_KEYS
    assert point.is_incomplete
    assert len(zlib.compress(msgspec.json.encode(point), 6)) < 200_000


def queue_ref(here: Shop, order: Any, item: str) -> store.Ref:
    row = repository.read(Call.system(Tenant(here.client.tenant), "test"), order["id"]).row
    return queue.waiting_ref(Tenant(here.client.tenant), StockKey(item, here.warehouse), row.claim().turn)


def found_rows(report: Any) -> list[tuple[str, ...]]:
    names = ("kind", "item_id", "order_id", "expected", "found", "repaired")
    return sorted(tuple(row[name] for name in names) for row in report["drifts"])


def test_an_order_that_waits_without_a_row_is_found_and_gets_its_turn_again(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 3))
    acme.world.settle()
    store.write(store.delete(queue_ref(here, order, item)))
    here.receive(item, 2)
    acme.world.settle()
    assert here.level(item) == ("2", "0", "2")
    assert found_rows(check(acme)["report"]) == [("queue", item, order["id"], "3", "0", False)]
    assert found_rows(check(acme, repair=True)["report"]) == [("queue", item, order["id"], "3", "0", True)]
    acme.world.settle()
    assert here.level(item) == ("2", "2", "0")
    assert here.waiting(item) == [(order["id"], "1")]
    assert check(acme)["report"]["drift_count"] == 0


def write_row(here: Shop, order: Any, item: str, quantity: int) -> None:
    place = queue_ref(here, order, item)
    store.write(store.put(queue.Waiting(partition=place.hash_key, turn=place.range_key, quantity=Decimal(quantity))))


def test_a_row_that_says_something_else_than_its_order_is_repaired(acme: Client) -> None:
    here = shop(acme)
    served, short = here.item(on_hand=5)["id"], here.item()["id"]
    order = here.confirmed((served, 5), (short, 2))
    acme.world.settle()
    for item in (served, short):
        write_row(here, order, item, 9)
    drifts = [("queue", served, order["id"], "0", "9", True), ("queue", short, order["id"], "2", "9", True)]
    assert found_rows(check(acme, repair=True)["report"]) == sorted(drifts)
    assert (here.waiting(served), here.waiting(short)) == ([], [(order["id"], "2")])


def test_a_row_that_an_order_left_behind_when_it_was_done_is_deleted(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 5))
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    acme.world.settle()
    write_row(here, order, item, 5)
    assert found_rows(check(acme, repair=True)["report"]) == [("queue", item, order["id"], "0", "5", True)]
    assert here.waiting(item) == []


def test_a_stock_row_that_does_not_say_what_is_waited_for_or_where_it_lies_is_repaired(acme: Client) -> None:
    here = shop(acme)
    short, there = here.item()["id"], here.item(on_hand=5)["id"]
    cage = acme.post(
        "/v1/locations", {"warehouse_id": here.warehouse, "code": "Q", "name": "Q", "zone": "quarantine"}
    ).ok()["id"]
    here.receive(there, 2, cage)
    here.confirmed((short, 3))
    acme.world.settle()
    tamper(here, short, waiting=Decimal(1))
    tamper(here, there, held=Decimal(0), available=Decimal(7), loose=Decimal(7))
    drifts = [
        ("waiting", short, None, "3", "1", True),
        ("places", there, None, "5", "7", True),
        ("held", there, None, "2", "0", True),
    ]
    assert found_rows(check(acme, repair=True)["report"]) == sorted(drifts)
    assert check(acme)["report"]["drift_count"] == 0
    assert here.level(there) == ("7", "0", "5")


def test_committed_stock_that_no_order_holds_is_found_without_any_row_of_those_who_wait(acme: Client) -> None:
    here = shop(acme)
    item, idle = here.item(on_hand=10)["id"], here.item(on_hand=4)["id"]
    here.confirmed((item, 3))
    acme.world.settle()
    tamper(here, item, committed=Decimal(0), available=Decimal(10))
    tamper(here, idle, committed=Decimal(1), available=Decimal(3))
    drifts = [("committed", item, None, "3", "0", True), ("committed", idle, None, "0", "1", True)]
    assert found_rows(check(acme, repair=True)["report"]) == sorted(drifts)
    assert (here.level(item), here.level(idle)) == (("10", "3", "7"), ("4", "0", "4"))


def test_what_orders_hold_where_there_is_no_stock_row_is_found_even_without_the_item(acme: Client) -> None:
    here, tenant = shop(acme), Tenant(acme.tenant)
    items = [here.item(on_hand=10)["id"] for _ in range(2)]
    here.confirmed(*((item, 3) for item in items))
    for item in items:
        store.write(store.delete(ref(tenant, StockKey(item, here.warehouse))))
    store.write(store.delete(store.Ref(Item, tenant.key(), items[1])))
    assert found_rows(check(acme)["report"]) == [("no_stock", item, None, "3", "0", False) for item in items]


def test_more_suspects_than_are_looked_at_at_once_are_looked_at_one_window_after_the_other(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "MOST_SUSPECTS", 1)
    here = shop(acme)
    for item in [here.item(on_hand=4)["id"] for _ in range(2)]:
        tamper(here, item, on_hand=Decimal(5), available=Decimal(5))
    report = check(acme)["report"]
    assert (report["rows"], report["drift_count"], "incomplete" in report) == (2, 2, False)


def test_a_check_that_finds_too_much_ends_and_says_that_it_is_incomplete(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "MOST_SUSPECTS", 1)
    monkeypatch.setattr(service, "MOST_DRIFTS", 1)
    here = shop(acme)
    for item in [here.item(on_hand=4)["id"] for _ in range(2)]:
        tamper(here, item, on_hand=Decimal(5), available=Decimal(5))
    report = check(acme)["report"]
    assert (report["drift_count"], report["incomplete"]) == (1, True)


def test_a_tenant_checks_its_stock_only_so_often_a_day(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "CHECKS", replace(service.CHECKS, most=2))
    for _ in range(2):
        assert acme.post("/v1/stock/check", {}).status == 202
    acme.post("/v1/stock/check", {}).refused(409, "quota_reached")
    assert len(acme.get("/v1/jobs").ok()["data"]) == 2
    assert acme.world.tenant().post("/v1/stock/check", {}).status == 202
