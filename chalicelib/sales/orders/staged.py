"""Orders too large for one transaction: confirmed, cancelled and closed step by step by a job, visibly."""

from chalicelib.inventory.stock import balances
from chalicelib.inventory.stock.errors import InsufficientStock
from chalicelib.jobs import registry
from chalicelib.jobs import service as jobs
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.sales.orders import line_building, repository, rules
from chalicelib.sales.orders.repository import Order
from chalicelib.sales.orders.schemas import Reservation, SalesOrder, SalesOrderStatus
from chalicelib.sales.orders.tables import Staged

MAX_STOCK_KEYS = 90
"""Balances that one transaction changes beside the order, the job, the journal entry and the stored answer."""
KIND = "sales_order.staged"


def begin(work: Work, order: Order, kind: str) -> SalesOrder:
    """Marks the order as worked on and starts the job, in one transaction. Nothing else can be done meanwhile."""
    job_id = jobs.start(work, KIND, order.row.id, total=len(order.stock_keys()), warehouses=order.row.warehouses())
    order.row.staged = Staged(kind, job_id)
    shown = repository.save(work, order)
    work.annotate(event=f"sales_order.{kind}_begun")
    return shown


@registry.handler(KIND, must_finish=True)
def step(call: Call, job: Job) -> Step:
    """One piece of the work."""
    return commit(call, advance, job.entity_id, job.id)


@use_case("sales_order.advanced")
def advance(work: Work, order_id: str, job_id: str) -> Step:
    """Works on the next places. Doing it again after it is done changes nothing."""
    order = repository.load(work, order_id, match=False)
    staged = order.row.staged
    if staged is None or staged.job_id != job_id:
        return Step(done=True, progress=len(order.stock_keys()))
    if staged.kind == "confirm":
        return _confirm(work, order, staged)
    return _let_go(work, order, staged)


def _confirm(work: Work, order: Order, staged: Staged) -> Step:
    stock_keys = order.stock_keys()
    chunk = frozenset(stock_keys[staged.position : staged.position + MAX_STOCK_KEYS])
    try:
        if staged.position == 0 and order.row.reservation is Reservation.FULL:
            rules.allocate(order.wants(), balances.levels(work, stock_keys), Reservation.FULL, {})
        repository.hold(work, order, order.row.reservation, only=chunk)
    except InsufficientStock as short:
        return _undo(work, order, staged, short)
    staged.position += len(chunk)
    if staged.position >= len(stock_keys):
        order.row.staged = None
        order.row.status = rules.status(order.states)
        return _saved(work, order, "sales_order.confirmed", len(stock_keys), done=True)
    return _saved(work, order, "sales_order.advanced", staged.position)


def _undo(work: Work, order: Order, staged: Staged, short: InsufficientStock) -> Step:
    """Nothing is kept when not all can be: what is held so far goes back, then the order is a draft again."""
    held = any(state.reserved for state in order.states)
    error = f"insufficient_stock: {short.detail}"
    if not held:
        order.row.staged = None
        return _saved(work, order, "sales_order.confirm_failed", 0, done=True, error=error)
    staged.kind, staged.position = "undo", 0
    return _saved(work, order, "sales_order.undo_begun", 0)


def _let_go(work: Work, order: Order, staged: Staged) -> Step:
    stock_keys = order.stock_keys()
    chunk = frozenset(stock_keys[staged.position : staged.position + MAX_STOCK_KEYS])
    repository.let_go(work, order, chunk)
    staged.position += len(chunk)
    if staged.position < len(stock_keys):
        return _saved(work, order, "sales_order.advanced", staged.position)
    order.row.staged = None
    if staged.kind == "undo":
        error = "insufficient_stock: other orders took stock meanwhile; nothing was reserved."
        return _saved(work, order, "sales_order.confirm_failed", 0, done=True, error=error)
    if staged.kind == "close":
        line_building.cut_to_shipped(order)
        order.row.status = SalesOrderStatus.DONE
        return _saved(work, order, "sales_order.closed", len(stock_keys), done=True)
    order.row.status = SalesOrderStatus.CANCELLED
    line_building.release_reference(work, order.row)
    return _saved(work, order, "sales_order.cancelled", len(stock_keys), done=True)


def _saved(
    work: Work, order: Order, event: str, progress: int, *, done: bool = False, error: str | None = None
) -> Step:
    repository.save(work, order)
    work.annotate(event=event)
    return Step(done=done, progress=progress, total=len(order.stock_keys()), error=error)
