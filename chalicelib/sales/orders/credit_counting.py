"""Counts the orders that a customer had before there was a credit limit, in steps by a job."""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.jobs import service as jobs
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.parties.customers import service as customers
from chalicelib.sales.credit import service as credit
from chalicelib.sales.orders import events, holds, repository
from chalicelib.sales.orders.queries import SalesOrderQuery
from chalicelib.sales.orders.tables import VIEWS, SalesOrder

KIND = "sales_order.count_credit"
_AT_ONCE = 25
_CURSOR = "continues_at"
"""In the report of a job: where it goes on."""


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Starts a job for each customer whose terms have changed and who has a limit for the first time. May be
    repeated."""
    changed = [change for change in changes if "customer" in change.fields or change.subjects]
    for party_id in dict.fromkeys(each for change in changed for each in (change.entity_id, *change.subjects)):
        commit(call, begin, party_id)


@use_case(events.COUNTING_CREDIT)
def begin(work: Work, customer_id: str) -> None:
    """Starts the job for a customer with a limit whose orders have not been counted yet; of one that was merged, for
    the one in its place."""
    customer_id = customers.path(work, customer_id)[-1]
    if credit.begin_counting(work, customer_id):
        work.annotate(entity="party", entity_id=customer_id)
        jobs.start(work, KIND, customer_id, must_finish=True)


@handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Counts some orders."""
    query = SalesOrderQuery(
        customer_id=job.entity_id, limit=_AT_ONCE, cursor=str(job.report.get(_CURSOR) or "") or None
    )
    rows, cursor = paginate(SalesOrder, VIEWS, call, query)
    for row in rows:
        commit(call, count, row.id)
    progress = job.progress + len(rows)
    return Step(done=cursor is None, progress=progress, report={_CURSOR: cursor})


@use_case(events.CREDIT_COUNTED)
def count(work: Work, order_id: str) -> None:
    """Counts an order in the credit of its customer; one that was confirmed before goes through."""
    ref = repository.ref(work.tenant, order_id)
    row = work.load(SalesOrder, ref.hash_key, ref.range_key)
    if not holds.uses_credit(row):
        holds.settle_credit(work, row, is_let_through=True)
        work.save(row)
