"""Many orders that wait for one item, and a receipt that fills them all."""

import time
from dataclasses import dataclass

from bench.use_cases import Scene
from infra.local.meter import Bill
from tests.simulation.market import drafts
from tests.world import World

ORDERS = 1_000
METERED = 100
"""Orders of the run that counts units: the meter reads each row that is written twice more, which takes time."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took to fill so many orders: seconds from the receipt on; for each order, what the store has done."""

    orders: int
    seconds: float
    transactions: float
    reads: float
    write_units: float
    read_units: float


def measure(world: World, orders: int = ORDERS, metered: int = METERED) -> Filled:
    """Has orders of a piece wait, receives as many pieces, and lets the feed do the rest."""
    seconds, _ = _fill(world, orders)
    _, bill = _fill(world, metered, counts=True)
    figures = bill.transactions, bill.reads, bill.write_units, bill.read_units
    return Filled(orders, seconds, *(figure / metered for figure in figures))


def _fill(world: World, orders: int, *, counts: bool = False) -> tuple[float, Bill]:
    scene = Scene(world)
    here, bill = scene.shop, Bill()
    item = here.item()["id"]
    for order_id in drafts(scene.acme, here.order((item, 1))["id"], orders):
        scene.acme.post(f"/v1/sales-orders/{order_id}/confirm", {}, etag=1).ok()
    world.settle()
    began = time.perf_counter()
    here.receive(item, orders)
    if counts:
        with scene.meter.measure() as bill:
            world.settle()
    else:
        world.settle()
    seconds = time.perf_counter() - began
    assert here.level(item) == (str(orders), str(orders), "0")
    return seconds, bill
