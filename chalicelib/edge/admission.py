"""Who may come in: what is asked of a caller before anything of the request is read."""

from dataclasses import replace

from chalicelib.access import access_state, expiry, permissions, rate_limit, refusals, scope, step_up
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden, Unauthorized


def admit(endpoint: Endpoint, incoming: Incoming) -> Call:
    """The caller, who is not expired, not beyond the limits, not shut out, holds the permission, works everywhere where
    that is needed, and has just logged in where that counts.

    Raises Unauthorized, Forbidden and what is derived from them, RateLimited; Contention when it cannot be known.
    """
    call, expires_at = incoming.principal()
    if expiry.is_over(expires_at, incoming.now.timestamp()):
        raise Unauthorized("The token has expired.")
    _count(call, incoming)
    try:
        bounds = access_state.check(call.tenant, call.actor, call.sid, call.issued_at, fresh=endpoint.dangerous)
        roles = call.roles if bounds.roles is None else call.roles & bounds.roles
        call = replace(call, scope_ids=bounds.scope_ids, roles=roles)
        permissions.require(call, endpoint.permission)
        scope.require(call, endpoint.scope)
        if endpoint.dangerous:
            step_up.require(call)
    except (Unauthorized, Forbidden) as refusal:
        if endpoint.dangerous:
            refusals.note(call, endpoint.name, refusal.code)
        raise
    return call


def _count(call: Call, incoming: Incoming) -> None:
    """Counts the request before it costs anything more. RateLimited."""
    verdict = rate_limit.count(call.tenant, call.actor, incoming.now)
    incoming.answered.update(verdict.fields)
    verdict.require()
