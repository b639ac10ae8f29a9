"""Runs a job, piece by piece, until it is done, cancelled or the worker's time is up.

A job is leased, so two workers do not run it at once; its pieces are idempotent anyway. A worker that is killed leaves
a lease that ends; the queue's message comes back, and if it does not, the reconciler sends another. Whoever takes over
counts that as a failure: a piece that kills every worker ends its job as failed.
"""

from datetime import timedelta
from typing import Any

import msgspec

from chalicelib.jobs import events, queue, service, tables
from chalicelib.jobs.registry import HANDLERS, MUST_FINISH
from chalicelib.jobs.schemas import OPEN, JobState, Report, Step
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

    Returns quietly when the job is finished, unknown, or another worker's. Raises only what kept it from noting how
    the job stands: then the message has to come back.
    """
    row = service.find(call.tenant, job_id)
    if row is None or row.state not in OPEN:
        log.logger().info("nothing to do for job", job_id=job_id)
        return
    lease = _take(call.tenant, row)
    if lease is None:
        _come_back(call.tenant, job_id)
        return
    row.state = JobState.RUNNING
    while True:
        step = _step(call, row, lease)
        if step is None:
            return
        if step.done:
            _end(call, row, lease, step)
            return
        found = _note(call.tenant, row, lease, step)
        if found is None:
            return
        row = found
        if clock.monotonic() + step.wait_seconds >= deadline or step.wait_seconds > _SHORT_WAIT_SECONDS:
            _release(call.tenant, row, lease)
            queue.send(call.tenant, job_id, step.wait_seconds)
            return
        clock.sleep(step.wait_seconds)


def requeue_silent(tenant: Tenant) -> int:
    """Queues again the tenant's open jobs that showed no sign of life for a while; returns how many."""
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


def _take(tenant: Tenant, row: tables.Job) -> str | None:
    """Leases the job; None when another worker holds it or it ended. A lease that ran out was a worker that died."""
    lease, job = ids.new("lea"), tables.Job
    changes = [*_alive(lease), job.state.set(JobState.RUNNING)]
    if row.lease is None:
        free = job.lease.does_not_exist()
    else:
        free = (job.lease == row.lease) & (job.leased_until < clock.now())
        row.failures = (row.failures or 0) + 1
        changes.append(job.failures.set(row.failures))
    if _write(tenant, row.id, changes, job.open.exists() & free):
        return lease
    found = service.find(tenant, row.id)
    return lease if found is not None and found.lease == lease else None


def _come_back(tenant: Tenant, job_id: str) -> None:
    """The job is leased: whoever holds it may be dead, so somebody has to look again when the lease is over."""
    row = service.find(tenant, job_id)
    if row is not None and row.state in OPEN and row.leased_until is not None:
        left = (row.leased_until - clock.now()).total_seconds()
        queue.send(tenant, job_id, max(1.0, left + 1))


def _step(call: Call, row: tables.Job, lease: str) -> Step | None:
    """One piece of work; None when it failed, which is noted and, if it was not the last try, tried again later."""
    handler = HANDLERS.get(row.kind)
    if handler is None:
        return Step(done=True, progress=row.progress, error="unknown_kind")
    if _is_spent(row):
        return Step(done=True, progress=row.progress, error=WORKER_LOST)
    try:
        return handler(call, service.view(row))
    except Exception as error:  # a piece may fail in any way; the job says so and the others go on
        log.logger().exception("job failed", job_id=row.id, kind=row.kind)
        log.count("JobFailed")
        return _failed(call, row, lease, error)


def _failed(call: Call, row: tables.Job, lease: str, error: Exception) -> Step | None:
    row.failures = failures = (row.failures or 0) + 1
    if _is_spent(row):
        return Step(done=True, progress=row.progress, error=log.reason_of(error))
    job = tables.Job
    changes = [job.failures.set(failures), job.lease.remove(), job.leased_until.remove()]
    if _write(call.tenant, row.id, changes, job.lease == lease):
        queue.send(call.tenant, row.id, _BACKOFF_SECONDS * 2 ** min(failures - 1, _MOST_DOUBLINGS))
    return None


def _is_spent(row: tables.Job) -> bool:
    return (row.failures or 0) >= MAX_FAILURES and row.kind not in MUST_FINISH


def _note(tenant: Tenant, row: tables.Job, lease: str, step: Step) -> tables.Job | None:
    """Notes progress and renews the lease; the row as it is then, or None when the job ended or the lease is lost."""
    job = tables.Job
    changes = [*_alive(lease, step.wait_seconds), *_results(step), job.failures.remove()]
    if not _write(tenant, row.id, changes, job.open.exists() & (job.lease == lease)):
        log.logger().info("job ended or was taken over", job_id=row.id)
        return None
    return service.find(tenant, row.id)


def _release(tenant: Tenant, row: tables.Job, lease: str) -> None:
    job = tables.Job
    _write(tenant, row.id, [job.lease.remove(), job.leased_until.remove()], job.lease == lease)


def _alive(lease: str, wait_seconds: float = 0) -> list[Any]:
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


def _write(tenant: Tenant, job_id: str, changes: list[Any], condition: Any) -> bool:
    return store.write(store.update(service.ref(tenant, job_id), changes, condition))


@use_case(events.DONE)
def _finish(work: Work, job_id: str, lease: str, step: Step) -> None:
    _close(work, job_id, lease, step, JobState.DONE)


@use_case(events.FAILED)
def _give_up(work: Work, job_id: str, lease: str, step: Step) -> None:
    _close(work, job_id, lease, step, JobState.FAILED)


def _close(work: Work, job_id: str, lease: str, step: Step, state: JobState) -> None:
    """Wants the job to end, unless it ended or another worker took it over meanwhile."""
    row = work.find(tables.Job, service.ref(work.tenant, job_id).hash_key, job_id)
    if row is not None and row.state in OPEN and row.lease == lease:
        service.settle(work, row, state, step.error, _results(step))


def _end(call: Call, row: tables.Job, lease: str, step: Step) -> None:
    if step.error is not None:
        log.count("JobFailed")
    commit(call, _finish if step.error is None else _give_up, row.id, lease, step)
