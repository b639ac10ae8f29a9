"""A consumer that sleeps or fails delays no other consumer, and no other tenant of its own: shown by progress, with all
pumps running."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from chalicelib.events import consumers
from chalicelib.events.queues import Queue
from chalicelib.events.schemas import Change
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.tenant import Tenant
from tests.events.feeds import HAPPENED, declare, new_tenant, write
from tests.world import World

PATIENCE_SECONDS = 300.0
"""Only how long a broken product is waited for."""


def consumer(name: str) -> Consumer:
    return Consumer(name, "nowhere.handle", Queue.STOCK, frozenset({HAPPENED.name}))


class Handlers:
    """Three consumers of the same events: one sleeps for some tenants until the morning, one fails, one works."""

    def __init__(self) -> None:
        self.seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        self.sleepy: set[str] = set()
        self.asleep: set[str] = set()
        self.morning = threading.Event()

    def sleeper(self, call: Call, changes: Sequence[Change]) -> None:
        if call.tenant.id in self.sleepy:
            self.asleep.add(call.tenant.id)
            assert self.morning.wait(PATIENCE_SECONDS)
        self._note("sleeper", call, changes)

    def failing(self, call: Call, changes: Sequence[Change]) -> None:
        raise Conflict

    def worker(self, call: Call, changes: Sequence[Change]) -> None:
        self._note("worker", call, changes)

    def _note(self, name: str, call: Call, changes: Sequence[Change]) -> None:
        self.seen[call.tenant.id, name] += [change.entity_id for change in changes]


@contextmanager
def feed_running(world: World, until: threading.Event) -> Iterator[None]:
    """All pumps of the feed run; at the end, `until` is set, so that nobody sleeps any longer."""
    pumps = [world.pumps.sequencer, world.pumps.dispatcher, *world.pumps.consumers]
    for pump in pumps:
        pump.start()
    try:
        yield
    finally:
        until.set()
        for pump in pumps:
            pump.stop()


@pytest.fixture
def handlers(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handlers]:
    """The consumers, with the pumps of the feed running."""
    world.settle()
    # However long the machine takes, nobody who slept has to wait for a slot afterwards.
    monkeypatch.setattr(consumers, "SLOW_SECONDS", PATIENCE_SECONDS)
    made = Handlers()
    declare(
        monkeypatch,
        {consumer("sleeper"): made.sleeper, consumer("failing"): made.failing, consumer("worker"): made.worker},
    )
    with feed_running(world, until=made.morning):
        yield made


def wait_until(is_true: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        if is_true():
            return
        time.sleep(0.05)
    raise AssertionError("nothing moves any more")


def test_ten_tenants_of_a_sleeping_consumer_and_one_that_fails_delay_nobody(handlers: Handlers) -> None:
    sleepy, awake = [new_tenant() for _ in range(10)], [new_tenant() for _ in range(4)]
    handlers.sleepy = {tenant.id for tenant in sleepy}

    def has(tenant: Tenant, name: str, *things: str) -> bool:
        return handlers.seen[tenant.id, name] == list(things)

    for tenant in sleepy:
        write(tenant, "1")
    wait_until(lambda: handlers.asleep == handlers.sleepy)
    for thing in ("2", "3"):
        for tenant in (*sleepy, *awake):
            write(tenant, thing)
    wait_until(lambda: all(has(tenant, "worker", "1", "2", "3") for tenant in sleepy))
    wait_until(lambda: all(has(tenant, name, "2", "3") for tenant in awake for name in ("worker", "sleeper")))
    assert not handlers.morning.is_set()
    assert not any(handlers.seen[tenant.id, "sleeper"] for tenant in sleepy)
    handlers.morning.set()
    wait_until(lambda: all(has(tenant, "sleeper", "1", "2", "3") for tenant in sleepy))
