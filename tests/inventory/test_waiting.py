"""Who waits for stock: in which order, what it costs, and that repeats, twins and jobs leave it right."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.events import feed
from chalicelib.events.schemas import Change
from chalicelib.inventory.commitments import consumers, holders, tables
from chalicelib.inventory.stock.levels import StockKey
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
        consumer, events = declaration.consumers()["inventory.filling"][1], declaration.events()
        return [change for change in found if consumer.wants(events[change.event])]


def waits(here: Shop, item: str) -> list[int]:
    return [int(quantity) for _, quantity in here.waiting(item)]


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


def level(here: Shop, item: str) -> tuple[str, ...]:
    (row,) = here.client.get(f"/v1/stock?item_id={item}").ok()["data"]
    return tuple(row[name] for name in ("on_hand", "committed", "available", "waiting"))


def test_who_waits_is_known_with_the_answer(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=1)["id"]
    first, second = here.confirmed((item, 4)), here.confirmed((item, 3), (item, 1))
    assert here.waiting(item) == [(first["id"], "3"), (second["id"], "4")]
    assert level(here, item) == ("1", "1", "0", "7")
    cancel(here, first)
    assert here.waiting(item) == [(second["id"], "4")]
    assert level(here, item) == ("1", "0", "1", "4")


@pytest.mark.parametrize("freed_by", ["receipt", "cancel"])
def test_a_new_order_never_jumps_the_queue(acme: Client, freed_by: str) -> None:
    """Case 06: what somebody waits for is not promised to anybody else, also in the moment before he gets it."""
    here, follower = shop(acme), Follower(acme)
    item = here.item(on_hand=5 if freed_by == "cancel" else None)["id"]
    holder = here.confirmed((item, 5)) if freed_by == "cancel" else None
    drafted_before = here.order((item, 5))
    waiter, draft = here.confirmed((item, 5)), here.order((item, 5))
    if holder is None:
        here.receive(item, 5)
    else:
        cancel(here, holder)
    for late in (draft, drafted_before):
        confirmed = acme.post(f"/v1/sales-orders/{late['id']}/confirm", {}, etag=late["version"]).ok()
        assert confirmed["lines"][0]["backordered"] == "5"
    follower.follow()
    assert (committed(here, waiter), committed(here, draft), committed(here, drafted_before)) == (["5"], ["0"], ["0"])
    assert here.waiting(item) == [(draft["id"], "5"), (drafted_before["id"], "5")]
    here.receive(item, 5)
    follower.follow()
    assert here.waiting(item) == [(drafted_before["id"], "5")]


def test_what_others_wait_for_is_not_shown_as_available(acme: Client) -> None:
    here = shop(acme)
    made = here.item()
    here.confirmed((made["id"], 4))
    here.receive(made["id"], 6)
    (row,) = acme.get(f"/v1/stock/availability?skus={made['sku']}").ok()["data"]
    assert (row["on_hand"], row["committed"], row["waiting"], row["available"]) == ("6", "0", "4", "2")
    late = here.confirmed((made["id"], 6))
    assert (late["lines"][0]["committed"], late["lines"][0]["backordered"]) == ("2", "4")
    full = here.order((made["id"], 1), reservation="full")
    acme.post(f"/v1/sales-orders/{full['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")


def test_an_edit_changes_what_is_waited_for_and_keeps_the_turn(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=2)["id"]
    first, second = here.confirmed((item, 3)), here.confirmed((item, 3))
    lines = [{"line": 1, "quantity": "6"}]
    acme.patch(f"/v1/sales-orders/{first['id']}", {"lines": lines}, etag=first["version"]).ok()
    assert here.waiting(item) == [(first["id"], "4"), (second["id"], "3")]
    acme.world.settle()
    here.receive(item, 4)
    acme.world.settle()
    assert (committed(here, first), committed(here, second)) == (["6"], ["0"])


def test_an_order_that_is_served_at_once_concerns_nobody(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item(on_hand=5)["id"] for _ in range(3)]
    follower.follow()
    order = here.confirmed(*((item, 1) for item in items))
    assert follower.follow() == ["BatchGetItem", "BatchWriteItem"]
    acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    assert follower.new() == []


def test_drafts_and_their_changes_are_no_demand(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    follower.follow()
    draft = here.order((item, 1))
    edit(here, draft, (item, 2))
    assert "BatchWriteItem" not in follower.follow()
    assert waits(here, item) == []


def test_one_query_tells_that_nobody_waits_for_an_item(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    here.item(on_hand=5)
    assert follower.follow() == ["Query"]


def test_what_cannot_be_filled_is_not_tried(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    for _ in range(3):
        here.confirmed((item, 2))
    assert "TransactWriteItems" not in follower.follow()
    here.receive(item, 1)
    assert follower.follow() == ["Query", "Query", "BatchGetItem", "TransactWriteItems"]
    assert waits(here, item) == [1, 2, 2]


def test_many_entries_are_followed_with_one_commit_for_each_order_and_the_oldest_comes_first(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(4)]
    first = here.confirmed((items[1], 2))
    second = here.confirmed(*((item, 2) for item in items))
    follower.follow()
    for item in [*items, *items]:
        here.receive(item, 1)
    assert follower.follow().count("TransactWriteItems") == 2
    assert (committed(here, first), committed(here, second)) == (["2"], ["2", "0", "2", "2"])
    assert [len(waits(here, item)) for item in items] == [0, 1, 0, 0]
    filled = [change["event"] for change in acme.get("/v1/audit?limit=100").ok()["data"]]
    assert filled.count("sales_order.backorder_filled") == 2


def test_an_order_gets_more_stock_keys_than_one_commit_holds(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.inventory.commitments.filling._KEYS", 2)
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(5)]
    order = here.confirmed(*((item, 1) for item in items))
    for item in items:
        here.receive(item, 3)
    assert follower.follow().count("TransactWriteItems") == 3
    assert committed(here, order) == ["1"] * 5
    assert [waits(here, item) for item in items] == [[]] * 5


def test_stock_that_came_between_the_confirmation_and_its_entry_is_not_missed(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item(on_hand=1)["id"]
    follower.follow()
    order = here.order((item, 3))

    def receive() -> None:
        here.receive(item, 2)
        follower.follow()

    with twin_before(1, receive, "TransactWriteItems"):
        acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1).ok()
    follower.follow()
    assert (committed(here, order), waits(here, item)) == (["3"], [])


def test_entries_that_come_again_one_by_one_change_nothing(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item(on_hand=1)["id"] for _ in range(3)]
    first, second = here.confirmed((items[0], 3)), here.confirmed((items[0], 1), (items[1], 2))
    edit(here, second, (items[1], 2), (items[2], 4))
    cancel(here, first)
    changes = follower.new()
    follower.follow(changes)
    before = [here.waiting(item) for item in items]
    assert before == [[], [(second["id"], "1")], [(second["id"], "3")]]
    for change in changes:
        follower.follow([change])
    assert [here.waiting(item) for item in items] == before


Twin = Callable[[Shop, Any, list[str]], Any]
TWINS: dict[str, Twin] = {
    "cancelled": lambda here, order, items: cancel(here, order),
    "moved": lambda here, order, items: edit(here, order, (items[1], 2)),
    "changed": lambda here, order, items: edit(here, order, (items[0], 5)),
}


@pytest.mark.parametrize("happened", TWINS)
def test_an_order_that_changes_while_it_is_filled_gets_what_is_right(acme: Client, happened: str) -> None:
    here, follower = shop(acme), Follower(acme)
    items = [here.item()["id"] for _ in range(2)]
    order = here.confirmed((items[0], 2))
    follower.follow()
    here.receive(items[0], 9)
    received = follower.new()
    with twin_before(1, lambda: TWINS[happened](here, order, items), "TransactWriteItems"):
        follower.follow(received)
    follower.follow()
    expected = {"cancelled": ([], []), "moved": ([], [2]), "changed": ([], [])}[happened]
    assert tuple(waits(here, item) for item in items) == expected
    held = {"cancelled": "0", "moved": "0", "changed": "5"}[happened]
    assert here.level(items[0]) == ("9", held, str(9 - int(held)))


def test_two_consumers_at_once_give_nothing_twice(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    first, second = here.confirmed((item, 2)), here.confirmed((item, 2))
    follower.follow()
    here.receive(item, 3)
    received = follower.new()
    with twin_before(1, lambda: follower.follow(received), "TransactWriteItems"):
        follower.follow(received)
    assert (committed(here, first), committed(here, second)) == (["2"], ["1"])
    assert level(here, item) == ("3", "3", "0", "1")


def test_an_order_under_a_job_gets_nothing_and_waits_on_until_the_job_ends(
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
    here.receive(kept, 3)
    follower.follow()
    assert [waits(here, item) for item in (kept, left)] == [[2], [2]]
    assert committed(here, younger) == ["2"]
    acme.world.settle()
    assert committed(here, order) == ["1"]
    assert [waits(here, item) for item in (kept, left)] == [[2], []]
    assert (level(here, kept), level(here, left)) == (("3", "3", "0", "2"), ("0", "0", "0", "0"))


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
    assert (committed(here, waiter), waits(here, items[0])) == (["1"], [])


def test_nothing_waits_for_a_fraction(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand="0.5", unit="kg")["id"]
    here.confirmed((item, "2.25"))
    assert here.waiting(item)[0][1] == str(Decimal("1.75"))


def count(here: Shop, item: str, change: int) -> None:
    """A count finds more or less than there should be."""
    line = {"item_id": item, "location_id": here.location, "change": str(change)}
    here.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "counted"}).ok()


def test_a_count_below_what_is_committed_is_recorded_and_the_last_ones_wait_again(acme: Client) -> None:
    """Case 04."""
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    first, second, third = (here.confirmed((item, quantity)) for quantity in (3, 4, 1))
    acme.world.settle()
    count(here, item, -5)
    assert level(here, item) == ("5", "8", "-3", "0")
    acme.world.settle()
    assert level(here, item) == ("5", "5", "0", "3")
    assert [committed(here, order) for order in (first, second, third)] == [["3"], ["2"], ["0"]]
    assert here.waiting(item) == [(second["id"], "2"), (third["id"], "1")]
    told = [entry for entry in acme.get("/v1/changes?limit=100").ok()["data"] if "fell_short" in entry["event"]]
    assert [entry["entity_id"] for entry in told] == [third["id"], second["id"]]
    count(here, item, 3)
    acme.world.settle()
    assert [committed(here, order) for order in (first, second, third)] == [["3"], ["4"], ["1"]]
    assert level(here, item) == ("8", "8", "0", "0")


def test_what_is_packed_already_is_not_taken_back(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=6)["id"]
    first, second = here.confirmed((item, 3)), here.confirmed((item, 3))
    shipment = acme.post("/v1/shipments", {"order_id": second["id"]}).ok()
    acme.world.settle()
    count(here, item, -5)
    acme.world.settle()
    assert (committed(here, first), committed(here, second)) == (["0"], ["3"])
    assert level(here, item) == ("1", "3", "-2", "3")
    path = f"/v1/shipments/{shipment['id']}"
    short = acme.post(f"{path}/ship", {}, etag=shipment["version"]).refused(409, "insufficient_stock")["shortages"]
    assert [(entry["wanted"], entry["available"]) for entry in short] == [("3", "1")]
    acme.post(f"{path}/cancel", {}, etag=shipment["version"]).ok()
    count(here, item, 5)
    acme.world.settle()
    assert level(here, item) == ("6", "6", "0", "0")


def test_goods_put_into_quarantine_are_held_and_promised_to_nobody(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    body = {"warehouse_id": here.warehouse, "code": "Q", "name": "Quarantine", "zone": "quarantine"}
    cage = acme.post("/v1/locations", body).ok()["id"]
    order = here.confirmed((item, 4))
    acme.world.settle()
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": cage, "quantity": "3"}
    acme.post("/v1/stock/transfers", {"lines": [line]}).ok()
    acme.world.settle()
    (row,) = acme.get(f"/v1/stock?item_id={item}").ok()["data"]
    shown = tuple(row[name] for name in ("on_hand", "committed", "held", "available", "waiting"))
    assert shown == ("5", "2", "3", "0", "2")
    assert committed(here, order) == ["2"]
    back = {**line, "from_location_id": cage, "to_location_id": here.location}
    acme.post("/v1/stock/transfers", {"lines": [back]}).ok()
    acme.world.settle()
    assert (committed(here, order), here.level(item)) == (["4"], ("5", "4", "1"))


def test_a_pointer_to_an_order_that_holds_nothing_any_more_is_removed_by_whoever_reads_it(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=10)["id"]
    kept, shipped = here.confirmed((item, 4)), here.confirmed((item, 5))
    acme.world.settle()
    acme.post("/v1/shipments", {"order_id": shipped["id"], "ship": {}}).ok()
    acme.world.settle()
    key = StockKey(item, here.warehouse)
    rows = tables.Holder.partition == tables.waiting_key(Tenant(acme.tenant), key)
    assert len(list(store.query_all(tables.Holder, rows))) == 2
    found = list(holders.holders(Tenant(acme.tenant), key, cleans=True))
    assert [(row.claim.document_id, quantity) for row, quantity in found] == [(kept["id"], 4)]
    assert len(list(store.query_all(tables.Holder, rows))) == 1


def prioritize(here: Shop, order: Any, **turn: Any) -> Any:
    version = here.client.get(f"/v1/sales-orders/{order['id']}").ok()["version"]
    return here.client.post(f"/v1/sales-orders/{order['id']}/prioritize", turn, etag=version)


def test_who_waits_is_served_by_priority_then_by_promised_date_then_by_confirmation(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    orders = {
        name: here.confirmed((item, 1), **turn)
        for name, turn in {
            "plain": {},
            "late": {"promised_on": "2027-03-01"},
            "soon": {"promised_on": "2027-01-15"},
            "urgent": {"priority": 1},
            "never": {"promised_on": "9999-12-31"},
            "idle": {"priority": 9, "promised_on": "2026-12-01"},
        }.items()
    }
    queue = [order for order, _ in here.waiting(item)]
    assert queue == [orders[name]["id"] for name in ("urgent", "soon", "late", "never", "plain", "idle")]
    rows = acme.get(f"/v1/stock/waiting?item_id={item}&warehouse_id={here.warehouse}").ok()["data"]
    assert [(row["priority"], row["promised_on"]) for row in rows][:2] == [(1, None), (5, "2027-01-15")]
    assert rows[0]["since"] == orders["urgent"]["confirmed_at"]
    acme.world.settle()
    here.receive(item, 2)
    acme.world.settle()
    assert [committed(here, orders[name]) for name in ("urgent", "soon", "late")] == [["1"], ["1"], ["0"]]


def test_a_turn_can_be_changed_by_hand_and_gives_nobody_what_others_hold(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=2)["id"]
    holder, first, second = (here.confirmed((item, quantity)) for quantity in (2, 3, 4))
    moved = prioritize(here, second, priority=2, promised_on="2027-02-01").ok()
    assert (moved["priority"], moved["promised_on"]) == (2, "2027-02-01")
    assert here.waiting(item) == [(second["id"], "4"), (first["id"], "3")]
    assert (level(here, item), committed(here, holder)) == (("2", "2", "0", "7"), ["2"])
    acme.world.settle()
    here.receive(item, 5)
    acme.world.settle()
    assert (committed(here, second), committed(here, first)) == (["4"], ["1"])
    back = prioritize(here, first, promised_on=None, priority=5).ok()
    assert (back["priority"], back["promised_on"], back["version"]) == (5, None, moved_version(here, first))
    draft = here.order((item, 1))
    assert prioritize(here, draft, priority=9).ok()["priority"] == 9
    cancel(here, draft)
    prioritize(here, draft, priority=1).refused(409, "transition_refused")


def moved_version(here: Shop, order: Any) -> int:
    return int(here.client.get(f"/v1/sales-orders/{order['id']}").ok()["version"])


def test_a_turn_of_many_lines_is_changed_by_a_job(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = shop(acme)
    items = [here.item()["id"] for _ in range(3)]
    first, second = (here.confirmed(*((item, 1) for item in items)) for _ in range(2))
    acme.world.settle()
    with monkeypatch.context() as patch:
        patch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 2)
        begun = prioritize(here, second, priority=1)
        assert begun.status == 202
        acme.world.settle()
    shown = acme.get(f"/v1/sales-orders/{second['id']}").ok()
    assert (shown["priority"], shown["job_id"]) == (1, None)
    assert [here.waiting(item) for item in items] == [[(second["id"], "1"), (first["id"], "1")]] * 3


def test_a_shortage_names_who_holds_the_stock(acme: Client) -> None:
    here, there = shop(acme), shop(acme)
    item = here.item(on_hand=5)["id"]
    first, second = here.confirmed((item, 3)), here.confirmed((item, 2))
    acme.world.settle()
    draft = here.order((item, 1), reservation="full")
    problem = acme.post(f"/v1/sales-orders/{draft['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")
    held = [{"document_id": second["id"], "quantity": "2"}, {"document_id": first["id"], "quantity": "3"}]
    assert [short["held_by"] for short in problem["shortages"]] == [held]
    line = {"item_id": item, "from_location_id": here.location, "to_location_id": there.location, "quantity": "1"}
    problem = acme.post("/v1/stock/transfers", {"lines": [line]}).refused(409, "insufficient_stock")
    assert [short["held_by"] for short in problem["shortages"]] == [held]


def test_a_turn_that_stays_as_it_is_changes_nothing(acme: Client) -> None:
    here = shop(acme)
    order = here.confirmed((here.item()["id"], 1))
    assert prioritize(here, order).ok()["version"] == order["version"]
    path = f"/v1/sales-orders/{order['id']}/prioritize?dry_run=true"
    assert acme.post(path, {"priority": 5}, etag=order["version"]).ok()["priority"] == 5
    for day in ("9999-12-31", None):
        assert prioritize(here, order, promised_on=day).ok()["promised_on"] == day


def full(here: Shop, item: str) -> None:
    """An order that wants one more piece at once; it is refused."""
    draft = here.order((item, 1), reservation="full")
    here.client.post(f"/v1/sales-orders/{draft['id']}/confirm", {}, etag=1).refused(409, "insufficient_stock")


@pytest.mark.parametrize("ends", ["confirmed", "counted"])
def test_what_happened_while_a_job_worked_on_an_order_is_looked_at_when_it_ends(
    acme: Client, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    here, follower = shop(acme), Follower(acme)
    items = sorted(here.item(on_hand=5 if ends == "counted" else None)["id"] for _ in range(2))
    order = here.order(*((item, 5) for item in items))
    pieces = 1 if ends == "counted" else 2
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - pieces)
    begun = acme.post(f"/v1/sales-orders/{order['id']}/confirm", {}, etag=1)
    assert begun.status == 202
    follower.follow()
    if ends == "counted":
        count(here, items[0], -5)
    else:
        here.receive(items[0], 5)
    follower.follow()
    worker.run(Call.system(Tenant(acme.tenant), "jobs"), begun.ok()["job_id"], feeds.soon())
    follower.follow()
    expected = {"confirmed": ("5", "5", "0", "0"), "counted": ("0", "0", "0", "5")}[ends]
    assert level(here, items[0]) == expected


def test_a_turn_that_changes_while_it_is_served_is_not_lost(acme: Client) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 5))
    follower.follow()
    here.receive(item, 5)
    received = follower.new()
    with twin_before(1, lambda: prioritize(here, order, priority=1).ok(), "TransactWriteItems"):
        follower.follow(received)
    follower.follow()
    assert (committed(here, order), waits(here, item), level(here, item)) == (["5"], [], ("5", "5", "0", "0"))


@pytest.mark.parametrize("happened", ["cancelled", "prioritized"])
def test_a_row_that_is_gone_is_not_written_again(acme: Client, happened: str) -> None:
    here, follower = shop(acme), Follower(acme)
    item = here.item()["id"]
    order = here.confirmed((item, 5))
    follower.follow()
    here.receive(item, 3)
    received = follower.new()

    def overtake() -> None:
        if happened == "cancelled":
            cancel(here, order)
        else:
            prioritize(here, order, priority=1).ok()

    with twin_before(1, overtake, "BatchGetItem"):
        follower.follow(received)
    follower.follow()
    expected = {"cancelled": ([], ("3", "0", "3", "0")), "prioritized": ([2], ("3", "3", "0", "2"))}[happened]
    assert (waits(here, item), level(here, item)) == expected


def test_who_gets_goods_back_by_a_reversed_shipment_is_found_when_they_are_lost(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    order = here.confirmed((item, 5))
    acme.world.settle()
    shipped = acme.post("/v1/shipments", {"order_id": order["id"], "ship": {}}).ok()
    key = StockKey(item, here.warehouse)
    assert list(holders.holders(Tenant(acme.tenant), key, cleans=True)) == []
    acme.post(f"/v1/shipments/{shipped['id']}/cancel", etag=shipped["version"]).ok()
    acme.world.settle()
    count(here, item, -5)
    acme.world.settle()
    assert (level(here, item), committed(here, order)) == (("0", "0", "0", "5"), ["0"])


def test_a_pick_list_that_is_cancelled_gives_back_what_was_lost(acme: Client) -> None:
    here = shop(acme)
    item, shelf = here.item()["id"], here.bin("B")
    here.receive(item, 6, shelf)
    order = here.confirmed((item, 6))
    half = {"order_id": order["id"], "lines": [{"line": 1, "quantity": "3"}]}
    first, second = (acme.post("/v1/shipments", half).ok() for _ in range(2))
    acme.world.settle()
    line = {"item_id": item, "location_id": shelf, "counted": "2"}
    acme.post("/v1/stock/adjustments", {"lines": [line], "reason": "counted"}).ok()
    acme.world.settle()
    assert level(here, item) == ("2", "6", "-4", "0")
    for shipment, expected in ((first, ("2", "3", "-1", "3")), (second, ("2", "2", "0", "4"))):
        acme.post(f"/v1/shipments/{shipment['id']}/cancel", etag=shipment["version"]).ok()
        acme.world.settle()
        assert level(here, item) == expected
    full(here, item)


def test_who_has_an_item_is_listed_the_one_first_who_would_give_it_up(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=7)["id"]
    first, second, urgent = (
        here.confirmed((item, quantity), priority=priority) for quantity, priority in ((3, 5), (2, 5), (2, 1))
    )
    shipped = here.confirmed((item, 1))
    acme.world.settle()
    path = f"/v1/stock/holders?item_id={item}&warehouse_id={here.warehouse}"
    shown = [(row["document_id"], row["quantity"]) for row in acme.get(path).ok()["data"]]
    assert shown == [(second["id"], "2"), (first["id"], "3"), (urgent["id"], "2")]
    assert shipped["lines"][0]["backordered"] == "1"
