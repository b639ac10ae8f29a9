"""A mixed load of twelve clients, and how late the feed's consumers are when it ends."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.backend import Backend
from bench.caller import Caller
from infra.local.failure import LocalFailureError
from infra.local.fetched import ROOT

CLIENTS = 12
SECONDS = 80.0
GOAL_SECONDS = 5.0
"""How long after the load's end a backorder may wait for goods that arrive then."""
GIVE_UP_SECONDS = 300.0
MIX = {"create": 30, "confirm": 25, "edit": 10, "cancel": 10, "ship": 15, "receive": 10}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Commands by kind, those that were refused, and the seconds until a backorder was filled after the end."""

    done: dict[str, int]
    refused: int
    seconds: float
    late_seconds: float


def measure(backend: Backend, seconds: float = SECONDS) -> Outcome:
    """Runs the load in a process of its own."""
    job = {"url": backend.url, "token": backend.token, "seconds": seconds}
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, check=True, input=json.dumps(job), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return Outcome(**json.loads(done.stdout))


class _Trader:
    """One client with orders of its own; the items are everybody's, and too few, so that orders wait for goods."""

    def __init__(self, caller: Caller, number: int, stock: tuple[str, str, list[str]]) -> None:
        self._caller = caller
        self._random = random.Random(number)
        self._warehouse, self._location, self._items = stock
        self._drafts: list[tuple[str, str]] = []
        self._confirmed: list[tuple[str, str]] = []
        self.done: Counter[str] = Counter()
        self.refused = 0

    def run(self, until: float) -> None:
        acts: dict[str, Callable[[], None]] = {name: getattr(self, f"_{name}") for name in MIX}
        while time.monotonic() < until:
            (name,) = self._random.choices(list(MIX), list(MIX.values()))
            try:
                acts[name]()
            except LocalFailureError:  # for example, a consumer has changed the order in the meantime
                self.refused += 1
            self.done[name] += 1

    def _create(self) -> None:
        items = self._random.sample(self._items, 3)
        lines = [{"item_id": item, "quantity": str(self._random.randint(1, 5)), "unit_price": "9.90"} for item in items]
        body = {"warehouse_id": self._warehouse, "currency": "EUR", "lines": lines}
        order, etag = self._caller.post("create", "/v1/sales-orders", body)
        self._drafts.append((order["id"], etag))

    def _confirm(self) -> None:
        order, etag = self._taken(self._drafts)
        _, etag = self._caller.post("confirm", f"/v1/sales-orders/{order}/confirm", {}, etag)
        self._confirmed.append((order, etag))

    def _edit(self) -> None:
        order, etag = self._taken(self._drafts)
        changed = self._caller.patch(f"/v1/sales-orders/{order}", {"note": "Ring twice."}, etag)
        self._drafts.append((order, f'"{changed["version"]}"'))

    def _cancel(self) -> None:
        order, etag = self._taken(self._drafts)
        self._caller.post("cancel", f"/v1/sales-orders/{order}/cancel", {}, etag)

    def _ship(self) -> None:
        if not self._confirmed:
            self._confirm()
        order, _ = self._confirmed.pop(0)
        self._caller.post("ship", "/v1/shipments", {"order_id": order, "ship": {"carrier": "Parcel Express"}})

    def _receive(self) -> None:
        self._caller.receive([self._random.choice(self._items)], self._location, 15)

    def _taken(self, orders: list[tuple[str, str]]) -> tuple[str, str]:
        if not orders:
            self._create()
        return orders.pop(0)


def _backordered(caller: Caller, warehouse: str, item: str) -> str:
    """An order that waits for one piece of the item."""
    line = {"item_id": item, "quantity": "1", "unit_price": "9.90"}
    body = {"warehouse_id": warehouse, "currency": "EUR", "lines": [line]}
    order, etag = caller.post("create", "/v1/sales-orders", body)
    caller.post("confirm", f"/v1/sales-orders/{order['id']}/confirm", {}, etag)
    return str(order["id"])


def _seconds_until_filled(caller: Caller, order: str) -> float:
    began = time.monotonic()
    while time.monotonic() - began < GIVE_UP_SECONDS:
        if caller.get(f"/v1/sales-orders/{order}")["fulfilment"] == "committed":
            break
        time.sleep(0.1)
    return time.monotonic() - began


def main() -> None:
    """Reads the job from standard input and prints what was done."""
    job = json.load(sys.stdin)
    owner = Caller(job["url"], job["token"])
    warehouse, location = owner.warehouse()
    items = owner.items(30, location, 20)
    (awaited,) = owner.items(1, location, 0)
    waiting = _backordered(owner, warehouse, awaited)
    stock = (warehouse, location, items)
    traders = [_Trader(Caller(job["url"], job["token"]), number, stock) for number in range(CLIENTS)]
    began = time.monotonic()
    threads = [threading.Thread(target=trader.run, args=(began + job["seconds"],)) for trader in traders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    owner = Caller(job["url"], job["token"])  # the server closes connections that were idle for so long
    owner.receive([awaited], location, 1)
    late = _seconds_until_filled(owner, waiting)
    done: Counter[str] = sum((trader.done for trader in traders), Counter())
    refused = sum(trader.refused for trader in traders)
    outcome: dict[str, Any] = {"done": done, "refused": refused, "seconds": seconds, "late_seconds": late}
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
