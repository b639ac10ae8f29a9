"""A mixed load of twelve clients while one consumer sleeps and one fails: orders get what they wait for meanwhile."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.events import consumers
from chalicelib.events.queues import Queue
from chalicelib.events.schemas import Change
from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Consumer
from tests.events.feeds import declare
from tests.events.test_isolation import PATIENCE_SECONDS, feed_running, wait_until
from tests.factories import Shop, shop
from tests.world import Client, World

CLIENTS = 12
STEPS = 10
MIX = {"create": 30, "confirm": 25, "edit": 10, "cancel": 10, "ship": 15, "receive": 10}


@pytest.fixture
def asleep(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The product's consumers with two more, of which one sleeps at every confirmed order and one fails; all pumps of
    the feed run. Set as soon as the one sleeps."""
    world.settle()
    asleep, morning = threading.Event(), threading.Event()

    def sleep(call: Call, changes: Sequence[Change]) -> None:
        asleep.set()
        assert morning.wait(PATIENCE_SECONDS)

    def fail(call: Call, changes: Sequence[Change]) -> None:
        raise Conflict

    def consumer(name: str) -> Consumer:
        return Consumer(name, "nowhere.handle", Queue.STOCK, frozenset({"sales_order.confirmed"}))

    ours = {consumer: consumers.handler(name) for name, (_, consumer) in declaration.consumers().items()}
    declare(monkeypatch, {**ours, consumer("sleeper"): sleep, consumer("failing"): fail})
    with feed_running(world, until=morning):
        yield asleep


class Trader:
    """One client with orders of its own; the items are everybody's, and too few."""

    def __init__(self, here: Shop, client: Client, items: Sequence[str], number: int) -> None:
        self._here = here
        self._client = client
        self._items = items
        self._random = random.Random(number)
        self._drafts: list[str] = []
        self._confirmed: list[str] = []

    def run(self) -> None:
        acts: dict[str, Callable[[], object]] = {name: getattr(self, f"_{name}") for name in MIX}
        for name in self._random.choices(list(MIX), list(MIX.values()), k=STEPS):
            acts[name]()

    def _create(self) -> None:
        self._drafts.append(self._here.order((self._random.choice(self._items), self._random.randint(1, 5)))["id"])

    def _confirm(self) -> None:
        order = self._draft()
        self._client.post(f"{order}/confirm", {}, etag=self._client.get(order).etag)
        self._confirmed.append(order)

    def _edit(self) -> None:
        order = self._draft()
        self._client.patch(order, {"note": "Ring twice."}, etag=self._client.get(order).etag)

    def _cancel(self) -> None:
        order = self._draft()
        self._client.post(f"{order}/cancel", {}, etag=self._client.get(order).etag)

    def _ship(self) -> None:
        """Refused for an order without committed stock."""
        if self._confirmed:
            order = self._confirmed.pop(0).rpartition("/")[2]
            self._client.post("/v1/shipments", {"order_id": order, "ship": {"carrier": "DHL"}})

    def _receive(self) -> None:
        self._here.receive(self._random.choice(self._items), 15)

    def _draft(self) -> str:
        if not self._drafts:
            self._create()
        return f"/v1/sales-orders/{self._drafts.pop(0)}"


def test_orders_get_what_they_wait_for_while_another_consumer_sleeps(acme: Client, asleep: threading.Event) -> None:
    here = shop(acme)
    items = [here.item(on_hand=5)["id"] for _ in range(5)]
    waiting = here.confirmed((items[0], 500))
    with ThreadPoolExecutor(CLIENTS) as pool:
        traders = [Trader(here, acme, items, number) for number in range(CLIENTS)]
        list(pool.map(Trader.run, traders))
    wait_until(asleep.is_set)
    for item in items:
        here.receive(item, 2000)

    def is_served() -> bool:
        return not any(here.waiting(item) for item in items)

    wait_until(is_served)
    assert acme.get(f"/v1/sales-orders/{waiting['id']}").ok()["fulfilment"] == "committed"
    assert acme.get("/v1/audit/verify").ok()["intact"]
