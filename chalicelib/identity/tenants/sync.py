"""The job that brings a tenant's organization in Keycloak up to date with its status here."""

from chalicelib.identity import keycloak, keycloak_retry
from chalicelib.identity.tenants import service
from chalicelib.identity.tenants.schemas import TenantStatus
from chalicelib.jobs.registry import handler
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel.call import Call


@handler(service.SYNC_JOB)
def sync(call: Call, job: Job) -> Step:
    """Disables the organization of a tenant that is not active, and enables that of one that is."""
    return keycloak_retry.attempt(job, lambda: _synchronise(call))


def _synchronise(call: Call) -> Step:
    status = service.read(call).status
    keycloak.enable_organization(call, is_enabled=status is TenantStatus.ACTIVE)
    # Changed meanwhile: this attempt may have overtaken the job of the newer status, so it is repeated.
    is_current = service.read(call).status is status
    return Step(done=is_current, progress=int(is_current))
