"""The self-check through the API: it finds what was tampered with, and only that."""

import time
from decimal import Decimal
from typing import Any

from chalicelib.inventory.stock.balances import Place, ref
from chalicelib.inventory.stock.tables import Balance
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
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
    place = ref(Tenant(here.client.tenant), Place(item, here.location))
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
