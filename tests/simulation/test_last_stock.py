"""The last pieces are sold once: 64 buyers want a piece each of 25, while others cancel and change their orders.

Every round runs through the gateway, on the engine as it is and with transactions that conflict as the real ones do.
"""

import functools
import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

import pytest

from chalicelib.kernel.dynamo import client
from infra.local.shim import Conflicts
from tests import factories
from tests.simulation.books import Books, drifts
from tests.simulation.market import BUYERS, Market, together
from tests.world import Client, Reply, World

pytestmark = pytest.mark.long

ROUNDS = int(os.environ.get("NOVEX_ROUNDS", "24"))
"""More of them show rarer races; a third of them meets conflicts, which take longer."""
_CONFLICTING = ROUNDS // 3
_DAYS = 6
"""Rounds of one test."""
_KINDS = {"as it is": range(ROUNDS - _CONFLICTING), "with conflicts": range(ROUNDS - _CONFLICTING, ROUNDS)}
_SEEDS = [(kind, seeds[at : at + _DAYS]) for kind, seeds in _KINDS.items() for at in range(0, len(seeds), _DAYS)]


@pytest.fixture(scope="module")
def market(world: World) -> Iterator[Market]:
    opened = Market(world)
    # Connections and threads are made before the first round, not in it; and what the first request makes, before them.
    first = world.tenant()
    first.get("/v1/items").ok()
    together(opened.pool, [functools.partial(first.get, "/v1/items")] * opened.size)
    yield opened
    opened.pool.shutdown()


def engine(kind: str, seed: int) -> AbstractContextManager[object]:
    return Conflicts(client.dynamodb(), seed=seed) if kind == "with conflicts" else nullcontext()


@pytest.mark.parametrize(("kind", "seeds"), _SEEDS, ids=str)
def test_the_last_stock_is_sold_once_and_nobody_gives_up_while_some_is_left(
    market: Market, kind: str, seeds: range
) -> None:
    answers: Counter[str] = Counter()
    repeats = 0
    for seed in seeds:
        with engine(kind, seed):
            day = market.day(seed)
        assert day.problems() == [], f"seed {seed}"
        assert drifts(day.books.tenant) == [], f"seed {seed}"
        answers.update(day.answers())
        repeats += day.repeats
    print(f"{kind}: {len(seeds)} rounds, answers {dict(answers)}, of these after a repeat {repeats}")
    assert answers.keys() == {"200", "insufficient_stock"}
    assert repeats <= BUYERS * len(seeds) / 8, "repeating a 503 must stay the exception"


@pytest.mark.parametrize("kind", _KINDS)
def test_transfers_at_the_same_time_conserve_the_total(market: Market, acme: Client, kind: str) -> None:
    chance = random.Random(kind)
    here = factories.shop(acme)
    item = here.item(on_hand=20)["id"]
    places = [here.location, here.bin("A"), here.bin("B")]

    def carry() -> Reply:
        source, destination = chance.sample(places, 2)
        line = {"item_id": item, "from_location_id": source, "to_location_id": destination}
        return acme.post("/v1/stock/transfers", {"lines": [{**line, "quantity": str(chance.randint(1, 6))}]})

    with engine(kind, 1), ThreadPoolExecutor(16) as pool:
        replies = together(pool, [carry] * 16) + together(pool, [carry] * 16)
    assert {reply.status for reply in replies} <= {201, 409}
    books = Books.read(acme.tenant, [item])
    assert books.problems() == drifts(books.tenant) == []
    assert books.on_hand == books.available == 20
    done = sum(reply.status == 201 for reply in replies)
    assert done > 0
    assert sum(len(ledger) for ledger in books.movements.values()) == 1 + 2 * done
