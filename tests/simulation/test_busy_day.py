"""A busy day: many people do everything at once while calls fail and pumps die. In the evening all books agree."""

import os
import random
import threading
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.kernel.dynamo import client
from infra.local.shim import Conflicts
from tests import factories
from tests.factories import Shop
from tests.simulation.books import LIVE, Books, drifts
from tests.simulation.market import together
from tests.simulation.mishaps import Storm, in_time
from tests.world import Client, Reply, World

PEOPLE, STEPS = 8, 14
FAULTS = 0.03
REPEATS = 12
SEED = int(os.environ.get("NOVEX_SEED", "0"))


@dataclass
class Floor:
    """What everybody works on."""

    shop: Shop
    items: list[str]
    places: list[tuple[str, str]]
    orders: list[str] = field(default_factory=list)
    shipments: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    @classmethod
    def open(cls, acme: Client) -> "Floor":
        here = factories.shop(acme)
        items = [here.item(on_hand=20)["id"] for _ in range(2)]
        shelf = here.bin("A")
        return cls(here, items, [(items[0], here.location), (items[0], shelf), (items[1], here.location)])

    def ask(self, method: str, path: str, body: Any = None, etag: int | None = None) -> Reply:
        """A command as a careful caller sends it: repeated with the same key until it is answered."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, **({"If-Match": f'"{etag}"'} if etag else {})}
        for _ in range(REPEATS):
            reply = self.shop.client.call(method, path, body, headers)
            self.answers[reply.status] += 1
            if reply.status < 500:
                break
        assert reply.status in (200, 201, 404, 409, 412, 422), reply.body
        return reply


class Person:
    """Does one thing after another, as the seed decides."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self._floor = floor
        self._chance = random.Random(seed)

    def work(self) -> Reply:
        deeds = [self.receive, self.move, self.sell, self.sell, self.change, self.end]
        deeds += [self.send, self.send, self.take_back]
        for _ in range(STEPS):
            reply = self._chance.choice(deeds)()
        return reply

    def _few(self) -> str:
        return str(self._chance.randint(1, 4))

    def _lines(self) -> list[dict[str, str]]:
        places = self._chance.sample(self._floor.places, self._chance.randint(1, 3))
        return [{"item_id": item, "quantity": self._few(), "unit_price": "10"} for item, _ in places]

    def _any(self, kind: str, names: list[str]) -> Any:
        if not names:
            return None
        return self._floor.ask("GET", f"/v1/{kind}/{self._chance.choice(names)}").json

    def receive(self) -> Reply:
        item, location = self._chance.choice(self._floor.places)
        line = {"item_id": item, "location_id": location, "quantity": self._few()}
        return self._floor.ask("POST", "/v1/stock/receipts", {"lines": [line]})

    def move(self) -> Reply:
        (item, here), (_, there) = self._chance.sample(self._floor.places[:2], 2)
        line = {"item_id": item, "from_location_id": here, "to_location_id": there, "quantity": self._few()}
        return self._floor.ask("POST", "/v1/stock/transfers", {"lines": [line]})

    def sell(self) -> Reply:
        body = {"warehouse_id": self._floor.shop.warehouse, "currency": "EUR", "lines": self._lines()}
        order = self._floor.ask("POST", "/v1/sales-orders", body).ok()
        self._floor.orders.append(order["id"])
        policy = {"reservation": self._chance.choice(("full", "partial"))}
        return self._floor.ask("POST", f"/v1/sales-orders/{order['id']}/confirm", policy, order["version"])

    def change(self) -> Reply:
        order = self._any("sales-orders", self._floor.orders)
        if order is None:
            return self.sell()
        kept = [{"line": line["line"], "item_id": line["item_id"], "unit_price": "10"} for line in order["lines"]]
        lines = [{**line, "quantity": self._few()} for line in kept] + self._lines()[: self._chance.randint(0, 1)]
        return self._floor.ask("PATCH", f"/v1/sales-orders/{order['id']}", {"lines": lines}, order["version"])

    def end(self) -> Reply:
        order = self._any("sales-orders", self._floor.orders)
        if order is None:
            return self.sell()
        step = self._chance.choice(("cancel", "close"))
        return self._floor.ask("POST", f"/v1/sales-orders/{order['id']}/{step}", {}, order["version"])

    def send(self) -> Reply:
        if not self._floor.orders:
            return self.sell()
        body: dict[str, Any] = {"order_id": self._chance.choice(self._floor.orders[-8:])}
        if self._chance.random() < 0.6:
            body["ship"] = {"carrier": "DHL"}
        reply = self._floor.ask("POST", "/v1/shipments", body)
        if reply.status == 201:
            self._floor.shipments.append(reply.json["id"])
        return reply

    def take_back(self) -> Reply:
        shipment = self._any("shipments", self._floor.shipments)
        if shipment is None:
            return self.send()
        step, body = self._chance.choice(
            (("ship", {"carrier": "UPS"}), ("cancel", None), ("pack", {"packages": [{"number": 1}]}))
        )
        return self._floor.ask("POST", f"/v1/shipments/{shipment['id']}/{step}", body, shipment["version"])


@pytest.mark.parametrize("kind", ["as it is", "with faults and conflicts"])
def test_in_the_evening_all_books_agree(acme: Client, world: World, kind: str) -> None:
    world.settle()
    floor = Floor.open(acme)
    with ExitStack() as trouble:
        if "conflicts" in kind:
            trouble.enter_context(Conflicts(client.dynamodb(), seed=SEED))
        if "faults" in kind:
            storm = trouble.enter_context(Storm(FAULTS, seed=SEED))
        with ThreadPoolExecutor(PEOPLE) as pool, dying_pumps(world):
            together(pool, [Person(floor, SEED + number).work for number in range(PEOPLE)])
    if "faults" in kind:
        assert sum(storm.met.values()) > 10
    in_time(world, acme.tenant)
    check(acme, floor)


@contextmanager
def dying_pumps(world: World) -> Iterator[None]:
    """The feed follows, but its pumps are killed and started over and over, and once the stream loses records."""
    pumps, over = (world.pumps.sequencer, world.pumps.dispatcher, *world.pumps.consumers), threading.Event()

    def live() -> None:
        while not over.is_set():
            for pump in pumps:
                pump.start()
            over.wait(0.4)
            for pump in pumps:
                pump.kill()
        world.pumps.sequencer.skip()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def check(acme: Client, floor: Floor) -> None:
    """Stock, ledger, orders, self-check, feed and those who wait tell one story."""
    assert floor.answers[200] + floor.answers[201] > PEOPLE * STEPS / 3, floor.answers
    books = Books.read(acme.tenant, floor.items)
    assert books.problems() == []
    assert drifts(books.tenant) == []
    free = {row.item_id: row.available for row in books.stock}
    told: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for item in floor.items:
        place = f"item_id={item}&warehouse_id={floor.shop.warehouse}"
        for row in acme.get(f"/v1/stock/waiting?{place}&limit=100").ok()["data"]:
            told[row["document_id"], item] += Decimal(row["quantity"])
    for order in books.orders:
        for line, state in zip(order.lines, order.states, strict=True):
            missing = state.outstanding - state.committed if order.row.status in LIVE else 0
            told[order.row.id, line.item_id] -= missing
            assert not missing or free[line.item_id] <= 0, (order.row.id, line, state)
    assert not any(told.values()), told
    changes: list[Any] = []
    while page := acme.get(f"/v1/changes?limit=100&after={len(changes)}").ok()["data"]:
        changes += page
    assert [change["number"] for change in changes] == list(range(1, len(changes) + 1))
    audit = acme.get("/v1/audit/verify").ok()
    assert audit["intact"], audit
