"""Moves the orders of customers that were merged to the customers in their place, and back when a merge is undone.

Where an order belongs follows from the customer that it was made for, and from the merges as they are now. So it does
not matter in which order merges, their undoing and these jobs happen, and a job may do its work again.
"""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.jobs import service as jobs
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.sales.orders import events, holds, repository
from chalicelib.sales.orders.hold_schemas import HoldKind
from chalicelib.sales.orders.tables import ByCustomer, ByFormer, SalesOrder

KIND = "sales_order.follow_merge"
SETTLING_SECONDS = 60
"""A job looks again after so long: an order that was begun before the merge is committed by then, and in the index."""
_AT_ONCE = 25
_WAITED = "looks_again"
"""In the report of a job: it has waited, and looks for the last time."""


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Starts a job for each party that was merged, or whose merge was undone. May be repeated."""
    for party_id in dict.fromkeys(change.entity_id for change in changes):
        commit(call, begin, party_id)


@use_case(events.FOLLOWING_MERGE)
def begin(work: Work, party_id: str) -> str:
    """Starts the job for a party, and returns its id."""
    work.annotate(entity="party", entity_id=party_id)
    return jobs.start(work, KIND, party_id, must_finish=True)


@handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Moves some orders. Done when there are none left, and none can come any more."""
    moved = sum(commit(call, move, order_id) for order_id in _order_ids(call, job.entity_id))
    progress = job.progress + moved
    if moved:
        return Step(done=False, progress=progress)
    if job.report.get(_WAITED):
        return Step(done=True, progress=progress)
    return Step(done=False, progress=progress, report={_WAITED: True}, wait_seconds=SETTLING_SECONDS)


def _order_ids(call: Call, customer_id: str) -> list[str]:
    """Orders of a merged customer, or else those that were moved from it."""
    is_merged = len(customers.path(Work(call), customer_id)) > 1
    index, name = (ByCustomer.customer_key, "by_customer") if is_merged else (ByFormer.former_key, "by_former")
    page = store.query(SalesOrder, index == call.tenant.key(customer_id), index=name, limit=_AT_ONCE)
    return [entry["id"]["S"] for entry in page.items]


@use_case(events.MOVED)
def move(work: Work, order_id: str) -> int:
    """Gives the order the customer that it belongs to now. Returns 1 when that is another one, else 0."""
    ref = repository.ref(work.tenant, order_id)
    row = work.load(SalesOrder, ref.hash_key, ref.range_key)
    first = row.first_customer()
    if first is None:
        return 0
    *former, customer_id = customers.path(work, first)
    if (customer_id, former) == (row.customer_id, row.former_customer_ids or []):
        return 0
    is_let_through = not holds.has(row, HoldKind.CREDIT)
    holds.leave_credit(work, row)
    row.set_customer(work.tenant, customer_id)
    holds.settle_credit(work, row, is_let_through=is_let_through)
    row.former_customer_ids = former or None
    row.former_key = work.tenant.key(former[-1]) if former else None
    work.save(row)
    return 1
