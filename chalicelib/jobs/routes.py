"""Jobs over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.jobs import service
from chalicelib.jobs.schemas import Job, JobQuery
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Jobs")


@routes.get(
    "/v1/jobs",
    permission="job.read",
    scope=Scope.FILTERED,
)
def list_jobs(request: Request[NoBody, JobQuery]) -> Page[Job]:
    """List jobs, newest first."""
    return service.page(request.call, request.query)


@routes.get(
    "/v1/jobs/{job_id}",
    permission="job.read",
    scope=Scope.FILTERED,
)
def read_job(request: Request[NoBody, NoQuery], job_id: str) -> Job:
    """Read a job."""
    return service.read(request.call, job_id)


@routes.post(
    "/v1/jobs/{job_id}/cancel",
    permission="job.cancel",
    scope=Scope.FILTERED,
    errors=[TransitionRefused],
)
def cancel_job(request: Request[NoBody, NoQuery], job_id: str) -> Answer[Job]:
    """Cancel a job.

    What it has done stays done. No If-Match: a job changes all the time by itself, and is cancelled whatever its
    progress. A job that a document waits for cannot be cancelled.
    """
    return request.commit(service.cancel, job_id)
