"""Alarms of the deadlines of all tenants' breaches: at 50, 80 and 100 % of each."""

from collections.abc import Iterator

from chalicelib.access import sandbox
from chalicelib.kernel import log
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.breaches import repository, service

METRICS = {50: "BreachClockHalf", 80: "BreachClockShort", 100: "BreachOverdue"}


def running() -> Iterator[tuple[Tenant, str]]:
    """The breaches of all tenants whose deadlines run, the next alarm first."""
    return repository.with_alarms()


def follow(tenant: Tenant, breach_id: str) -> None:
    """Notes the alarms of a breach whose time has come, and counts them as metrics. Safe to repeat."""
    with sandbox.time_of(tenant):
        call = Call.system(tenant, "breach_clock")
        percents = service.reached(call, breach_id)
        if not percents:
            return
        try:
            commit(call, service.raise_alarms, breach_id)
        finally:  # also when nobody knows whether it is written: rather told twice than never
            for percent in percents:
                _tell(tenant, breach_id, percent)


def _tell(tenant: Tenant, breach_id: str, percent: int) -> None:
    log.count(METRICS[percent])
    log.logger().warning("a deadline of a breach is passing", tenant=tenant.id, breach=breach_id, percent=percent)
