"""What follows from a new credit limit of a customer, in steps by a job: orders from before the first limit are
counted, and those that are on hold for credit are looked at again."""

from collections.abc import Sequence

from chalicelib.events.schemas import Change
from chalicelib.jobs import service as jobs
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Report, Step
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
_COUNTS = "counts"
"""In the arguments of a job: whether orders have to be counted first."""
_CURSOR, _LOOKED_AT = "continues_at", "looked_at"
"""In the report of a job: where it goes on to count, and until when the orders were put on hold that it has looked at
again."""


def follow(call: Call, changes: Sequence[Change]) -> None:
    """Starts a job for each customer whose terms have changed, if there is something to do. May be repeated."""
    changed = [change for change in changes if "customer" in change.fields or change.subjects]
    for party_id in dict.fromkeys(each for change in changed for each in (change.entity_id, *change.subjects)):
        commit(call, begin, party_id)


@use_case(events.COUNTING_CREDIT)
def begin(work: Work, customer_id: str) -> None:
    """Starts the job for a customer with a limit whose orders have not been counted yet, or with orders on hold; of one
    that was merged, for the one in its place. The index of orders on hold is eventually consistent."""
    customer_id = customers.path(work, customer_id)[-1]
    counts = credit.begin_counting(work, customer_id)
    if counts or repository.held_for_credit(work.tenant, customer_id, limit=1):
        work.annotate(entity="party", entity_id=customer_id)
        jobs.start(work, KIND, customer_id, args={_COUNTS: counts}, must_finish=True)


@handler(KIND)
def step(call: Call, job: Job) -> Step:
    """Counts some orders; when all are counted, looks again at some of those that are on hold."""
    after = job.report.get(_LOOKED_AT)
    if not job.args.get(_COUNTS) or after is not None:
        return _look_again(call, job, str(after or ""))
    query = SalesOrderQuery(
        customer_id=job.entity_id, limit=_AT_ONCE, cursor=str(job.report.get(_CURSOR) or "") or None
    )
    rows, cursor = paginate(SalesOrder, VIEWS, call, query)
    for row in rows:
        commit(call, count, row.id)
    report: Report = {_CURSOR: cursor} if cursor else {_LOOKED_AT: ""}
    return Step(done=False, progress=job.progress + len(rows), report=report)


def _look_again(call: Call, job: Job, after: str) -> Step:
    """Looks again at the orders that were put on hold next, the first first."""
    entries = repository.held_for_credit(call.tenant, job.entity_id, after=after, limit=_AT_ONCE)
    for entry in entries:
        commit(call, look_again, entry.order_id)
    progress = job.progress + len(entries)
    return Step(
        done=len(entries) < _AT_ONCE, progress=progress, report={_LOOKED_AT: entries[-1].place if entries else after}
    )


@use_case(events.CREDIT_COUNTED)
def count(work: Work, order_id: str) -> None:
    """Counts an order in the credit of its customer; one that was confirmed before goes through."""
    ref = repository.ref(work.tenant, order_id)
    row = work.load(SalesOrder, ref.hash_key, ref.range_key)
    if not holds.uses_credit(row):
        holds.settle_credit(work, row, is_let_through=True)
        work.save(row)


@use_case(events.CREDIT_REVIEWED)
def look_again(work: Work, order_id: str) -> None:
    """Lifts the hold of an order that is within the limit of its customer now, and counts it."""
    ref = repository.ref(work.tenant, order_id)
    row = work.load(SalesOrder, ref.hash_key, ref.range_key)
    if row.credit_hold is not None:
        holds.settle_credit(work, row)
        work.save(row)
