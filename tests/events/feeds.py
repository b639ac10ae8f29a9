"""Shared by the tests of the journal: commits without the API, and what the functions do with their entries."""

import functools
import itertools
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.events import consumers, sequencer, wakes
from chalicelib.events.consumers import Handler, Outcome
from chalicelib.events.tables import Head
from chalicelib.kernel import clock, declaration, ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.events import Consumer, Event
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from infra.local.shim import Crash

HAPPENED = Event("thing.happened", "A test has written something.")
BEGUN = Event("thing.begun", "A test has started a job.", starts_job=True)
_TRIES = 20
_names = itertools.count(1)


def new_tenant() -> Tenant:
    return Tenant(f"tenant-{ids.new('t')}-{next(_names)}")


def soon() -> float:
    """A deadline that no test reaches, however slow the machine is."""
    return math.inf


@use_case(HAPPENED)
def happen(work: Work, thing: str) -> str:
    work.annotate(entity="thing", entity_id=thing)
    return thing


def declare(monkeypatch: pytest.MonkeyPatch, handlers: Mapping[Consumer, Handler], *events: Event) -> None:
    """For one test, these are the only consumers; the events of tests are in the catalogue."""
    module = Module("tests", consumers=tuple(handlers))
    by_name = {consumer.name: (module, consumer) for consumer in handlers}
    catalogue = declaration.events() | {event.name: event for event in (HAPPENED, BEGUN, *events)}
    monkeypatch.setattr(declaration, "consumers", lambda: by_name)
    monkeypatch.setattr(declaration, "events", lambda: catalogue)
    monkeypatch.setattr(consumers, "handler", lambda name: handlers[by_name[name][1]])
    monkeypatch.setattr(wakes, "_by_event", functools.cache(wakes._by_event.__wrapped__))


def write(tenant: Tenant, *things: str) -> list[str]:
    """One commit for each thing; the ids of their journal entries, in the order of the ids."""
    call = Call.system(tenant, "test")
    before = set(entry_ids(tenant))
    for thing in things:
        commit(call, happen, thing)
    return [found for found in entry_ids(tenant) if found not in before]


def entries(tenant: Tenant) -> list[Entry]:
    """Every entry of this month and its neighbours, by id."""
    found: list[Entry] = []
    for shift in (-31, 0, 31):
        month = (clock.now() + timedelta(days=shift)).strftime("%Y-%m")
        found += store.query_all(Entry, Entry.partition == tenant.key(month))
    return sorted({entry.id: entry for entry in found}.values(), key=lambda entry: entry.id)


def entry_ids(tenant: Tenant) -> list[str]:
    return [entry.id for entry in entries(tenant)]


def number(tenant: Tenant) -> int:
    """Numbers all entries, as the stream does."""
    return sequencer.number(tenant, entry_ids(tenant), soon())


def crash(rows: Sequence[object], *_: object) -> None:
    """In place of a function that writes rows: the process dies, if there are any."""
    if rows:
        raise Crash


def catch_up(tenant: Tenant) -> None:
    """Runs every consumer to the end of the feed; time passes for those that were put off."""
    with stopped_clock(clock.now()) as now:
        for name in declaration.consumers():
            for _ in range(_TRIES):
                if consumers.run(tenant, name, clock.monotonic() + 3600) is Outcome.DONE:
                    break
                now.sleep(120)
            else:
                raise AssertionError(f"{name} does not come to the end of the feed")


def head(tenant: Tenant) -> Head:
    row = store.get(Head, tenant.key())
    assert row is not None
    return row


def numbers(tenant: Tenant) -> list[int | None]:
    return [entry.number for entry in entries(tenant)]


class Stopped:
    """A clock that only moves when told to; sleeping moves it."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        self._lock = threading.Lock()
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._elapsed += seconds


@contextmanager
def stopped_clock(now: datetime | None = None) -> Iterator[Stopped]:
    source = Stopped(now)
    previous = clock.install(source)
    try:
        yield source
    finally:
        clock.install(previous)
