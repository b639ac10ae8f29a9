"""Jobs: starting, showing and cancelling them. What runs them is worker.py."""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.expressions.update import Action

from chalicelib.jobs import events, tables
from chalicelib.jobs.registry import MUST_FINISH
from chalicelib.jobs.schemas import OPEN, Args, Job, JobQuery, JobState
from chalicelib.kernel import ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import NotFound, TransitionRefused
from chalicelib.kernel.lists import Page, paginate
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import use_case
from chalicelib.kernel.work import Work

SILENCE = timedelta(minutes=5)
"""An open job without a sign of life for this long is put on the queue again."""


def start(
    work: Work,
    kind: str,
    entity_id: str,
    *,
    total: int | None = None,
    args: Args | None = None,
    scope_ids: Sequence[str] | None = None,
) -> str:
    """Wants a new job in this transaction and returns its id; it is queued once the commit is in the feed.

    The journal entry of the commit carries the job, so one commit starts one job.
    `args` are small and never personal. warehouses: what the job is about lies in these; callers limited to others
    do not see it, nor any that says nothing.
    """
    if work.note is not None and work.note.job is not None:
        raise RuntimeError("one commit starts one job")
    job_id = work.new_id("job")
    row = tables.Job(
        partition=_partition(work.tenant, job_id),
        id=job_id,
        kind=kind,
        entity_id=entity_id,
        state=JobState.QUEUED,
        progress=0,
        total=total,
        args=args or None,
        scope_ids=None if scope_ids is None else list(scope_ids),
        open=work.tenant.key("open"),
        due=work.now + SILENCE,
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
    row = work.load(tables.Job, _partition(work.tenant, _known(job_id)), job_id)
    if not _allowed(row):
        raise TransitionRefused("job", row.state, [])
    settle(work, row, JobState.CANCELLED)
    return view(row)


def settle(
    work: Work, row: tables.Job, state: JobState, error: str | None = None, results: Sequence[Action] = ()
) -> None:
    """Wants an open job to end. The worker goes on writing progress meanwhile, so only these attributes change."""
    changes = [
        *results,
        tables.Job.state.set(state),
        tables.Job.version.set(row.version + 1),
        tables.Job.updated_at.set(work.now),
        tables.Job.updated_by.set(work.call.actor),
        tables.Job.open.remove(),
        tables.Job.due.remove(),
        tables.Job.lease.remove(),
        tables.Job.leased_until.remove(),
    ]
    if error is not None:
        changes.append(tables.Job.error.set(error))
    still_open = (tables.Job.version == row.version) & tables.Job.open.exists()
    work.change(ref(work.tenant, row.id), *changes, condition=still_open)
    work.annotate(entity="job", entity_id=row.id, version=row.version + 1, fields=["state"], subjects=[row.entity_id])
    row.state, row.version, row.error = state, row.version + 1, error
    row.updated_at, row.updated_by = work.now, work.call.actor


def read(call: Call, job_id: str) -> Job:
    """One job. NotFound."""
    row = find(call.tenant, job_id)
    if row is None or not row.is_visible_to(call):
        raise NotFound("There is no such job.")
    return view(row)


def find(tenant: Tenant, job_id: str) -> tables.Job | None:
    """The row behind an id, read strongly."""
    return store.get(tables.Job, _partition(tenant, _known(job_id)), job_id)


def page(call: Call, query: JobQuery) -> Page[Job]:
    """A page of jobs, newest first."""
    rows, cursor = paginate(tables.Job, tables.VIEWS, call, query)
    return Page([view(row) for row in rows], cursor)


def ref(tenant: Tenant, job_id: str) -> store.Ref:
    """Names a job's row."""
    return store.Ref(tables.Job, _partition(tenant, job_id), job_id)


def view(row: tables.Job) -> Job:
    """The row as the API and the handlers see it."""
    return Job(
        id=row.id,
        kind=row.kind,
        entity_id=row.entity_id,
        state=row.state,
        progress=row.progress,
        total=row.total,
        report=row.report or {},
        error=row.error,
        args=row.args or {},
        allowed_transitions=_allowed(row),
        **row.stamps(),
    )


def _allowed(row: tables.Job) -> list[str]:
    return ["cancel"] if row.state in OPEN and row.kind not in MUST_FINISH else []


def _known(job_id: str) -> str:
    if not ids.is_valid("job", job_id):
        raise NotFound("There is no such job.")
    return job_id


def _partition(tenant: Tenant, job_id: str) -> str:
    return tenant.key(ids.month(job_id))
