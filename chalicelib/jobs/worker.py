"""Runs a job, piece by piece, until it is done, cancelled or the worker's time is up.

A job is leased, so that two workers do not run it at once; its pieces are idempotent anyway. The lease of a worker that
was killed runs out; then the queue delivers the message again, or the reconciler sends another. The worker that takes
over counts a failure, so a piece that kills every worker ends its job as failed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction

from chalicelib.access import sandbox
from chalicelib.jobs import events, queue, service, tables
from chalicelib.jobs.registry import HANDLERS
from chalicelib.jobs.schemas import OPEN, JobState, Report, Step
from chalicelib.jobs.states import JOB
from chalicelib.kernel import clock, ids, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

LEASE = timedelta(seconds=90)
"""Longer than one piece of work may take; each piece renews it."""
MAX_FAILURES = 5
WORKER_LOST = "WorkerLost"
"""The error of a job that no worker survived."""
_SHORT_WAIT_SECONDS = 2.0
_BACKOFF_SECONDS = 5.0
_MOST_DOUBLINGS = 6


def run(call: Call, job_id: str, deadline: float) -> None:
    """Works on a job until `deadline` (clock.monotonic) and puts it back on the queue when it is not done by then.

    Returns when the job is finished, unknown, or leased by another worker. Raises only what kept it from storing the
    state of the job: then the message has to be delivered again. NotFound for what cannot be the id of a job.
    """
    row = find(call.tenant, job_id)
    if row is None or row.state not in OPEN:
        log.logger().info("nothing to do for job", job_id=job_id)
        return
    lease = _take_lease(call.tenant, row)
    if lease is None:
        _queue_again_after_lease(call.tenant, job_id)
        return
    JOB.take(row, "run")
    while True:
        step = _run_piece(call, row, lease)
        if step is None:
            return
        if step.done:
            _end(call, row, lease, step)
            return
        current = _store_progress(call.tenant, row, lease, step)
        if current is None:
            return
        row = current
        if clock.monotonic() + step.wait_seconds >= deadline or step.wait_seconds > _SHORT_WAIT_SECONDS:
            _release(call.tenant, row, lease)
            queue.send(call.tenant, job_id, step.wait_seconds)
            return
        clock.sleep(step.wait_seconds)


def find(tenant: Tenant, job_id: str) -> tables.Job | None:
    """The job's row, read strongly, or None. NotFound for what cannot be the id of a job."""
    ref = service.ref(tenant, job_id)
    return store.get(tables.Job, ref.hash_key, ref.range_key)


def requeue_silent(tenant: Tenant) -> int:
    """Queues again the tenant's open jobs that no worker has written to for a while; returns how many."""
    by_open = tables.ByOpen
    now = clock.now()
    condition = (by_open.open == tenant.key("open")) & (by_open.due <= clock.text(now))
    count = 0
    for row in store.query_all(tables.Job, condition, index="by_open"):
        if row.due is None or row.due > now:
            continue
        moved = [tables.Job.due.set(now + service.SILENCE)]
        if store.write(store.update(service.ref(tenant, row.id), moved, tables.Job.due == row.due)):
            queue.send(tenant, row.id)
            count += 1
    if count:
        log.count("JobsRequeued", count)
    return count


def has_open(tenant: Tenant) -> bool:
    """Whether the tenant has a job that is not over."""
    condition = tables.ByOpen.open == tenant.key("open")
    return bool(store.query(tables.Job, condition, index="by_open", limit=1).items)


def _take_lease(tenant: Tenant, row: tables.Job) -> str | None:
    """Leases the job and returns the lease; None when another worker holds it or it has ended. A lease that ran out
    counts as a failure: its worker was killed."""
    lease, job = ids.new("lea"), tables.Job
    changes = [*_renewed_lease(lease), job.state.set(JobState.RUNNING)]
    if row.lease is None:
        free = job.lease.does_not_exist()
    else:
        free = (job.lease == row.lease) & (job.leased_until < clock.now())
        row.failures = (row.failures or 0) + 1
        changes.append(job.failures.set(row.failures))
    if _write(tenant, row.id, changes, job.open.exists() & free):
        return lease
    # A reply that was lost: the write may have happened all the same.
    found = find(tenant, row.id)
    return lease if found is not None and found.lease == lease else None


def _queue_again_after_lease(tenant: Tenant, job_id: str) -> None:
    """Queues a job that another worker has leased for when the lease runs out: that worker may have been killed."""
    row = find(tenant, job_id)
    if row is not None and row.state in OPEN and row.leased_until is not None:
        left = (row.leased_until - clock.now()).total_seconds()
        queue.send(tenant, job_id, max(1.0, left + 1))


def _run_piece(call: Call, row: tables.Job, lease: str) -> Step | None:
    """Runs one piece of work and returns its result; None when it failed and will be tried again later."""
    do_piece = HANDLERS.get(row.kind)
    if do_piece is None:
        return Step(done=True, progress=row.progress, error="unknown_kind")
    if _has_no_try_left(row):
        return Step(done=True, progress=row.progress, error=WORKER_LOST)
    try:
        with sandbox.time_of(call.tenant):
            return do_piece(call, service.view(row))
    except Exception as error:  # a piece may fail in any way; the job says so and the others go on
        log.logger().exception("job failed", job_id=row.id, kind=row.kind)
        log.count("JobFailed")
        return _count_failure(call, row, lease, error)


def _count_failure(call: Call, row: tables.Job, lease: str, error: Exception) -> Step | None:
    """Counts the failure and queues the job for later; the result that ends the job when no try is left."""
    row.failures = failures = (row.failures or 0) + 1
    if _has_no_try_left(row):
        return Step(done=True, progress=row.progress, error=log.reason_of(error))
    job = tables.Job
    changes = [job.failures.set(failures), job.lease.remove(), job.leased_until.remove()]
    if _write(call.tenant, row.id, changes, job.lease == lease):
        queue.send(call.tenant, row.id, _BACKOFF_SECONDS * 2 ** min(failures - 1, _MOST_DOUBLINGS))
    return None


def _has_no_try_left(row: tables.Job) -> bool:
    return (row.failures or 0) >= MAX_FAILURES and not row.must_finish


def _store_progress(tenant: Tenant, row: tables.Job, lease: str, step: Step) -> tables.Job | None:
    """Stores the progress and renews the lease; returns the row as it is then, or None when the job has ended or the
    lease is lost."""
    job = tables.Job
    changes = [*_renewed_lease(lease, step.wait_seconds), *_results(step), job.failures.remove()]
    if not _write(tenant, row.id, changes, job.open.exists() & (job.lease == lease)):
        log.logger().info("job ended or was taken over", job_id=row.id)
        return None
    return find(tenant, row.id)


def _release(tenant: Tenant, row: tables.Job, lease: str) -> None:
    job = tables.Job
    _write(tenant, row.id, [job.lease.remove(), job.leased_until.remove()], job.lease == lease)


def _renewed_lease(lease: str, wait_seconds: float = 0) -> list[Any]:
    now = clock.now()
    return [
        tables.Job.lease.set(lease),
        tables.Job.leased_until.set(now + LEASE),
        tables.Job.due.set(now + service.SILENCE + timedelta(seconds=wait_seconds)),
    ]


def _results(step: Step) -> list[Any]:
    changes: list[Any] = [tables.Job.progress.set(step.progress)]
    if step.total is not None:
        changes.append(tables.Job.total.set(step.total))
    if step.report is not None:
        changes.append(tables.Job.report.set(msgspec.convert(step.report, Report)))
    return changes


def _write(tenant: Tenant, job_id: str, changes: Sequence[UpdateAction], condition: Condition) -> bool:
    return store.write(store.update(service.ref(tenant, job_id), changes, condition))


@use_case(events.DONE)
def _finish(work: Work, job_id: str, lease: str, step: Step) -> None:
    _end_if_leased(work, job_id, lease, step, "finish")


@use_case(events.FAILED)
def _give_up(work: Work, job_id: str, lease: str, step: Step) -> None:
    _end_if_leased(work, job_id, lease, step, "fail")


def _end_if_leased(work: Work, job_id: str, lease: str, step: Step, name: str) -> None:
    """Ends the job, unless it has ended or another worker has taken it over meanwhile."""
    row = work.find(tables.Job, service.ref(work.tenant, job_id).hash_key, job_id)
    if row is not None and row.state in OPEN and row.lease == lease:
        service.end(work, row, name, step.error, _results(step))


def _end(call: Call, row: tables.Job, lease: str, step: Step) -> None:
    if step.error is not None:
        log.count("JobFailed")
    with sandbox.time_of(call.tenant):
        commit(call, _finish if step.error is None else _give_up, row.id, lease, step)
