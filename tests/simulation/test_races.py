"""Races whose every interleaving is drawn by a seed: between any two calls of a command others read and commit.

`make simulate` runs a thousand of each kind.
"""

import os
import random
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.inventory.commitments import consumers
from chalicelib.inventory.stock.levels import StockKey
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests import factories
from tests.events.feeds import catch_up, number
from tests.factories import Shop
from tests.simulation.books import Books, drifts
from tests.simulation.conftest import Patient
from tests.simulation.mishaps import Interleaving
from tests.simulation.test_mutations import weakened
from tests.simulation.witness import COUNT, DEMAND, FEED, Witness
from tests.world import Reply, World

pytestmark = pytest.mark.long

RACES = int(os.environ.get("NOVEX_RACES", "50"))
_TENANT = 10
"""Races of one tenant: its feed is read from the beginning."""
_SEEDS = [range(begin, min(begin + _TENANT, RACES)) for begin in range(0, RACES, _TENANT)]
Deed = tuple[str, Callable[[], Any]]


class Unhurried(Patient):
    """Pauses take no time, and use up the patience of those who make them."""

    def sleep(self, seconds: float) -> None:
        self._paused.seconds = self.monotonic() + seconds


@pytest.fixture(autouse=True)
def unhurried(patient: None) -> None:
    clock.install(Unhurried())


class Race:
    """Items in two warehouses, of which little is left; orders that hold it, wait for it, and are about to want it."""

    def __init__(self, here: Shop, there: Shop, seed: int) -> None:
        self.client, self.seed, self.chance = here.client, seed, random.Random(seed)
        self.here, self.there = here, there
        self.items: list[str] = []
        self.orders: list[str] = []
        self.lasts: list[Callable[[], None]] = []
        """What is looked at after the race."""

    def item(self, here: int, there: int = 0) -> str:
        made = str(self.here.item()["id"])
        self.items.append(made)
        for shop, quantity in ((self.here, here), (self.there, there)):
            if quantity:
                shop.receive(made, quantity)
        return made

    def draft(self, *lines: tuple[str, int, str], **fields: Any) -> Any:
        """Of (item, quantity, warehouse)."""
        body = {
            "warehouse_id": self.here.warehouse,
            "currency": "EUR",
            "lines": [
                {"item_id": item, "quantity": str(quantity), "unit_price": "10", "warehouse_id": warehouse}
                for item, quantity, warehouse in lines
            ],
            **fields,
        }
        order = self.client.post("/v1/sales-orders", body).ok()
        self.orders.append(order["id"])
        return order

    def confirm(self, order: Any, policy: str = "partial") -> Reply:
        return self.step(order, "confirm", {"reservation": policy})

    def step(self, order: Any, name: str, body: Any) -> Reply:
        return self.client.post(f"/v1/sales-orders/{order['id']}/{name}", body, etag=order["version"])

    def edit(self, order: Any, quantity: int) -> Reply:
        lines = [{"line": 1, "quantity": str(quantity)}, *({"line": line["line"]} for line in order["lines"][1:])]
        for line, shown in zip(lines[1:], order["lines"][1:], strict=True):
            line["quantity"] = shown["quantity"]
        return self.client.patch(f"/v1/sales-orders/{order['id']}", {"lines": lines}, etag=order["version"])

    def without_a_pick_list(self, order: Any) -> list[Deed]:
        return [
            (DEMAND, partial(self.step, order, "cancel", {"reason": "customer"})),
            (DEMAND, partial(self.edit, order, self.chance.choice((1, 4)))),
            (DEMAND, partial(self.ship, order)),
        ]

    def with_a_pick_list(self, order: Any) -> list[Deed]:
        body = {"order_id": order["id"], "warehouse_id": self.here.warehouse}
        shipment = self.client.post("/v1/shipments", body).ok()
        send = partial(self.client.post, etag=shipment["version"])
        path = f"/v1/shipments/{shipment['id']}"
        return [
            (DEMAND, partial(send, f"{path}/ship", {})),
            (DEMAND, partial(send, f"{path}/cancel")),
            (COUNT, partial(send, f"{path}/report-missing", {"lines": [{"line": 1, "quantity": "1"}]})),
        ]

    def ship(self, order: Any) -> Reply:
        return self.client.post("/v1/shipments", {"order_id": order["id"], "ship": {}})

    def lose(self, item: str) -> Reply:
        line = {"item_id": item, "location_id": self.here.location, "change": "-1"}
        return self.client.post("/v1/stock/adjustments", {"lines": [line], "reason": "lost"})

    def receive(self, item: str, quantity: int) -> Reply:
        line = {"item_id": item, "location_id": self.here.location, "quantity": str(quantity)}
        return self.client.post("/v1/stock/receipts", {"lines": [line]})

    def carry(self, item: str, quantity: int, *, back: bool = False) -> Reply:
        source, target = (self.here.location, self.there.location)[:: -1 if back else 1]
        line = {"item_id": item, "from_location_id": source, "to_location_id": target, "quantity": str(quantity)}
        return self.client.post("/v1/stock/transfers", {"lines": [line]})

    def serve(self) -> None:
        """What the consumer does when an entry names the items."""
        call = Call.system(Tenant(self.client.tenant), "test")
        consumers.follow(call, [SimpleNamespace(entity_id="", subjects=self.items)])

    def run(self, deeds: list[Deed]) -> None:
        """Does the deeds interleaved."""
        keys = [StockKey(item, shop.warehouse) for item in self.items for shop in (self.here, self.there)]
        race = Interleaving(self.chance)
        witness = Witness(race, Tenant(self.client.tenant), keys, self.orders)
        with witness.watching():
            replies = race.run([witness.watched(*deed) for deed in deeds])
        assert witness.problems == [], self.seed
        assert {reply.status for reply in replies if reply is not None} <= {200, 201, 409, 412, 422}
        for look in self.lasts:
            look()


def run(world: World, prepare: Callable[[Race], list[Deed]], seeds: range) -> None:
    """Races of one tenant. When all is quiet, the books are right, and nobody waits beside what is free."""
    client, items = world.tenant(), []
    here, there = factories.shop(client), factories.shop(client)
    for seed in seeds:
        race = Race(here, there, seed)
        race.run(prepare(race))
        items += race.items
    number(Tenant(client.tenant))
    catch_up(Tenant(client.tenant))
    books = Books.read(client.tenant, items)
    assert books.problems() == []
    assert drifts(books.tenant) == []
    picked: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in books.orders:
        for line, state in zip(order.lines, order.states, strict=True):
            picked[line.item_id, line.warehouse_id] += state.picked
    for row in books.stock:
        assert row.available <= 0 or not row.waiting, (items.index(row.item_id), row.available, row.waiting)
        assert row.available >= 0 or row.committed == picked[row.item_id, row.warehouse_id], items.index(row.item_id)


@pytest.mark.parametrize("seeds", _SEEDS, ids=str)
def test_the_last_parts_of_kits_in_two_warehouses_are_promised_once(world: World, seeds: range) -> None:
    run(world, _kits, seeds)


def _kits(race: Race) -> list[Deed]:
    here, there, chance = race.here.warehouse, race.there.warehouse, race.chance
    frame, wheel = race.item(chance.randint(2, 3), 2), race.item(chance.randint(4, 6), 3)
    parts = [{"item_id": frame, "quantity": "1"}, {"item_id": wheel, "quantity": "2"}]
    kit = race.here.item(kind="kit", components=parts)["id"]
    held = race.confirm(race.draft((wheel, 2, here), (frame, 1, there))).ok()
    kits = [race.draft((kit, 2, here)), race.draft((kit, 1, here), (wheel, 2, there)), race.draft((kit, 1, there))]
    others: list[Deed] = [
        (DEMAND, partial(race.confirm, race.draft((frame, 1, here), (wheel, 1, there)), "full")),
        (DEMAND, partial(race.carry, wheel, chance.randint(1, 3), back=chance.random() < 0.4)),
        (DEMAND, partial(race.carry, frame, 1)),
        (DEMAND, partial(race.receive, wheel, 2)),
        (COUNT, partial(race.lose, frame)),
        (FEED, race.serve),
        *(race.with_a_pick_list(held) if chance.random() < 0.5 else race.without_a_pick_list(held)),
    ]
    confirmations = ((DEMAND, partial(race.confirm, order, chance.choice(("full", "partial")))) for order in kits)
    return [*confirmations, *chance.sample(others, 3)]


@pytest.mark.parametrize("seeds", _SEEDS, ids=str)
def test_new_demand_never_overtakes_who_waits(world: World, seeds: range) -> None:
    run(world, _demand, seeds)


def _demand(race: Race) -> list[Deed]:
    here, chance = race.here.warehouse, race.chance
    item, other = race.item(3), race.item(1)
    holder = race.confirm(race.draft((item, 3, here))).ok()
    waiting = [
        race.confirm(race.draft((item, chance.randint(1, 2), here), (other, 1, here), priority=priority)).ok()
        for priority in chance.choice(((), (5,), (5, 4), (5, 6)))
    ]
    if chance.random() < 0.7:
        race.receive(item, chance.randint(1, 5)).ok()
    new = [race.draft((item, chance.randint(1, 3), here), priority=chance.choice((3, 5, 5))) for _ in range(3)]
    others: list[Deed] = [
        (DEMAND, partial(race.step, holder, "cancel", {"reason": "customer"})),
        (DEMAND, partial(race.edit, holder, chance.choice((1, 2, 5)))),
        *((DEMAND, partial(race.step, order, "prioritize", {"priority": chance.choice((2, 8))})) for order in waiting),
        *((DEMAND, partial(race.step, order, "cancel", {"reason": "customer"})) for order in waiting),
        *((DEMAND, partial(race.edit, order, 4)) for order in waiting),
        (DEMAND, partial(race.receive, other, 2)),
        (COUNT, partial(race.lose, item)),
        (FEED, race.serve),
        (FEED, race.serve),
    ]
    return [
        *((DEMAND, partial(race.confirm, order, chance.choice(("full", "partial")))) for order in new),
        (DEMAND, partial(race.receive, item, chance.randint(1, 4))),
        *chance.sample(others, 2),
    ]


@pytest.mark.parametrize("seeds", _SEEDS, ids=str)
def test_the_credit_of_a_customer_is_given_once(world: World, seeds: range) -> None:
    run(world, _credit, seeds)


def _credit(race: Race) -> list[Deed]:
    here, chance, item = race.here.warehouse, race.chance, race.item(30)
    limited = {"credit_limit": {"amount": "100", "currency": "EUR"}}
    buyer = race.client.post("/v1/customers", {"kind": "company", "name": "Berg Ltd", **limited}).ok()["id"]
    first = race.confirm(race.draft((item, 3, here), customer_id=buyer)).ok()
    orders = [race.draft((item, 4, here), customer_id=buyer) for _ in range(3)]
    race.lasts.append(partial(_credit_is_that_of_orders, race, buyer))
    others: list[Deed] = [
        (DEMAND, partial(race.edit, first, chance.choice((1, 7)))),
        (DEMAND, partial(race.step, first, "cancel", {"reason": "customer"})),
        (DEMAND, partial(race.step, first, "payment", {"status": "paid"})),
        (DEMAND, partial(race.ship, first)),
    ]
    return [*((DEMAND, partial(race.confirm, order)) for order in orders), *chance.sample(others, 2)]


def _credit_is_that_of_orders(race: Race, buyer: str) -> None:
    """Never beyond the limit. The first order keeps what it has taken, also when it has become too large."""
    taken = 0.0
    for order_id in race.orders:
        order = race.client.get(f"/v1/sales-orders/{order_id}").ok()
        if order["status"] != "draft" and order["payment"] != "paid":
            kept = 30 if order_id == race.orders[0] else 0
            taken += kept if "credit" in order["on_hold"] else float(order["totals"]["total"])
    used = race.client.get(f"/v1/customers/{buyer}/credit").ok()["used"]
    assert float(used) == taken <= 100, race.seed


@pytest.mark.parametrize("attribute", ["available", "waiting"])
def test_the_races_end_badly_without_a_condition(world: World, monkeypatch: pytest.MonkeyPatch, attribute: str) -> None:
    weakened(monkeypatch, "stock", attribute, physical=False)
    with pytest.raises(AssertionError):
        run(world, _last_two, range(30))


def _last_two(race: Race) -> list[Deed]:
    item = race.item(2)
    some, full = race.draft((item, 5, race.here.warehouse)), [race.draft((item, 2, race.here.warehouse)) for _ in "12"]
    return [
        *((DEMAND, partial(race.confirm, order, "full")) for order in full),
        (DEMAND, partial(race.confirm, some)),
        (DEMAND, partial(race.receive, item, 4)),
    ]
