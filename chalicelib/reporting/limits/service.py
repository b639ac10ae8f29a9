"""Reading of limits."""

from chalicelib.access import service as access
from chalicelib.kernel import clock, declaration, quotas
from chalicelib.kernel.call import Call
from chalicelib.reporting.limits.schemas import Limits, QuotaUse, RateOfRequests


def read(call: Call) -> Limits:
    """The limits of the caller's tenant, and how much of its quotas it has used."""
    allowances = sorted(declaration.allowances(), key=lambda each: each.name)
    used, now = quotas.used(call.tenant, allowances), clock.real()
    return Limits(
        rates=[
            RateOfRequests(name=policy.name, requests=policy.quota, window_seconds=access.WINDOW_SECONDS)
            for policy in access.policies()
        ],
        quotas=[
            QuotaUse(name=each.name, meaning=each.meaning, most=each.most, used=count, resets_at=each.ends_at(now))
            for each, count in zip(allowances, used, strict=True)
        ],
    )
