"""`python -m bench.abuse` (make abuse): rough callers do everything with stock, orders and shipments at once, over
HTTP, to a backend that `make run` started. Then its books are looked at from outside."""

import argparse
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench import backend
from bench.audit import Audit, pages
from bench.backend import Backend
from bench.caller import Caller
from bench.rough import Findings, Rough
from infra.local.failure import LocalFailureError

SECONDS, THREADS = 80.0, 12
GOAL_SECONDS = 5.0
"""How long after the load's end the last line may wait for goods that arrive then."""
GIVE_UP_SECONDS = 120.0
REFERENCE = "ABUSE-"
ITEMS, STOCK = 4, 8
RECENT = 30
"""Most commands are about one of so many newest documents, so that callers meet."""


@dataclass
class Floor:
    """What everybody works on."""

    items: list[str]
    kit: str
    warehouses: list[str]
    places: list[tuple[str, str]]
    """Locations with their warehouses: the default ones, a shelf, a quarantine."""
    orders: list[str] = field(default_factory=list)
    shipments: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    arrivals: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, owner: Caller) -> "Floor":
        (here, at_here), (there, at_there) = owner.warehouse(), owner.warehouse()
        places = [(at_here, here), (at_there, there)]
        for code, zone in (("A", "storage"), ("Q", "quarantine")):
            body = {"warehouse_id": here, "code": code, "name": code, "zone": zone}
            places.append((owner.post("prepare", "/v1/locations", body)[0]["id"], here))
        items = owner.items(ITEMS, at_here, STOCK)
        owner.receive(items, at_there, STOCK)
        parts = [{"item_id": items[0], "quantity": "1"}, {"item_id": items[1], "quantity": "2"}]
        body = {"sku": f"KIT-{uuid.uuid4().hex[:12].upper()}", "name": "Kit", "kind": "kit", "components": parts}
        return cls(items, owner.post("prepare", "/v1/items", body)[0]["id"], [here, there], places)


class Abuser:
    """One rough caller, who does one thing after another as chance decides."""

    def __init__(self, floor: Floor, caller: Rough, chance: random.Random) -> None:
        self._floor, self._caller, self._chance = floor, caller, chance
        self.done: Counter[str] = Counter()

    def run(self, until: float) -> None:
        deeds: list[Callable[[], None]] = [self.sell] * 5 + [self.receive] * 2 + [self.order_step] * 6
        deeds += [self.ship] * 4 + [self.shipment_step] * 5 + [self.transfer] * 2
        deeds += [self.adjust, self.open, self.document_step, self.expect, self.arrival_step]
        while time.monotonic() < until:
            deed = self._chance.choice(deeds)
            deed()
            self.done[deed.__name__] += 1

    def _few(self, most: int = 4) -> str:
        return str(self._chance.randint(1, most))

    def _any(self, kind: str, ids: list[str]) -> Any:
        """One of the newest documents as it is; None when there is none."""
        return self._caller.get(f"/v1/{kind}/{self._chance.choice(ids[-RECENT:])}") if ids else None

    def _make(self, ids: list[str], path: str, body: Any) -> Any:
        """Sends a command that makes something, and remembers its id if it is told."""
        told = self._caller.send("POST", path, body)
        if told is None or told[0] >= 300:
            return None
        ids.append(told[1]["id"])
        return told[1]

    def _step(self, kind: str, ids: list[str], steps: dict[str, Any]) -> None:
        document = self._any(kind, ids)
        if document is not None:
            name = self._chance.choice(list(steps))
            self._caller.send("POST", f"/v1/{kind}/{document['id']}/{name}", steps[name], document)

    # --- orders and shipments -----------------------------------------------------------------------------------------

    def _lines(self) -> list[dict[str, Any]]:
        items = self._chance.sample([*self._floor.items, self._floor.kit], self._chance.randint(1, 3))
        warehouse = {"warehouse_id": self._floor.warehouses[1]}
        return [
            {"item_id": item, "quantity": self._few(), "unit_price": "9.90"}
            | (warehouse if self._chance.random() < 0.3 else {})
            for item in items
        ]

    def sell(self) -> None:
        body = {"warehouse_id": self._floor.warehouses[0], "currency": "EUR", "lines": self._lines()}
        order = self._make(self._floor.orders, "/v1/sales-orders", {**body, "priority": self._chance.randint(3, 7)})
        if order is not None:
            policy = {"reservation": self._chance.choice(("full", "partial", "partial"))}
            self._caller.send("POST", f"/v1/sales-orders/{order['id']}/confirm", policy, order)

    def order_step(self) -> None:
        if self._chance.random() < 0.4:
            order = self._any("sales-orders", self._floor.orders)
            if order is not None:
                lines: list[dict[str, Any]] = [
                    {"line": line["line"], "quantity": self._few()} for line in order["lines"] if not line["kit_line"]
                ]
                lines += self._lines()[: self._chance.randint(0, 1)]
                self._caller.send("PATCH", f"/v1/sales-orders/{order['id']}", {"lines": lines}, order)
            return
        steps = {
            "confirm": {},
            "prioritize": {"priority": self._chance.randint(1, 9)},
            "split": {"warehouse_ids": self._chance.sample(self._floor.warehouses, 2)},
            "hold": {"kind": "address"},
            "release": {"kind": "address"},
            "payment": {"status": self._chance.choice(("paid", "unpaid"))},
            "cancel": {"reason": "customer"},
            "close": None,
        }
        self._step("sales-orders", self._floor.orders, steps)

    def ship(self) -> None:
        order = self._any("sales-orders", self._floor.orders)
        if order is not None:
            body = {"order_id": order["id"], "warehouse_id": self._chance.choice(self._floor.warehouses)}
            at_once = {"ship": {"carrier": "DHL"}} if self._chance.random() < 0.4 else {}
            self._make(self._floor.shipments, "/v1/shipments", body | at_once)

    def shipment_step(self) -> None:
        shipment = self._any("shipments", self._floor.shipments)
        if shipment is not None and self._chance.random() < 0.2:
            change = {"carrier": self._chance.choice(("UPS", "DHL"))}
            self._caller.send("PATCH", f"/v1/shipments/{shipment['id']}", change, shipment)
        missing = {"lines": [{"line": 1, "quantity": "1"}]}
        steps = {"pack": {}, "report-missing": missing, "ship": {"carrier": "UPS"}, "deliver": {}, "cancel": None}
        self._step("shipments", self._floor.shipments, steps)

    # --- stock --------------------------------------------------------------------------------------------------------

    def _post(self, kind: str, lines: list[dict[str, Any]], **fields: Any) -> None:
        body = {"lines": lines, "reference": f"{REFERENCE}{uuid.uuid4().hex[:20]}", **fields}
        self._make(self._floor.documents, f"/v1/stock/{kind}", body)

    def _at(self) -> dict[str, str]:
        return {
            "item_id": self._chance.choice(self._floor.items),
            "location_id": self._chance.choice(self._places())[0],
        }

    def _places(self) -> list[tuple[str, str]]:
        return self._floor.places

    def receive(self) -> None:
        self._post("receipts", [self._at() | {"quantity": self._few(6)} for _ in range(self._chance.randint(1, 3))])

    def open(self) -> None:
        self._post("openings", [self._at() | {"quantity": self._few()}])

    def adjust(self) -> None:
        change = self._chance.choice(
            ({"change": f"-{self._few()}"}, {"change": self._few()}, {"counted": self._few(9)})
        )
        self._post("adjustments", [self._at() | change], reason="counted")

    def transfer(self) -> None:
        lines = []
        for _ in range(self._chance.randint(1, 2)):
            (source, _), (target, _) = self._chance.sample(self._floor.places, 2)
            line = {"item_id": self._chance.choice(self._floor.items), "quantity": self._few()}
            lines.append(line | {"from_location_id": source, "to_location_id": target})
        self._post("transfers", lines, in_transit=self._chance.random() < 0.4)

    def document_step(self) -> None:
        document = self._any("stock/documents", self._floor.documents)
        if document is None:
            return
        path = f"/v1/stock/documents/{document['id']}"
        if document["status"] == "in_transit" and self._chance.random() < 0.7:
            body = {"lines": [{"line": 1, "quantity": "1", "lost": self._chance.choice(("0", "1"))}]}
            self._caller.send("POST", f"{path}/arrive", body, document)
        else:
            self._caller.send("POST", f"{path}/reverse", {}, document)

    def expect(self) -> None:
        body = {"item_id": self._chance.choice(self._floor.items), "warehouse_id": self._floor.warehouses[0]}
        self._make(self._floor.arrivals, "/v1/arrivals", {**body, "quantity": self._few(), "due_on": "2099-01-10"})

    def arrival_step(self) -> None:
        arrival = self._any("arrivals", self._floor.arrivals)
        if arrival is not None and self._chance.random() < 0.5:
            self._caller.send("PATCH", f"/v1/arrivals/{arrival['id']}", {"quantity": self._few()}, arrival)
        self._step("arrivals", self._floor.arrivals, {"complete": None})


@dataclass(frozen=True)
class Outcome:
    """Commands by kind, what callers were told, how long the last line waited after the end, and what is wrong."""

    done: dict[str, int]
    answers: dict[str, int]
    late_seconds: float
    problems: list[str]


def abuse(running: Backend, seconds: float, threads: int, seed: int = 0) -> Outcome:
    """Lets so many callers loose for so long, then fills whoever waits, and audits."""
    findings, abusers = Findings(), []
    with closing(Caller(running.url, running.token)) as owner:
        floor = Floor.open(owner)
    with ExitStack() as stack:
        for number in range(threads):
            chance = random.Random(seed * 1000 + number)
            caller = stack.enter_context(closing(Rough(running.url, running.token, chance, findings)))
            abusers.append(Abuser(floor, caller, chance))
        _together([partial(abuser.run, time.monotonic() + seconds) for abuser in abusers])
    with closing(Caller(running.url, running.token)) as owner:
        late = _seconds_until_nobody_waits(owner, floor)
        told = {*floor.orders, *floor.shipments, *floor.documents}
        problems = Audit(owner.get, floor.items, told, REFERENCE).run()
    done: Counter[str] = sum((abuser.done for abuser in abusers), Counter())
    return Outcome(done, findings.answers, late, findings.problems + problems)


def _together(deeds: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _seconds_until_nobody_waits(owner: Caller, floor: Floor) -> float:
    """Receives what everybody waits for, and waits until the last one has it."""
    began = time.monotonic()
    rows = _rows(owner, floor)
    while any(float(row["waiting"]) for row in rows) and time.monotonic() - began < GIVE_UP_SECONDS:
        lines = [
            {"item_id": row["item_id"], "location_id": place, "quantity": row["waiting"]}
            for row in rows
            for place, warehouse in floor.places[:2]
            if warehouse == row["warehouse_id"] and float(row["waiting"]) > max(0.0, float(row["available"]))
        ]
        if lines:
            owner.post("receive", "/v1/stock/receipts", {"lines": lines})
        time.sleep(0.1)
        rows = _rows(owner, floor)
    return time.monotonic() - began


def _rows(owner: Caller, floor: Floor) -> list[Any]:
    return [row for each in floor.warehouses for row in pages(owner.get, f"/v1/stock?warehouse_id={each}")]


def main() -> int:
    """Prints what was done and what is wrong; 1 when anything is."""
    parser = argparse.ArgumentParser(prog="python -m bench.abuse", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        with backend.running() as running:
            outcome = abuse(running, arguments.seconds, arguments.threads, arguments.seed)
    except (RuntimeError, LocalFailureError) as failure:
        print(failure)
        return 1
    print(f"Done: {dict(outcome.done)}")
    print(f"Told: {dict(sorted(outcome.answers.items()))}")
    print(f"The last line was filled {outcome.late_seconds:.1f} s after the end (goal: {GOAL_SECONDS:g} s).")
    for problem in outcome.problems:
        print(f"WRONG: {problem}")
    is_wrong = bool(outcome.problems) or outcome.late_seconds > GOAL_SECONDS
    print("Something is wrong." if is_wrong else "Nothing is wrong.")
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main())
