"""How fast search answers in a large company whose names follow a real distribution, and how soon a document is found.
Imported when the world runs, because tables take its settings."""

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench import cpu
from bench.use_cases import Scene
from chalicelib.kernel import ids
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Row
from chalicelib.kernel.tenant import Tenant, parts_of
from chalicelib.parties.parties import repository as parties
from chalicelib.parties.parties.tables import Party
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders.tables import SalesOrder
from chalicelib.search.index import keys, terms, writing
from chalicelib.search.index.documents import SearchDocument
from chalicelib.search.index.tables import SearchEntry
from infra.local.pumps import Pumps
from tests.world import World

SIZE = 100_000
GOAL_MS = 50.0
"""CPU of one question, all of it our own: botocore's share included, the network's not (`bench/cpu.py`)."""
GOAL_SECONDS = 2.0
"""From the answer to the first time that a new document is found, with the local event sources running."""
ROUNDS = 20
_CPU_ROUNDS = 5
_AT_ONCE = 2_000
_SHARES = {"Müller": 9, "Schmidt": 7, "Schneider": 5, "Fischer": 4, "Schulz": 3, "Schäfer": 3, "Schwarz": 2, "Meyer": 4}
"""Percent of the last names: about as in Germany, if only the frequent ones were used."""
_FIRST = ("Anna", "Hans", "Maria", "Peter", "Sabine", "Thomas", "Ursula", "Wolfgang")
_FORMS = ("", "", "", "GmbH", "GmbH & Co. KG", "AG", "e.K.")
QUESTIONS = {
    "the beginning of the most frequent name": "mü",
    "that name, whole": "müller",
    "it and a first name": "müller wolfg",
    "it and a rare word": "gmbh müller zq",
    "a beginning of many names": "sch",
    "a number of four digits": "4711",
    "the first digit of many numbers": "4",
    "a word that nobody has": "xylophon",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question took: milliseconds of CPU, of it outside botocore, elapsed milliseconds at the median, round
    trips, read units, hits."""

    question: str
    cpu: float
    outside: float
    elapsed: float
    reads: int
    read_units: float
    hits: int


def measure(world: World, size: int = SIZE) -> Iterator[Asked]:
    """Every question in a tenant of so many customers and as many orders."""
    scene = Scene(world)
    _fill(scene, size)
    for question, text in QUESTIONS.items():
        path = f"/v1/search?q={text.replace(' ', '%20')}"
        elapsed = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = scene.acme.get(path).ok()
            elapsed.append((time.perf_counter() - began) * 1000)
        with scene.meter.measure() as bill:
            scene.acme.get(path).ok()
        used = cpu.cost(scene, question, "GET", path, rounds=_CPU_ROUNDS)
        hits = len(answer["data"])
        yield Asked(question, used.product, used.outside, statistics.median(elapsed), bill.reads, bill.read_units, hits)


def seconds_until_found(scene: Scene) -> float:
    """How long a new customer is not found, with event sources in threads as `make run` has them."""
    pumps = Pumps()
    pumps.sequencer.skip()
    pumps.dispatcher.skip()
    pumps.start()
    try:
        name = f"Zephyr {time.time_ns()}"
        scene.acme.post("/v1/customers", {"kind": "company", "name": name}).ok()
        began = time.monotonic()
        while not scene.acme.get(f"/v1/search?q={name.replace(' ', '%20')}").ok()["data"]:
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        pumps.stop()


def _fill(scene: Scene, size: int) -> None:
    """Writes customers and orders, and of their entries those that the questions look at: the others are in other
    partitions, or behind the ones that are read."""
    chance = random.Random(13)
    tenant = Tenant(scene.acme.tenant)
    party, order = parties.ref(tenant, scene.customer), orders.ref(tenant, scene.order()["id"])
    found = store.get_many([party, order])
    last_names = [name for name, share in _SHARES.items() for _ in range(share)]
    last_names += ["".join(chance.choices("abdeiklmnorstu", k=7)).title() for _ in range(100 - len(last_names))]
    write = _Writer(scene)
    for index in range(size):
        customer, placed = Party.read(found[party] or {}), SalesOrder.read(found[order] or {})
        rare = " zq" if index % 5000 == 0 else ""
        customer.id, customer.contacts = ids.new("pty"), None
        customer.name = f"{chance.choice(_FIRST)} {chance.choice(last_names)} {chance.choice(_FORMS)}{rare}"
        placed.id, placed.number, placed.external_refs = ids.new("so"), f"SO-2026-{index:06d}", None
        write.add("customer", customer, SearchDocument(id=customer.id, names=[customer.name]))
        write.add("sales_order", placed, SearchDocument(id=placed.id, numbers=[placed.number], warehouse_ids=[]))
    write.flush()


class _Writer:
    """Writes documents with the entries that are looked at, thousands at once."""

    def __init__(self, scene: Scene) -> None:
        asked = [terms.asked(text) for text in QUESTIONS.values()]
        self._tenant = Tenant(scene.acme.tenant)
        generation = keys.current()
        beginnings = {each.leading[: terms.MOST_LETTERS] for each in asked if each.leading}
        self._tokens = {generation.token(self._tenant, "customer", each) for each in beginnings}
        self._codes = tuple(code for each in asked for code in each.codes)
        self._rows: dict[type[Row], list[Row]] = {}

    def add(self, kind: str, row: Row, document: SearchDocument) -> None:
        """Adds a document, if a question is about it."""
        entries = writing.indexed(self._tenant, kind, document).entries
        wanted = [
            each
            for each in entries
            if parts_of(each.partition)[-1] in self._tokens or each.entry.startswith(self._codes)
        ]
        if wanted:
            self._rows.setdefault(SearchEntry, []).extend(wanted)
            self._rows.setdefault(type(row), []).append(row)
        if len(self._rows.get(SearchEntry, ())) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Writes what was added."""
        for rows in self._rows.values():
            store.put_many(rows)
        self._rows.clear()
