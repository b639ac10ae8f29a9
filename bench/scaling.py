"""Whether reads stay as fast when there are more documents: the same questions to tenants of different sizes."""

import copy
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench import masters, stocks
from bench.use_cases import Scene
from tests.world import World

Item = dict[str, Any]
SIZES = (1_000, 10_000)
FULL_SIZES = (1_000, 10_000, 100_000)
ROUNDS = 30
_WRITERS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """Median milliseconds of one question, and the round trips and read units it took."""

    question: str
    documents: int
    milliseconds: float
    reads: int
    read_units: float


def measure(world: World, sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> Iterator[Answer]:
    """Every question at every size. Each size is a tenant of its own, and they are asked in turns, so that a busy
    machine slows them all alike."""
    scenes = {size: Scene(world) for size in sizes}
    paths = {size: _prepare(scene, size) for size, scene in scenes.items()}
    for question in paths[sizes[0]]:
        taken: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(rounds):
            for size, scene in scenes.items():
                began = time.perf_counter()
                scene.acme.get(paths[size][question]).ok()
                taken[size].append((time.perf_counter() - began) * 1000)
        for size, scene in scenes.items():
            with scene.meter.measure() as bill:
                scene.acme.get(paths[size][question]).ok()
            yield Answer(question, size, statistics.median(taken[size]), bill.reads, bill.read_units)


def _prepare(scene: Scene, size: int) -> dict[str, str]:
    """Fills the tenant by copies of real rows, and says what to ask."""
    from chalicelib.kernel import ids

    new_ids = [ids.new("itm") for _ in range(size)]
    skus = _stock(scene, size, new_ids)
    _orders(scene, size)
    _ledger(scene, size)
    place = f"item_id={scene.items[0]}&warehouse_id={scene.shop.warehouse}"
    return {
        "Newest 25 orders": "/v1/sales-orders",
        "25 open orders": "/v1/sales-orders?open=true",
        "Availability of 100 SKUs": f"/v1/stock/availability?skus={','.join(skus)}&warehouse_id={scene.shop.warehouse}",
        "Newest 25 of an item's ledger": f"/v1/stock/ledger?{place}",
        "On hand as of a time": f"/v1/stock/as-of?{place}&at=2026-01-01T00:00:00Z",
        **stocks.documents(scene, size, new_ids, _write),
        **stocks.turns(scene, size, _write),
        **stocks.shipments(scene, size, _write),
        **masters.items(scene, size, new_ids, _write),
        **masters.parties(scene, size, _write),
    }


def _orders(scene: Scene, size: int) -> None:
    """Orders of this month: what a busy tenant has in one partition."""
    from chalicelib.kernel import ids
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.sales.orders import repository, tables

    real = repository.ref(Tenant(scene.acme.tenant), scene.order()["id"])
    row = store.get_many([real])[real]
    _write(tables.SalesOrder, row, size, lambda item, _: item.update(id={"S": ids.new("so")}))


def _stock(scene: Scene, size: int, new_ids: list[str]) -> list[str]:
    """Unique SKUs and stock of as many items; returns a hundred of the SKUs."""
    from chalicelib.catalog.items.tables import SKU
    from chalicelib.inventory.stock.levels import StockKey, ref
    from chalicelib.inventory.stock.tables import Stock
    from chalicelib.kernel import uniques
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    tenant = Tenant(scene.acme.tenant)
    item = scene.acme.get(f"/v1/items/{scene.items[0]}").ok()
    owner, stock = uniques.ref(tenant, SKU, item["sku"]), ref(tenant, StockKey(item["id"], scene.shop.warehouse))
    found = store.get_many([owner, stock])

    def own(row: Item, index: int) -> None:
        row.update(value={"S": f"scale-{index}"}, owner={"S": new_ids[index]})

    def stocked(row: Item, index: int) -> None:
        row.update(partition={"S": tenant.key(new_ids[index])}, item_id={"S": new_ids[index]})

    _write(uniques.Unique, found[owner], size, own)
    _write(Stock, found[stock], size, stocked)
    return [f"SCALE-{index * (size // 100)}" for index in range(100)]


def _ledger(scene: Scene, size: int) -> None:
    """Movements of one item in one warehouse, a minute apart."""
    from chalicelib.inventory.stock.tables import Movement, movements_key
    from chalicelib.kernel import clock
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    key = movements_key(Tenant(scene.acme.tenant), scene.items[0], scene.shop.warehouse)
    first = store.get_many([store.Ref(Movement, key, 1)]).popitem()[1]
    start = clock.now() - timedelta(minutes=2 * size)

    def moved(row: Item, index: int) -> None:
        row.update(seq={"N": str(index + 2)}, at={"S": clock.text(start + timedelta(minutes=index))})

    _write(Movement, first, size, moved)


def _write(model: Any, row: Item | None, size: int, vary: Callable[[Item, int], Any]) -> None:
    """Copies of a row, straight into the table."""
    from chalicelib.kernel.dynamo import client

    assert row is not None
    table = model.table_name()

    def write(part: int) -> None:
        for begin in range(part * 25, size, 25 * _WRITERS):
            rows = []
            for index in range(begin, min(begin + 25, size)):
                item = copy.copy(row)
                vary(item, index)
                rows.append({"PutRequest": {"Item": item}})
            client.dynamodb().batch_write_item(RequestItems={table: rows})

    threads = [threading.Thread(target=write, args=(part,)) for part in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
