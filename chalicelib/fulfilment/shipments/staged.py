"""Shipments too large for one transaction: shipped and reversed step by step by a job, visibly."""

from chalicelib.fulfilment.shipments import rules, tables
from chalicelib.fulfilment.shipments.schemas import ShipmentStatus
from chalicelib.inventory.stock import balances
from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import repository as orders
from chalicelib.sales.orders import shipping

MAX_STOCK_KEYS = 45
"""Each place writes a balance and a movement, beside shipment, order, journal entry and stored answer."""
KIND = "shipment.staged"


def begin(work: Work, row: tables.Shipment, kind: str) -> tables.Shipment:
    """Marks the shipment as worked on and starts the job, in one transaction."""
    row.staged = start(work, row, kind)
    work.save(row)
    work.annotate(event=f"shipment.{kind}_begun", subjects=[row.order_id])
    return row


def start(work: Work, row: tables.Shipment, kind: str) -> tables.Staged:
    """Starts the job that works on the shipment."""
    total, warehouses = len(rules.stock_keys(row.content.picks)), shipping.warehouses(work, row.order_id)
    return tables.Staged(kind, jobs.start(work, KIND, row.id, total=total, warehouses=warehouses))


@registry.handler(KIND, must_finish=True)
def step(call: Call, job: Job) -> Step:
    """One piece of the work."""
    return commit(call, advance, job.entity_id, job.id)


@use_case("shipment.advanced")
def advance(work: Work, shipment_id: str, job_id: str) -> Step:
    """Moves the goods of the next places. Doing it again after it is done changes nothing."""
    row = work.load(tables.Shipment, work.tenant.key(ids.month(shipment_id)), shipment_id)
    stock_keys = rules.stock_keys(row.content.picks)
    if row.staged is None or row.staged.job_id != job_id:
        return Step(done=True, progress=len(stock_keys))
    staged = row.staged
    chunk = stock_keys[staged.position : staged.position + MAX_STOCK_KEYS]
    picks = [entry for entry in row.content.picks if (entry.item_id, entry.location_id) in set(chunk)]
    refs = [balances.ref(work.tenant, stock_key) for stock_key in chunk]
    work.fetch(orders.ref(work.tenant, row.order_id), *refs)
    if staged.kind == "ship":
        balances.move(work, rules.departures(row.id, picks))
        apply = shipping.ship
    else:
        balances.move(work, rules.returns(row.id, picks))
        apply = shipping.unship
    staged.position += len(chunk)
    done = staged.position >= len(stock_keys)
    if done:
        _finish(work, row, staged.kind)
    work.save(row)
    apply(work, row.order_id, picks)
    work.annotate(event=_event(staged.kind, done=done))
    return Step(done=done, progress=staged.position, total=len(stock_keys))


def _finish(work: Work, row: tables.Shipment, kind: str) -> None:
    row.staged, row.open_key = None, None
    row.status = ShipmentStatus.SHIPPED if kind == "ship" else ShipmentStatus.CANCELLED
    if kind == "ship":
        row.shipped_at = work.now


def _event(kind: str, *, done: bool) -> str:
    if not done:
        return "shipment.advanced"
    return "shipment.shipped" if kind == "ship" else "shipment.cancelled"
