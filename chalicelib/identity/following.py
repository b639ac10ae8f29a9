"""Jobs that make Keycloak follow: an outage makes them wait, a refusal ends them."""

from collections.abc import Callable

from chalicelib.identity import admin_api
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import log

RETRY_SECONDS = 15.0


def attempt(job: Job, follow: Callable[[], Step]) -> Step:
    """One attempt to follow. During an outage of Keycloak the next one is a quarter of a minute away, for as long as it
    takes; what Keycloak will never take ends the job as failed."""
    try:
        return follow()
    except admin_api.Unavailable as outage:
        log.count("KeycloakUnavailable")
        log.logger().warning("keycloak is unavailable", reason=str(outage), job_id=job.id)
        return Step(done=False, wait_seconds=RETRY_SECONDS, report={"waiting_for": "keycloak"})
    except admin_api.Refused as refusal:
        log.count("KeycloakRefused")
        log.logger().error("keycloak refused", status=refusal.status, job_id=job.id)
        return Step(done=True, error="refused_by_keycloak")
