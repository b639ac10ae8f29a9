"""Who may come in: what is asked of a caller before anything of the request is read."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.access import access_state, expiry, permissions, rate_limit, refusals, scope, step_up
from chalicelib.access.rate_limit import Verdict
from chalicelib.access.scope import Scope
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden, Unauthorized


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an operation asks of its caller. dangerous: a recent login, read fresh and journaled when refused."""

    operation: str
    permission: str
    scope: Scope
    dangerous: bool


def count(call: Call, expires_at: int, now: datetime) -> Verdict:
    """Counts a request before it costs anything more. Unauthorized when its token is over, which is not counted."""
    if expiry.is_over(expires_at, now.timestamp()):
        raise Unauthorized("The token has expired.")
    return rate_limit.count(call.tenant, call.actor, now)


def admit(call: Call, required: Requirements) -> Call:
    """The caller, with what he is limited to: he is not shut out, holds the permission, works everywhere where that is
    needed, and has just logged in where that counts.

    Raises Unauthorized, Forbidden and what is derived from them; Contention when it cannot be known.
    """
    try:
        bounds = access_state.check(call.tenant, call.actor, call.sid, call.issued_at, fresh=required.dangerous)
        roles = call.roles if bounds.roles is None else call.roles & bounds.roles
        call = replace(call, scope_ids=bounds.scope_ids, roles=roles)
        permissions.require(call, required.permission)
        scope.require(call, required.scope)
        if required.dangerous:
            step_up.require(call)
    except (Unauthorized, Forbidden) as refusal:
        if required.dangerous:
            refusals.note(call, required.operation, refusal.code)
        raise
    return call
