"""What can happen to a function at any of its calls: the store's faults, a twin that gets in between, lost messages."""

import math
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import ReadTimeoutError

from chalicelib.events import reconciler
from chalicelib.integrations.inbox import requeue
from chalicelib.jobs import worker
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash, Faults
from tests.events.feeds import catch_up
from tests.world import World

STORE_KINDS = ("crash_before", "crash_after", "reply_lost", "timeout", "throttle", "conflict")
AWS_KINDS = ("crash_before", "crash_after", "reply_lost", "timeout")
T = TypeVar("T")


def faults() -> Faults:
    return Faults(client.dynamodb())


def in_time(world: World, tenant_id: str) -> None:
    """What streams, queues and the reconciler do for a tenant in time: nobody repairs anything by hand."""
    tenant = Tenant(tenant_id)
    world.settle()
    reconciler.reconcile(tenant, math.inf)
    catch_up(tenant)
    worker.requeue_silent(tenant)
    requeue.requeue_stale(tenant)
    world.settle()


@contextmanager
def twin_before(number: int, twin: Callable[[], object], operation: str = "") -> Iterator[None]:
    """Runs `twin`, once and to its end, just before this thread's store call of that number goes out; of one operation
    when given."""
    mine, seen = threading.get_ident(), 0

    def meet(model: Any, **_: Any) -> None:
        nonlocal seen
        if threading.get_ident() != mine or operation not in ("", model.name):
            return
        seen += 1
        if seen == number:
            other = threading.Thread(target=twin)
            other.start()
            other.join()

    events = client.dynamodb().meta.events
    events.register_first("before-call.dynamodb.*", meet, unique_id="novex_twin")
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb.*", unique_id="novex_twin")


class Interleaving:
    """Runs deeds in threads, one at a time: at every store call it is drawn who goes on. Equal seeds draw the same."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._turn = threading.Condition()
        self._mine = threading.local()
        self._left: list[int] = []
        self._running: int | None = None

    def run(self, deeds: Sequence[Callable[[], T]]) -> list[T]:
        """What the deeds return; raises what one of them raises."""
        self._left = list(range(len(deeds)))
        events = client.dynamodb().meta.events
        events.register_first("before-call.dynamodb.*", self._pass_on, unique_id="novex_interleaving")
        try:
            with ThreadPoolExecutor(len(deeds)) as pool:
                done = [pool.submit(self._do, number, deed) for number, deed in enumerate(deeds)]
                self._draw()
            return [each.result() for each in done]
        finally:
            events.unregister("before-call.dynamodb.*", unique_id="novex_interleaving")

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Inside, the thread's store calls are no occasions for others."""
        number, self._mine.number = getattr(self._mine, "number", None), None
        try:
            yield
        finally:
            self._mine.number = number

    def _do(self, number: int, deed: Callable[[], T]) -> T:
        self._mine.number = number
        self._wait(number)
        try:
            return deed()
        finally:
            self._mine.number = None
            self._left.remove(number)
            self._draw()

    def _pass_on(self, **_: Any) -> None:
        number = getattr(self._mine, "number", None)
        if number is not None:
            self._draw()
            self._wait(number)

    def _draw(self) -> None:
        with self._turn:
            self._running = self._chance.choice(self._left) if self._left else None
            self._turn.notify_all()

    def _wait(self, number: int) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._running == number)


class Outage:
    """Faults of the other services, S3 and SQS, counted together: the `number`-th call meets `kind`; 0 only counts."""

    def __init__(self, number: int = 0, kind: str = "") -> None:
        self._number, self._kind = number, kind
        self.calls: list[str] = []

    def __enter__(self) -> "Outage":
        for service in ("s3", "sqs"):
            events = client.aws(service).meta.events
            events.register_first(f"before-call.{service}.*", self._before, unique_id="novex_outage_before")
            events.register_last(f"after-call.{service}.*", self._after, unique_id="novex_outage_after")
        return self

    def __exit__(self, *_: object) -> None:
        for service in ("s3", "sqs"):
            events = client.aws(service).meta.events
            events.unregister(f"before-call.{service}.*", unique_id="novex_outage_before")
            events.unregister(f"after-call.{service}.*", unique_id="novex_outage_after")

    def _before(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        self._meet("crash_before", "timeout")

    def _after(self, **_: Any) -> None:
        self._meet("crash_after", "reply_lost")

    def _meet(self, crash: str, silence: str) -> None:
        if len(self.calls) != self._number or self._kind not in (crash, silence):
            return
        if self._kind == crash:
            raise Crash(f"{crash} {self.calls[-1]}")
        raise ReadTimeoutError(endpoint_url="injected", error="injected")


class Storm:
    """Any store call of anybody may meet a fault, with the given chance."""

    def __init__(self, chance: float, seed: int) -> None:
        self._chance = chance
        self._random = random.Random(seed)
        self.met: Counter[str] = Counter()

    def __enter__(self) -> "Storm":
        events = client.dynamodb().meta.events
        events.register_first("before-call.dynamodb.*", self._before, unique_id="novex_storm_before")
        events.register_last("after-call.dynamodb.*", self._after, unique_id="novex_storm_after")
        return self

    def __exit__(self, *_: object) -> None:
        events = client.dynamodb().meta.events
        events.unregister("before-call.dynamodb.*", unique_id="novex_storm_before")
        events.unregister("after-call.dynamodb.*", unique_id="novex_storm_after")

    def _before(self, **_: Any) -> None:
        self._meet("crash_before", "timeout")

    def _after(self, **_: Any) -> None:
        self._meet("crash_after", "reply_lost")

    def _meet(self, crash: str, silence: str) -> None:
        if self._random.random() >= self._chance / 2:
            return
        kind = self._random.choice((crash, silence))
        self.met[kind] += 1
        if kind == crash:
            raise Crash(kind)
        raise ReadTimeoutError(endpoint_url="injected", error="injected")
