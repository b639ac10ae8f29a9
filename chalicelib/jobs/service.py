"""Jobs: starting, showing and cancelling them. What runs them is worker.py."""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.expressions.update import Action

from chalicelib.jobs import events, tables
from chalicelib.jobs.schemas import Args, Job, JobQuery, JobState
from chalicelib.jobs.states import JOB
from chalicelib.kernel import clock, ids, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.counts import count
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.lists import paginate
from chalicelib.kernel.mapping import to_struct
from chalicelib.kernel.pages import Page
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

SILENCE = timedelta(minutes=5)
"""An open job that no worker has written to for this long is put on the queue again."""


def start(
    work: Work,
    kind: str,
    entity_id: str,
    *,
    total: int | None = None,
    args: Args | None = None,
    scope_ids: Sequence[str] | None = None,
    must_finish: bool = False,
) -> str:
    """Adds a new job to the transaction and returns its id; it is queued once the commit is in the feed.

    RuntimeError for a commit's second job, as its journal entry names one. args: small, never personal. scope_ids: its
    parts of the tenant; limited callers do not see a job of other parts, or of none. must_finish: a document is blocked
    until it ends, so it is never cancelled and never given up."""
    if work.note is not None and work.note.job is not None:
        raise RuntimeError("one commit starts one job")
    job_id = work.new_id("job")
    row = tables.Job(
        partition=ref(work.tenant, job_id).hash_key,
        id=job_id,
        kind=kind,
        entity_id=entity_id,
        state=JobState.QUEUED,
        progress=0,
        total=total,
        args=args or None,
        scope_ids=None if scope_ids is None else list(scope_ids),
        must_finish=must_finish or None,
        open=work.tenant.key("open"),
        due=clock.real() + SILENCE,
        version=1,
        created_at=work.now,
        created_by=work.call.actor,
        updated_at=work.now,
        updated_by=work.call.actor,
    )
    work.insert(row)
    work.annotate(job=job_id)
    return job_id


@use_case(events.CANCELLED)
def cancel(work: Work, job_id: str) -> Job:
    """Stops an open job: a piece of work that is running now is its last. What is done stays done.

    TransitionRefused for a job that is over, and for one that a document waits for.
    """
    row = work.load(tables.Job, ref(work.tenant, job_id).hash_key, job_id)
    end(work, row, "cancel")
    return view(row)


def end(work: Work, row: tables.Job, step: str, error: str | None = None, results: Sequence[Action] = ()) -> None:
    """Ends an open job by a step of its life, if it is still as it was read. TransitionRefused.

    The worker goes on writing progress meanwhile, so only these attributes are changed.
    """
    JOB.take(row, step)
    row.error = error
    model = tables.Job
    over = [attribute.remove() for attribute in (model.open, model.due, model.lease, model.leased_until)]
    told = [] if error is None else [model.error.set(error)]
    work.amend(row, *results, model.state.set(row.state), *over, *told, fields=["state"], condition=model.open.exists())
    work.annotate(subjects=[row.entity_id])


def read(call: Call, job_id: str) -> Job:
    """One job. NotFound."""
    return view(visibility.load_visible(call, tables.Job, ref(call.tenant, job_id).hash_key, job_id))


def find(call: Call, job_id: str) -> Job | None:
    """One job, or None."""
    row = visibility.find(call, tables.Job, ref(call.tenant, job_id).hash_key, job_id)
    return None if row is None else view(row)


def count_open(call: Call) -> int:
    """How many jobs have not ended."""
    return count(call, tables.Job, tables.ByOpen.open == call.tenant.key("open"), index="by_open")


def page(call: Call, query: JobQuery) -> Page[Job]:
    """A page of jobs, newest first."""
    rows, cursor = paginate(tables.Job, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def ref(tenant: Tenant, job_id: str) -> Ref:
    """Names a job's row. NotFound for what cannot be its id."""
    if not ids.is_valid("job", job_id):
        raise NotFound("There is no such job.")
    return Ref(tables.Job, tenant.key(ids.month(job_id)), job_id)


def view(row: tables.Job) -> Job:
    """The row as the API and the handlers see it."""
    return to_struct(row, Job, allowed_transitions=JOB.allowed(row))
