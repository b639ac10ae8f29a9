"""Whole orders a second over HTTP: create, confirm, pick, pack and ship ten lines, with everything running as
`make run` does. The clients are threads of one process of their own."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.backend import Backend
from bench.caller import Caller
from infra.local.fetched import ROOT

FLOORS = {1: 10.0, 4: 18.0}
"""Flows a second by number of clients, on two CPUs."""
GOALS = {1: 15.0, 4: 25.0}
STEPS = ("create", "confirm", "pick", "pack", "ship")
SECONDS = 10.0
WARM_UP_SECONDS = 10.0
"""The engine's Java gets faster at first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What some clients got done, and the CPU milliseconds that each part of the backend used for one flow."""

    clients: int
    per_second: float
    median_ms: dict[str, float]
    cpu_ms: dict[str, float]


def warm_up(backend: Backend) -> None:
    """Some seconds of flows, which are not counted."""
    _run(backend, 1, WARM_UP_SECONDS)


def measure(backend: Backend, clients: int, seconds: float = SECONDS) -> Rate:
    """The rate of so many clients; each has ten items of its own."""
    before = backend.cpu()
    done = _run(backend, clients, seconds)
    spent: Counter[str] = backend.cpu()
    spent.subtract(before)
    cpu = {part: value / done["flows"] * 1000 for part, value in spent.items()}
    return Rate(clients, done["flows"] / done["seconds"], done["median_ms"], cpu)


def _run(backend: Backend, clients: int, seconds: float) -> Any:
    job = {"url": backend.url, "token": backend.token, "clients": clients, "seconds": seconds}
    command = [sys.executable, "-m", "bench.flows"]
    done = subprocess.run(command, check=True, input=json.dumps(job), stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return json.loads(done.stdout)


class _Seller:
    """One client with a warehouse and ten items, which sells one of each again and again."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        warehouse, location = caller.warehouse()
        lines = [
            {"item_id": item, "quantity": "1", "unit_price": "9.90"} for item in caller.items(10, location, 100_000)
        ]
        self._order = {"warehouse_id": warehouse, "currency": "EUR", "lines": lines}
        self.flows = 0

    def run(self, until: float) -> None:
        post = self.caller.post
        while time.monotonic() < until:
            order, etag = post("create", "/v1/sales-orders", self._order)
            post("confirm", f"/v1/sales-orders/{order['id']}/confirm", {}, etag)
            shipment, etag = post("pick", "/v1/shipments", {"order_id": order["id"]})
            _, etag = post("pack", f"/v1/shipments/{shipment['id']}/pack", {}, etag)
            post("ship", f"/v1/shipments/{shipment['id']}/ship", {"carrier": "Parcel Express"}, etag)
            self.flows += 1


def main() -> None:
    """Reads the job from standard input and prints what was done."""
    job = json.load(sys.stdin)
    sellers = [_Seller(Caller(job["url"], job["token"])) for _ in range(job["clients"])]
    began = time.monotonic()
    threads = [threading.Thread(target=seller.run, args=(began + job["seconds"],)) for seller in sellers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    medians = {step: median(ms for seller in sellers for ms in seller.caller.taken[step]) for step in STEPS}
    print(json.dumps({"flows": sum(seller.flows for seller in sellers), "seconds": seconds, "median_ms": medians}))


if __name__ == "__main__":
    main()
