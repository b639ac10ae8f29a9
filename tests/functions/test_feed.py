"""The feed from the API to the consumer while every part fails now and then: no gap, and each change once."""

import threading
from typing import Any

import pytest

from chalicelib.functions import schedules
from chalicelib.kernel import open_tenants
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Faults
from tests.events.feeds import head
from tests.functions.test_handlers import SCHEDULED
from tests.world import Client, World


def make(acme: Client, name: str) -> str:
    return str(acme.post("/v1/items", {"sku": name, "name": name}).ok()["id"])


def feed(acme: Client) -> list[tuple[int, str]]:
    """All changes, page by page."""
    found: list[Any] = []
    after = 0
    while data := (page := acme.get(f"/v1/changes?limit=2&after={after}").ok())["data"]:
        found += data
        after = page["next_after"]
    return [(change["number"], change["entity_id"]) for change in found]


def test_a_commit_that_is_held_up_comes_later_and_leaves_no_gap(
    acme: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact, started, go_on = store.transact, threading.Event(), threading.Event()

    def held_up(actions: Any, token: str) -> None:
        if any("SLOW" in str(action.request) for action in actions):
            started.set()
            assert go_on.wait(60)
        transact(actions, token)

    monkeypatch.setattr(store, "transact", held_up)
    slow: list[str] = []
    thread = threading.Thread(target=lambda: slow.append(make(acme, "SLOW")))
    thread.start()
    assert started.wait(20)
    quick = make(acme, "QUICK")
    world.settle()
    assert feed(acme) == [(1, quick)]
    go_on.set()
    thread.join()
    world.settle()
    assert feed(acme) == [(1, quick), (2, slow[0])]


@pytest.mark.parametrize("operation", ["UpdateItem", "BatchWriteItem"])
@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "reply_lost", "throttle"])
def test_a_sequencer_that_dies_while_it_numbers_leaves_nothing_out(
    acme: Client, world: World, kind: Any, operation: str
) -> None:
    world.settle()
    things = [make(acme, f"S-{n}") for n in range(3)]
    with Faults(client.dynamodb()) as faults:
        faults.at(1, kind, operation)
        world.pumps.sequencer.poll()
    world.settle()
    assert feed(acme) == list(enumerate(things, 1))


def test_what_the_stream_lost_is_numbered_by_the_reconciler(
    acme: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(acme, "S-1")
    world.settle()
    second = make(acme, "S-2")
    assert world.pumps.sequencer.skip() > 0
    world.settle()
    assert feed(acme) == [(1, first)]
    tenant = Tenant(acme.tenant)
    assert tenant in open_tenants.marked()
    monkeypatch.setattr(open_tenants, "marked", lambda: [tenant])  # of hundreds that other tests have left
    assert schedules.reconcile(SCHEDULED, None)["tenants"] == 1
    third = make(acme, "S-3")
    world.settle()
    assert feed(acme) == [(1, first), (2, second), (3, third)]
    assert head(Tenant(acme.tenant)).number == 3
    assert acme.get("/v1/audit/verify").ok()["intact"]
