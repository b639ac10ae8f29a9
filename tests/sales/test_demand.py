"""The list of those who wait for stock: what it costs, and that repeats, twins and jobs leave it right."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from chalicelib.inventory.stock.balances import StockKey
from chalicelib.sales.demand import consumers, projection, tables

from chalicelib.events import feed
from chalicelib.events.schemas import Change
from chalicelib.jobs import staged, worker
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests.events import feeds
from tests.factories import Shop, shop
from tests.simulation.mishaps import faults, twin_before
from tests.world import Client


class Follower:
    """The feed of a tenant, followed by hand: nothing else follows it."""

    def __init__(self, client: Client) -> None:
        self._call = Call.system(Tenant(client.tenant), "test")
        self._position = 0

    def follow(self, changes: list[Change] | None = None) -> list[str]:
        """Follows the new entries together, or these; returns the store calls that it took."""
        followed = self.new() if changes is None else changes
        with faults() as counting:
            consumers.follow(self._call, followed)
        return [call.operation for call in counting.calls]

    def new(self) -> list[Change]:
        """The entries since the last call that the consumer wants."""
        feeds.number(self._call.tenant)
        found = feed.pull(self._call.tenant, self._position, 100)
        self._position += len(found)
        wanted = declaration.consumers()["sales.backorders"][1].events
        return [change for change in found if change.event in wanted]

    def project(self, order_id: str) -> None:
        projection.project(self._call, {order_id: False})


def rows(client: Client, item: str) -> list[tuple[str, Decimal, int]]:
    """The rows of an item: order, quantity and version."""
    found = store.query_all(tables.Demand, tables.Demand.partition == Tenant(client.tenant).key(item))
    return [(row.order_id, row.waiting, row.order_version) for row in found]


def edit(here: Shop, order: Any, *lines: tuple[str, int]) -> Any:
    """Replaces the lines of an order by new ones."""
    new = [{"item_id": item, "quantity": str(quantity), "unit_price": "1"} for item, quantity in lines]
    version = here.client.get(f"/v1/sales-orders/{order['id']}").ok()["version"]
    return here.client.patch(f"/v1/sales-orders/{order['id']}", {"lines": new}, etag=version).ok()


def cancel(here: Shop, order: Any) -> None:
    version = here.client.get(f"/v1/sales-orders/{order['id']}").ok()["version"]
    here.client.post(f"/v1/sales-orders/{order['id']}/cancel", {}, etag=version).ok()


def committed(here: Shop, order: Any) -> list[str]:
    return [line["committed"] for line in here.client.get(f"/v1/sales-orders/{order['id']}").ok()["lines"]]


def test_an_order_that_is_served_at_once_is_read_and_nothing_else(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item(on_hand=5)["id"] for _ in range(3)]
    follower.follow()
    order = here.confirmed(*((item, 1) for item in items))
    assert follower.follow() == ["BatchGetItem"]
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert follower.new() == []


def test_drafts_and_their_changes_are_no_demand(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    follower.follow()
    draft = here.order((item, 1))
    assert follower.new() == []
    edit(here, draft, (item, 2))
    assert follower.follow() == ["BatchGetItem", "GetItem"]
    assert rows(acme, item) == []


def test_one_query_tells_that_nobody_waits_for_an_item(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    here.item(on_hand=5)
    assert follower.follow() == ["Query"]


def test_what_cannot_be_filled_is_not_tried(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    for _ in range(3):
        here.confirmed((item, 2))
    calls = follower.follow()
    assert "TransactWriteItems" not in calls
    assert calls.count("PutItem") == 3
    here.receive(item, 1)
    assert follower.follow() == ["Query", "Query", "BatchGetItem", "TransactWriteItems"]
    assert [quantity for _, quantity, _ in rows(acme, item)] == [1, 2, 2]


def test_many_entries_are_followed_with_one_commit_for_each_order_and_the_oldest_comes_first(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(4)]
    first = here.confirmed((items[1], 2))
    second = here.confirmed(*((item, 2) for item in items))
    follower.follow()
    for item in items:
        here.receive(item, 1)
    for item in items:
        here.receive(item, 1)
    assert follower.follow().count("TransactWriteItems") == 2
    assert (committed(here, first), committed(here, second)) == (["2"], ["2", "0", "2", "2"])
    assert [len(rows(acme, item)) for item in items] == [0, 1, 0, 0]
    filled = [change["event"] for change in acme.get("/v1/audit?limit=100").ok()["data"]]
    assert filled.count("sales_order.backorder_filled") == 2


def test_an_order_gets_more_stock_keys_than_one_commit_holds(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.sales.demand.backorders._KEYS", 2)
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(5)]
    order = here.confirmed(*((item, 1) for item in items))
    for item in items:
        here.receive(item, 3)
    assert follower.follow().count("TransactWriteItems") == 3
    assert committed(here, order) == ["1"] * 5
    assert [rows(acme, item) for item in items] == [[]] * 5


def test_stock_that_came_between_the_confirmation_and_its_entry_is_not_missed(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 2))
    confirmed = follower.new()
    here.receive(item, 2)
    received = follower.new()
    follower.follow(received)
    assert committed(here, order) == ["0"]
    follower.follow(confirmed)
    assert (committed(here, order), rows(acme, item)) == (["2"], [])


def test_entries_that_come_again_one_by_one_change_nothing(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item(on_hand=1)["id"] for _ in range(3)]
    first, second = here.confirmed((items[0], 3)), here.confirmed((items[0], 1), (items[1], 2))
    edit(here, second, (items[1], 2), (items[2], 4))
    cancel(here, first)
    changes = follower.new()
    follower.follow(changes)
    before = [rows(acme, item) for item in items]
    assert [[(order, waits) for order, waits, _ in found] for found in before] == [
        [],
        [(second["id"], 1)],
        [(second["id"], 3)],
    ]
    for change in changes:
        follower.follow([change])
    assert [rows(acme, item) for item in items] == before


def test_a_first_entry_that_comes_late_writes_what_is_true_now(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(2)]
    order = here.confirmed((items[0], 1))
    late = follower.new()
    version = edit(here, order, (items[1], 1))["version"]
    follower.follow(late)
    assert [rows(acme, item) for item in items] == [[], [(order["id"], 1, version)]]
    cancel(here, order)
    follower.follow()
    follower.follow(late)
    assert [rows(acme, item) for item in items] == [[], []]


Twin = Callable[[Shop, Any, list[str]], Any]
TWINS: dict[str, Twin] = {
    "cancelled": lambda here, order, items: cancel(here, order),
    "moved": lambda here, order, items: edit(here, order, (items[1], 2)),
    "changed": lambda here, order, items: edit(here, order, (items[0], 5)),
    "filled": lambda here, order, items: here.receive(items[0], 9),
}


@pytest.mark.parametrize("happened", TWINS)
def test_a_twin_that_was_overtaken_leaves_nothing_out_of_date(acme: Client, happened: str) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(2)]
    order = here.confirmed((items[0], 2))
    confirmed = follower.new()

    def overtake() -> None:
        follower.follow(confirmed)
        TWINS[happened](here, order, items)
        follower.follow()

    with twin_before(1, overtake, "PutItem"):
        follower.follow(confirmed)
    expected = {"cancelled": [[], []], "moved": [[], [2]], "changed": [[5], []], "filled": [[], []]}[happened]
    assert [[waits for _, waits, _ in rows(acme, item)] for item in items] == expected


def test_a_twin_that_was_overtaken_deletes_no_newer_row(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(2)]
    order = here.confirmed((items[0], 2))
    follower.follow()
    edit(here, order, (items[1], 2))
    moved = follower.new()

    def overtake() -> None:
        edit(here, order, (items[0], 2))
        follower.follow([*moved, *follower.new()])

    with twin_before(1, overtake, "DeleteItem"):
        follower.follow(moved)
    assert [[waits for _, waits, _ in rows(acme, item)] for item in items] == [[2], []]


def test_a_row_is_never_overwritten_by_an_older_version(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 2))
    ref = tables.ref(Tenant(acme.tenant), order["id"], StockKey(item, here.location))
    newer = tables.Demand(
        partition=ref.hash_key,
        rank=ref.range_key,
        item_id=item,
        order_id=order["id"],
        location_id=here.location,
        waiting=Decimal(7),
        order_version=order["version"] + 1,
    )
    store.write(store.put(newer))
    follower.follow()
    follower.project(order["id"])
    assert rows(acme, item) == [(order["id"], 7, order["version"] + 1)]


def test_an_order_under_a_job_gets_nothing_and_keeps_its_rows_until_the_job_ends(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, follower = shop(acme), Follower(acme)
    kept, left = here.item()["id"], here.item()["id"]
    order, younger = here.confirmed((kept, 2), (left, 2)), here.confirmed((kept, 2))
    follower.follow()
    with monkeypatch.context() as patch:
        patch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS)
        lines = [{"line": 1, "item_id": kept, "quantity": "3", "unit_price": "1"}]
        begun = acme.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=order["version"])
        assert begun.status == 202
        assert follower.new() == []
    here.receive(kept, 3)
    follower.follow()
    follower.project(order["id"])
    assert [[waits for _, waits, _ in rows(acme, item)] for item in (kept, left)] == [[2], [2]]
    assert committed(here, younger) == ["2"]
    acme.world.settle()
    assert committed(here, order) == ["1"]
    assert [[waits for _, waits, _ in rows(acme, item)] for item in (kept, left)] == [[2], []]


def test_what_a_job_took_back_goes_to_those_who_wait(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 1)
    here, follower = shop(acme), Follower(acme)
    items = sorted(here.item(on_hand=1)["id"] for _ in range(2))
    large = here.order(*((item, 1) for item in items), reservation="full")
    begun = acme.post(f"/v1/sales-orders/{large['id']}/confirm", {}, etag=1).ok()
    here.confirmed((items[1], 1))
    waiter = here.confirmed((items[0], 1))
    follower.follow()
    assert committed(here, waiter) == ["0"]
    worker.run(Call.system(Tenant(acme.tenant), "jobs"), begun["job_id"], feeds.soon())
    assert acme.get(f"/v1/sales-orders/{large['id']}").ok()["status"] == "draft"
    follower.follow()
    assert (committed(here, waiter), rows(acme, items[0])) == (["1"], [])
