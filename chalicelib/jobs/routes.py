"""Jobs over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.jobs import service
from chalicelib.jobs.schemas import Job, JobIdentifier, JobQuery
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Jobs", "Work that takes longer than a request, with its progress and its report.")


@routes.get(
    "/v1/jobs",
    permission="job.read",
    scope=Scope.FILTERED,
)
def list_jobs(request: Request[NoBody, JobQuery]) -> Page[Job]:
    """List jobs, newest first.

    All jobs, or those in a state or of a kind.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/jobs/{job_id}",
    permission="job.read",
    scope=Scope.FILTERED,
)
def read_job(request: Request[NoBody, NoQuery], job_id: JobIdentifier) -> Job:
    """Read a job.

    Ask again every few seconds until its state is `done`, `failed` or `cancelled`.
    """
    return service.read(request.call, job_id)


@routes.post(
    "/v1/jobs/{job_id}/cancel",
    permission="job.cancel",
    scope=Scope.FILTERED,
    errors=[TransitionRefused],
)
def cancel_job(request: Request[NoBody, NoQuery], job_id: JobIdentifier) -> Answer[Job]:
    """Cancel a job.

    What it has done stays done. It needs no If-Match, because a job changes all the time. Refused when it has ended, or
    when a document waits for it.
    """
    return request.commit(service.cancel, job_id)
