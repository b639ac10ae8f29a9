"""One market day: many buyers confirm orders of a unit each while others cancel and change theirs."""

import functools
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.sales.orders import repository
from chalicelib.sales.orders.tables import SalesOrder, SalesOrderContent
from tests import factories
from tests.simulation.books import Books
from tests.world import Client, Reply, World

BUYERS = 64
STOCK = 25
OTHERS = 6
"""Orders that hold stock already; each is cancelled or changed during the round."""
_PATIENCE = 5


@dataclass
class Day:
    """What a round left behind."""

    buyers: list[Reply]
    repeats: int
    """How often a buyer was told to try again: 503, after three seconds without a decision."""
    books: Books
    item: str

    def problems(self) -> list[str]:
        """What is wrong with the round, in words."""
        found = self.books.problems()
        codes = self.answers()
        sold = sum(self.books.held().values())
        if sold + self.books.available != STOCK or sold > STOCK:
            found.append(f"sold {sold} and available {self.books.available} do not make {STOCK}")
        if set(codes) - {"200", "insufficient_stock", "contention", "outcome_unknown"}:
            found.append(f"buyers were told {codes}")
        gave_up = sum(reply.status == 503 for reply in self.buyers)
        if gave_up and self.books.available > 0:
            found.append(f"{gave_up} gave up while {self.books.available} remained")
        for reply in self.buyers:
            if reply.status == 409:
                found += _of_refusal(reply, self.item)
        winners = {reply.json["id"] for reply in self.buyers if reply.status == 200}
        holders = {order.row.id for order in self.books.orders if any(state.committed for state in order.states)}
        if winners - holders:
            found.append(f"{len(winners - holders)} were told that they have stock and hold none")
        return found

    def answers(self) -> Counter[str]:
        """How often buyers were told what."""
        return Counter(str(reply.json.get("code", reply.status)) for reply in self.buyers)


def _of_refusal(reply: Reply, item: str) -> list[str]:
    shortage = reply.json["shortages"][0]
    told = (shortage["item_id"], shortage["wanted"], shortage["pointer"])
    if told == (item, "1", "/lines/0") and shortage["available"] == "0":
        return []
    return [f"a loser was told {shortage}"]


@dataclass
class Market:
    """Threads that start together, kept from round to round."""

    world: World
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(BUYERS + OTHERS))

    @property
    def size(self) -> int:
        return BUYERS + OTHERS

    def day(self, seed: int) -> Day:
        """One round of a tenant of its own; the seed decides who does what, and in which order they queue up."""
        client, chance = self.world.tenant(), random.Random(seed)
        here = factories.shop(client)
        item = here.item(on_hand=STOCK)["id"]
        buyers = drafts(client, here.order((item, 1))["id"], BUYERS)
        holders = drafts(client, here.order((item, 2))["id"], OTHERS)
        held = [_confirm(client, order_id).ok() for order_id in holders]
        busy: list[str] = []
        deeds = [functools.partial(_confirm, client, order_id, busy) for order_id in buyers]
        deeds += [_disturbance(client, order, chance) for order in held]
        queue = chance.sample(range(len(deeds)), len(deeds))
        replies = dict(zip(queue, together(self.pool, [deeds[index] for index in queue]), strict=True))
        return Day([replies[index] for index in range(BUYERS)], len(busy), Books.read(client.tenant, [item]), item)


def _confirm(client: Client, order_id: str, busy: list[str] | None = None) -> Reply:
    """Confirms; a 503 is repeated with the same key, as it says, and written down in `busy`."""
    key, path = uuid.uuid4().hex, f"/v1/sales-orders/{order_id}/confirm"
    for _ in range(_PATIENCE):
        reply = client.post(path, {"reservation": "full"}, key, etag=1)
        if busy is None or reply.status != 503:
            break
        busy.append(order_id)
    return reply


def _disturbance(client: Client, order: Any, chance: random.Random) -> Callable[[], Reply]:
    path, version = f"/v1/sales-orders/{order['id']}", order["version"]
    if chance.random() < 0.4:
        return lambda: client.post(f"{path}/cancel", {"reason": "customer"}, etag=version)
    line = order["lines"][0]
    quantity = chance.choice("134")
    change = {"lines": [{"line": 1, "item_id": line["item_id"], "quantity": quantity, "unit_price": "10"}]}
    return lambda: client.patch(path, change, etag=version)


def together(pool: ThreadPoolExecutor, deeds: Sequence[Callable[[], Reply]]) -> list[Reply]:
    """Does everything at the same time: no thread begins before all are there."""
    gate = threading.Barrier(len(deeds))

    def wait_and(deed: Callable[[], Reply]) -> Reply:
        gate.wait()
        return deed()

    return list(pool.map(wait_and, deeds))


def drafts(client: Client, order_id: str, count: int) -> list[str]:
    """Copies of a draft: 64 orders made through the API would take longer than the round itself."""
    tenant = Tenant(client.tenant)
    order = repository.read(Call.system(tenant, "market"), order_id)
    (content,) = store.query_all(SalesOrderContent, SalesOrderContent.partition == tenant.key(order_id))
    copies, rows, contents = [], [], []
    for _ in range(count):
        new = ids.new("so")
        row, part = SalesOrder.read(order.row.item()), SalesOrderContent.read(content.item())
        row.id, row.partition = new, repository.ref(tenant, new).hash_key
        part.partition = tenant.key(new)
        copies.append(new)
        rows.append(row)
        contents.append(part)
    store.put_many(contents)
    store.put_many(rows)
    return copies
