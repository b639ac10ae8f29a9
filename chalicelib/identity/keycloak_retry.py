"""Jobs that make Keycloak follow: an outage makes them wait, a refusal ends them."""

from collections.abc import Callable

from chalicelib.identity import admin_api
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import clock, log

RETRY_SECONDS = 15.0
LONGEST_SECONDS = 900.0
"""What has waited for an hour need not be asked for every quarter of a minute."""


def attempt(job: Job, follow: Callable[[], Step]) -> Step:
    """One attempt to follow. During an outage of Keycloak the next one is a quarter of a minute away, later up to a
    quarter of an hour, for as long as it takes; what Keycloak will never take ends the job as failed."""
    try:
        return follow()
    except admin_api.Unavailable as outage:
        log.count("KeycloakUnavailable")
        log.logger().warning("keycloak is unavailable", reason=str(outage), job_id=job.id)
        age = (clock.now() - job.created_at).total_seconds()
        wait = min(LONGEST_SECONDS, max(RETRY_SECONDS, age / 4))
        return Step(done=False, wait_seconds=wait, report={"waiting_for": "keycloak"})
    except admin_api.Refused as refusal:
        log.count("KeycloakRefused")
        log.logger().error("keycloak refused", status=refusal.status, job_id=job.id)
        return Step(done=True, error="refused_by_keycloak")
