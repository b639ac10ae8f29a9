"""Brings the locations and stock rows of a warehouse up to date with what the warehouse says of them, as a job.

They have its setting, so that whoever commits or moves stock knows it without reading the warehouse. The job passes
over them twice: what was decided by the former setting may be written while the first pass is done, but not later.
"""

from collections.abc import Iterator, Sequence

from pynamodb.expressions.condition import Condition

from chalicelib.inventory.stock import events
from chalicelib.inventory.stock.tables import ByWarehouse as StockByWarehouse
from chalicelib.inventory.stock.tables import Stock
from chalicelib.inventory.warehouses import tables
from chalicelib.inventory.warehouses.service import SETTINGS_JOB
from chalicelib.inventory.warehouses.tables import ByWarehouse, Location, Warehouse
from chalicelib.jobs import registry
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import capacity, clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

PIECE_SECONDS = 8.0
SECONDS_BETWEEN_PASSES = 25.0
"""No commit takes longer."""
_ROWS = 90


@registry.handler(SETTINGS_JOB)
def step(call: Call, job: Job) -> Step:
    """Goes on with a pass from the item that the report names, for a few seconds."""
    deadline = clock.monotonic() + PIECE_SECONDS
    is_second, after, done = job.report.get("pass") == 2, job.report.get("after"), job.progress
    if not after:
        _apply(call, job.entity_id, _locations(call, job.entity_id))
    for page in _stock(call, job.entity_id, str(after or "")):
        _apply(call, job.entity_id, page)
        done += len(page)
        if clock.monotonic() >= deadline:
            return Step(False, done, report={"pass": 2 if is_second else 1, "after": page[-1].item_id})
    if is_second:
        return Step(True, done, report={"pass": 2})
    return Step(False, done, report={"pass": 2}, wait_seconds=SECONDS_BETWEEN_PASSES)


def _locations(call: Call, warehouse_id: str) -> list[Location]:
    key = ByWarehouse.warehouse_key == call.tenant.key(warehouse_id)
    return list(store.query_all(Location, key, index="by_warehouse"))


def _stock(call: Call, warehouse_id: str, after: str) -> Iterator[list[Stock]]:
    """The stock rows of a warehouse behind an item, page by page."""
    key: Condition = StockByWarehouse.warehouse_key == call.tenant.key(warehouse_id)
    while True:
        behind = key & (StockByWarehouse.item_id > after) if after else key
        page = store.query(Stock, behind, index="by_warehouse", limit=_ROWS)
        rows = [Stock.read(item) for item in store.full(Stock, page.items)]
        if rows:
            yield rows
        if page.next_key is None:
            return
        after = rows[-1].item_id


def _apply(call: Call, warehouse_id: str, rows: Sequence[Location | Stock]) -> None:
    while rows:
        rows = rows[commit(call, apply, warehouse_id, rows) :]


@use_case(events.SETTING_APPLIED)
def apply(work: Work, warehouse_id: str, rows: Sequence[Location | Stock]) -> int:
    """Writes what the warehouse says by now into its rows that say something else, as many as fit into one transaction.
    Returns how many are done."""
    warehouse = work.load(Warehouse, work.tenant.key(), warehouse_id)
    is_on = bool(warehouse.ships_before_receipt)
    named: list[str] = []

    def write(row: Location | Stock) -> None:
        if bool(row.ships_before_receipt) is not is_on:
            setting = type(row).ships_before_receipt
            work.change(store.ref_of(row), setting.set(True) if is_on else setting.remove())
            named.extend([row.item_id] if isinstance(row, Stock) else [])

    done = capacity.apply_while_room(work, rows, write, reserve=1)
    if work.actions:
        unchanged: Condition = Warehouse.version == warehouse.version
        work.require(tables.warehouse_ref(work.tenant, warehouse_id), unchanged)
        work.annotate(entity=Warehouse.entity, entity_id=warehouse_id, subjects=named)
    return done
