"""The rate limits: what counting costs, how near to a limit one gets, and whether a noisy tenant slows another."""

import io
import os
import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

from infra.local.meter import Meter
from tests.world import Client, World

TENANT, CALLER, WINDOW_SECONDS = 1000, 300, 10
"""As deployed."""
QUOTA = 200
"""Of each tenant while one is noisy; it asks ten times as often."""
SECONDS = 5.0
ROUNDS = 2
QUIET_GAP = 0.1
"""Seconds between the quiet one's reads."""
THREADS = 4


@contextmanager
def limited(tenant: int, caller: int) -> Iterator[None]:
    """Other limits than those of the tests."""
    from chalicelib.access import rate_limit
    from chalicelib.kernel import config

    names = {"NOVEX_RATE_TENANT": str(tenant), "NOVEX_RATE_CALLER": str(caller)}
    before = {name: os.environ[name] for name in names}
    os.environ.update(names)
    try:
        config.current.cache_clear()
        rate_limit.forget()
        yield
    finally:
        os.environ.update(before)
        config.current.cache_clear()
        rate_limit.forget()


def write_units(requests: int) -> float:
    """What one process pays for so many requests of one caller in one window."""
    from chalicelib import modules
    from chalicelib.access.rate_limit import Limiter
    from chalicelib.kernel import clock
    from chalicelib.kernel.dynamo import client
    from chalicelib.kernel.tenant import Tenant

    tenant, now, limiter = Tenant(str(uuid.uuid4())), clock.now(), Limiter()
    with limited(TENANT, CALLER), Meter(modules.tables(), client.impatient()).measure() as bill:
        for _ in range(requests):
            limiter.count(tenant, "ada", now).require()
    return bill.write_units


def first_refusal(processes: int) -> int:
    """How many requests of one caller are served before the first refusal, when processes get them by chance."""
    from chalicelib.access.rate_limit import Limiter
    from chalicelib.kernel import clock
    from chalicelib.kernel.tenant import Tenant

    chance, tenant, now = random.Random(processes), Tenant(str(uuid.uuid4())), clock.now()
    limiters = [Limiter() for _ in range(processes)]
    with limited(TENANT, CALLER):
        for served in range(CALLER + 1):
            if chance.choice(limiters).count(tenant, "ada", now).refused is not None:
                return served
    raise AssertionError("more was granted than the limit")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a quiet tenant sees (milliseconds of a read), and what becomes of the noisy one's requests."""

    name: str
    median: float
    slow: float
    refused: int
    noisy_served: int
    noisy_refused: int


def neighbours(world: World) -> Iterator[Neighbours]:
    """A quiet tenant alone; beside one that asks for ten times its limit; and the same without limits."""
    kinds = {
        "alone": (QUOTA, 0),
        "beside ten times the limit": (QUOTA, THREADS),
        "the same without limits": (0, THREADS),
    }
    seen: dict[str, _Seen] = {name: _Seen() for name in kinds}
    with _silence():
        for _ in range(ROUNDS):  # in turns, so that whatever else the machine does meets them alike
            for name, (quota, threads) in kinds.items():
                with limited(quota, quota):
                    _side_by_side(world, threads, seen[name])
    for name, one in seen.items():
        taken, served = sorted(one.taken), sum(status < 300 for status in one.noisy)
        slow = taken[len(taken) * 95 // 100]
        yield Neighbours(name, taken[len(taken) // 2], slow, one.refused, served, len(one.noisy) - served)


@dataclass
class _Seen:
    taken: list[float] = field(default_factory=list)
    refused: int = 0
    noisy: list[int] = field(default_factory=list)


@contextmanager
def _silence() -> Iterator[None]:
    """Thousands of refusals are logged, which is no news here."""
    from chalicelib.kernel import log

    handler: Any = log.logger().registered_handler
    nowhere = io.StringIO()
    previous = handler.setStream(nowhere)
    try:
        with redirect_stdout(nowhere):
            yield
    finally:
        handler.setStream(previous)


def _side_by_side(world: World, threads: int, seen: _Seen) -> None:
    quiet, loud = world.tenant(), world.tenant()
    item = quiet.post("/v1/items", {"sku": "Q-1", "name": "Bell"}).ok()["id"]
    until = time.monotonic() + SECONDS
    hammers = [threading.Thread(target=_hammer, args=(loud, until, seen.noisy)) for _ in range(threads)]
    for hammer in hammers:
        hammer.start()
    _paced(quiet, f"/v1/items/{item}", until, seen)
    for hammer in hammers:
        hammer.join()


def _paced(quiet: Client, path: str, until: float, seen: _Seen) -> None:
    """Reads at a steady pace, well below the limit."""
    while (began := time.monotonic()) < until:
        seen.refused += quiet.get(path).status == 429
        seen.taken.append((time.monotonic() - began) * 1000)
        time.sleep(max(0.0, began + QUIET_GAP - time.monotonic()))


def _hammer(loud: Client, until: float, answers: list[int]) -> None:
    """One thread's part of ten times the limit, evenly in time."""
    gap = WINDOW_SECONDS * THREADS / (10 * QUOTA)
    due = time.monotonic()
    while due < until:
        body: Any = {"sku": uuid.uuid4().hex[:12], "name": "Bell", "price": {"amount": "1.00", "currency": "EUR"}}
        answers.append(loud.post("/v1/items", body).status)
        due += gap
        time.sleep(max(0.0, due - time.monotonic()))
