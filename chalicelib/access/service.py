"""Access control: all checks of a caller, before the request itself is read."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.access import access_state, expiry, permissions, policy, rate_limit, refusals, scope, step_up
from chalicelib.access.rate_limit import WINDOW_SECONDS, Policy, Verdict
from chalicelib.access.roles import is_outside
from chalicelib.access.scope import Scope
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden, Unauthorized
from chalicelib.kernel.tenant import Tenant

__all__ = ["WINDOW_SECONDS", "Policy", "Requirements", "Verdict", "admit", "count", "count_delivery", "policies"]


@dataclass(frozen=True, slots=True)
class Requirements:
    """The access requirements of an operation. dangerous: needs a recent login, reads the access state without the
    cache, and journals refusals. before_acceptance: users who have yet to accept the privacy policy may call it."""

    operation: str
    permission: str
    scope: Scope
    dangerous: bool
    before_acceptance: bool = False


def count(call: Call, expires_at: int, now: datetime) -> Verdict:
    """Counts a request for the rate limits. Unauthorized when the token has expired, TenantUnknown when it names no
    tenant; then it is not counted, and nothing is written for it. Contention when the store does not answer."""
    if expiry.is_over(expires_at, now.timestamp()):
        raise Unauthorized("The token has expired.")
    access_state.require_tenant(call.tenant, call.actor, call.sid)
    return rate_limit.count(call.tenant, call.actor, now)


def policies() -> tuple[Policy, ...]:
    """The limits on requests; a quota of 0 means none."""
    return rate_limit.policies()


def count_delivery(tenant: Tenant, source: str, now: datetime) -> None:
    """Counts a delivery of another system for the rate limits of the tenant, as a request of the caller `source`.
    RateLimited."""
    rate_limit.count(tenant, source, now).require()


def admit(call: Call, required: Requirements) -> Call:
    """Checks access state, acceptance of the privacy policy, permission, scope and recent login, and returns the call
    with the caller's limits and notices.

    Raises Unauthorized, Forbidden and their subclasses; Contention when the store does not answer.
    """
    versions = policy.counting()
    try:
        bounds = access_state.check(call.tenant, call.actor, call.sid, call.issued_at, fresh=required.dangerous)
        roles = call.roles if bounds.roles is None else call.roles & bounds.roles
        call = replace(
            call,
            scope_ids=bounds.scope_ids,
            roles=roles,
            is_outside=is_outside(roles),
            api_version=bounds.api_version,
            clock_setting=bounds.clock_setting,
            notices=policy.notices(call, versions, bounds.policy),
        )
        marks = bounds.policy if required.before_acceptance else policy.require(call, versions, bounds.policy)
        permissions.require(call, required.permission)
        scope.require(call, required.scope)
        if required.dangerous:
            step_up.require(call)
        if not required.before_acceptance:
            policy.count_use(call, versions, marks)
    except (Unauthorized, Forbidden) as refusal:
        if required.dangerous:
            refusals.note(call, required.operation, refusal.code)
        raise
    return call
