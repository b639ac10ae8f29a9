"""What happens to requests by itself, in its time: an erasure begins, a proof of identity expires, a share of the legal
time is reported. Each step is one commit that also moves the time of the next one, so a run that dies repeats nothing.
"""

from collections.abc import Iterator

from chalicelib.access import sandbox
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from chalicelib.privacy.requests import ending, events, execution, identity, repository, timing
from chalicelib.privacy.requests.schemas import PrivacyRequestStatus as Status
from chalicelib.privacy.requests.states import PRIVACY_REQUEST
from chalicelib.privacy.requests.tables import PrivacyRequest

_METRICS = {50: "PrivacyRequestHalfTime", 80: "PrivacyRequestLate", 100: "PrivacyRequestOverdue"}
_MOST_STEPS = 5
"""More than can be due for one request at once."""


def due() -> Iterator[tuple[Tenant, str]]:
    """The requests of all tenants that may have something due."""
    return repository.waiting(clock.real())


def settled(tenant: Tenant, request_id: str) -> bool:
    """Does what is due for a request, and reports what is late. Safe to repeat. False when something is left over."""
    call = Call.system(tenant, "privacy_clock")
    with sandbox.time_of(tenant):
        return any(not commit(call, step, request_id) for _ in range(_MOST_STEPS))


@use_case(events.WARNED)
def step(work: Work, request_id: str) -> bool:
    """The first thing that is due, if there is one."""
    row = repository.load(work, request_id)
    if row.status is Status.COOLING_OFF and (row.cooling_off_until or work.now) <= work.now:
        execution.begin_execution(work, request_id)
        work.annotate(event=events.EXECUTION_BEGUN)
        return True
    if row.identity_until is not None and row.identity_until <= work.now and row.status in timing.UNPROVEN:
        _expire(work, row)
    elif not _warn(work, row):
        return False
    repository.save(work, row)
    return True


def _expire(work: Work, row: PrivacyRequest) -> None:
    """Nobody has shown in time who asks; after as long again the request is closed."""
    if row.status is Status.EXPIRED:
        ending.end(work, row, "end")
        work.annotate(event=events.CLOSED)
    else:
        PRIVACY_REQUEST.take(row, "expire")
        identity.stop_code(row)
        row.identity_until = work.now + timing.IDENTITY_LIVES
        work.annotate(event=events.EXPIRED)


def _warn(work: Work, row: PrivacyRequest) -> bool:
    """Notes the share of the legal time that has been reached; False when it was noted before. The operator is told
    before the commit, because twice is better than never; but not of a sandbox, whose clock anybody may set."""
    reached = timing.alarm(row, work.now)
    if reached is None:
        return False
    row.warned = reached
    if clock.setting() is None:
        log.count(_METRICS[reached])
    log.logger().warning(
        "a privacy request waits for its answer", tenant=work.tenant.id, request=row.id, percent=reached
    )
    return True
