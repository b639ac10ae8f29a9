"""How jobs that bring Keycloak up to date react to it: an outage makes them wait, a refusal ends them."""

from collections.abc import Callable

from chalicelib.identity import admin_api
from chalicelib.jobs.schemas import Job, Step
from chalicelib.kernel import clock, log

RETRY_SECONDS = 15.0
LONGEST_SECONDS = 900.0
"""The longest wait: a job that has waited for an hour need not ask four times a minute."""


def attempt(job: Job, synchronise: Callable[[], Step]) -> Step:
    """The result of one attempt. During an outage of Keycloak the next attempt is made 15 seconds later, and later
    still up to 15 minutes, for as long as the outage lasts; a refusal ends the job as failed."""
    try:
        return synchronise()
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
