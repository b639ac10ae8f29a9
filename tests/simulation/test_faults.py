"""Whatever happens at any call of confirm and ship: the caller repeats the command, and there is exactly one effect."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests import factories
from tests.events.feeds import stopped_clock
from tests.factories import Shop
from tests.simulation.books import Books
from tests.simulation.commands import Command
from tests.simulation.market import drafts
from tests.simulation.mishaps import STORE_KINDS, faults, twin_before
from tests.world import Client, Reply, World

QUANTITY = 2
STOCK = 1000


@dataclass
class Stage:
    """A shop with stock of two items, and drafts of an order for both."""

    shop: Shop
    items: list[str]
    waiting: list[str]

    @classmethod
    def set(cls, client: Client, orders: int = 60) -> "Stage":
        here = factories.shop(client)
        items = [here.item(on_hand=STOCK)["id"] for _ in range(2)]
        draft = here.order(*((item, QUANTITY) for item in items))
        return cls(here, items, drafts(client, draft["id"], orders))

    def command(self, path: str, body: Any, etag: int | None = None) -> Command:
        return Command(self.shop.client, path, body, uuid.uuid4().hex, etag)

    def confirm(self) -> Command:
        return self.command(f"/v1/sales-orders/{self.waiting.pop()}/confirm", {"reservation": "full"}, 1)

    def create_and_ship(self) -> Command:
        order = self.confirm().send().ok()
        return self.command("/v1/shipments", {"order_id": order["id"], "ship": {"carrier": "DHL"}})

    def ship_packed(self) -> Command:
        order = self.confirm().send().ok()
        shipment = self.command("/v1/shipments", {"order_id": order["id"]}).send().ok()
        path = f"/v1/shipments/{shipment['id']}"
        self.command(f"{path}/pack", {"packages": [{"number": 1}]}, shipment["version"]).send().ok()
        return self.command(f"{path}/ship", {"carrier": "DHL"}, shipment["version"] + 1)


FLOWS: dict[str, tuple[Callable[[Stage], Command], str, bool]] = {
    "confirm": (Stage.confirm, "sales_order.confirmed", False),
    "create and ship": (Stage.create_and_ship, "shipment.shipped", True),
    "ship a packed one": (Stage.ship_packed, "shipment.shipped", True),
}


@pytest.fixture
def instant() -> Iterator[None]:
    """Waiting takes no time, but it passes."""
    with stopped_clock():
        yield


@pytest.mark.parametrize("kind", [*STORE_KINDS, "twin"])
@pytest.mark.parametrize("flow", FLOWS)
def test_one_effect_whatever_happens_at_any_call(
    acme: Client, world: World, flow: str, kind: Any, instant: None
) -> None:
    prepare, event, leaves = FLOWS[flow]
    stage = Stage.set(acme)
    prepare(stage).send().ok()
    commands = [prepare(stage)]
    with faults() as counting:
        commands[0].send().ok()
        calls = len(counting.calls)
    assert calls >= 3
    for number in range(1, calls + 1):
        command = prepare(stage)
        commands.append(command)
        told = _disturbed(command, number, kind)
        repeated = command.send()
        assert (repeated.status, repeated.body) == (told.status, told.body), (number, told.body)
        assert repeated.header("Idempotent-Replayed") == "true"
        _check_levels(stage, done=len(commands) + 1, leaves=leaves, case=number)
    _check_story(stage, world, event, done=len(commands) + 1, leaves=leaves)


def _disturbed(command: Command, number: int, kind: Any) -> Reply:
    """The answer of a command that met the mishap and was repeated until there was one."""
    if kind == "twin":
        twins: list[Reply] = []
        with twin_before(number, lambda: twins.append(command.send())):
            mine = command.send()
        assert (mine.status, mine.body) == (twins[0].status, twins[0].body)
        mine.ok()
        return mine
    with faults() as injected:
        injected.at(number, kind)
        first = command.send()
        # A read never meets a conflict.
        assert kind == "conflict" or any(call.fault for call in injected.calls)
    if not kind.startswith("crash"):
        assert first.status in (200, 201, 503), first.body
    reply = command.repeat()
    reply.ok()
    if first.status < 300:
        assert reply.body == first.body
    return reply


def _check_levels(stage: Stage, *, done: int, leaves: bool, case: int) -> None:
    """Stock is what `done` effects leave of it."""
    moved = done * QUANTITY
    on_hand, committed = (STOCK - moved, 0) if leaves else (STOCK, moved)
    for item in stage.items:
        assert stage.shop.level(item) == (str(on_hand), str(committed), str(STOCK - moved)), case


def _check_story(stage: Stage, world: World, event: str, *, done: int, leaves: bool) -> None:
    """Books, feed and projection tell the same, each effect once."""
    client = stage.shop.client
    books = Books.read(client.tenant, stage.items)
    assert books.problems() == []
    movements = [len(ledger) for ledger in books.movements.values()]
    assert movements == [1 + done * leaves] * 2
    world.settle()
    changes = _changes(client)
    assert [change["number"] for change in changes] == list(range(1, len(changes) + 1))
    happened = Counter(change["entity_id"] for change in changes if change["event"] == event)
    assert len(happened) == done
    assert set(happened.values()) == {1}
    assert [stage.shop.waiting(item) for item in stage.items] == [[], []]


def _changes(client: Client) -> list[Any]:
    """The whole feed."""
    found: list[Any] = []
    while page := client.get(f"/v1/changes?limit=100&after={len(found)}").ok()["data"]:
        found += page
    return found
