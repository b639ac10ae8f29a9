"""The self-check through the API: it finds what was tampered with, and only that."""

import time
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from chalicelib.inventory.stock.balances import StockKey, ref
from chalicelib.inventory.stock.tables import Balance
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant, compound
from chalicelib.kernel.use_case import commit
from chalicelib.reporting.stock_check import checkpoint, scan, service
from chalicelib.reporting.stock_check.schemas import NewCheck
from chalicelib.sales.demand.tables import Demand
from tests.factories import Shop, shop
from tests.world import Client


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
    place = ref(Tenant(here.client.tenant), StockKey(item, here.location))
    actions = [getattr(Balance, name).set(value) for name, value in values.items()]
    assert store.write(store.update(place, [*actions, Balance.version.set(Balance.version + 1)]))


def test_a_shop_that_works_has_no_drift(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    here.confirmed((item, 3))
    shipped = here.confirmed((item, 2))
    acme.post("/v1/shipments", {"order_id": shipped["id"], "ship": {}}).ok()
    job = check(acme)
    assert job["state"] == "done"
    assert job["report"] == {"balances": 1, "movements": 2, "orders": 1, "drift_count": 0, "drifts": []}


def test_drift_is_found_on_the_second_look_and_repaired_with_a_journal_entry(acme: Client) -> None:
    here = shop(acme)
    item, other = here.item(on_hand=10)["id"], here.item(on_hand=4)["id"]
    here.confirmed((item, 3))
    tamper(here, item, reserved=Decimal(7), available=Decimal(3))
    tamper(here, other, on_hand=Decimal(5), available=Decimal(5))
    found = check(acme)["report"]["drifts"]
    assert sorted((row["kind"], row["expected"], row["found"], row["repaired"]) for row in found) == [
        ("ledger", "4", "5", False),
        ("reserved", "3", "7", False),
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
    monkeypatch.setattr(service, "PIECE_SECONDS", 0.0)
    here = shop(acme)
    items = [here.item(on_hand=10)["id"] for _ in range(3)]
    for _ in range(4):
        here.receive(items[0], 1)
    for item in items:
        here.confirmed((item, 2))
    here.client.world.settle()
    tamper(here, items[0], reserved=Decimal(7), available=Decimal(7))
    tamper(here, items[2], on_hand=Decimal(11), available=Decimal(9))
    call = Call.system(Tenant(acme.tenant), "test")
    job = jobs.read(call, commit(call, service.begin, NewCheck()).job_id)
    pieces, step = 0, Step(False, report={})
    while not step.done:
        pieces += 1
        step = service.step(call, msgspec.structs.replace(job, report=step.report or {}))
    assert pieces > 12
    report: Any = step.report
    found = [(row["item_id"], row["kind"]) for row in report["drifts"]]
    assert sorted(found) == sorted([(items[0], "reserved"), (items[2], "ledger")])
    assert (report["balances"], report["movements"], report["orders"]) == (3, 7, 3)
    assert "checkpoint" not in report


def test_the_projection_is_never_believed_against_the_orders(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.confirmed((item, 3))
    acme.world.settle()
    tenant = Tenant(acme.tenant)
    ref = store.Ref(Demand, tenant.key(item), compound(order["id"], here.location))
    store.write(store.delete(ref))
    assert check(acme)["report"]["drift_count"] == 0
    tamper(here, item, reserved=Decimal(0), available=Decimal(10))
    (drift,) = check(acme, repair=True)["report"]["drifts"]
    assert (drift["kind"], drift["expected"], drift["found"], drift["repaired"]) == ("reserved", "3", "0", True)
    assert here.level(item) == ("10", "3", "7")


def test_a_check_that_finds_too_many_suspects_says_that_it_is_incomplete(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "MOST_SUSPECTS", 1)
    here = shop(acme)
    for item in [here.item(on_hand=4)["id"] for _ in range(2)]:
        tamper(here, item, on_hand=Decimal(5), available=Decimal(5))
    report = check(acme)["report"]
    assert (report["drift_count"], report["incomplete"]) == (1, True)
