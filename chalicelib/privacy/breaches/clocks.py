"""Alarms of the deadlines of all tenants' breaches: at 50, 80 and 100 % of each."""

from chalicelib.access import sandbox
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.use_case import commit
from chalicelib.privacy.breaches import repository, service

METRICS = {50: "BreachClockHalf", 80: "BreachClockShort", 100: "BreachOverdue"}


def run() -> int:
    """Notes the alarms whose time has come and counts them as metrics; returns how many. Safe to repeat.

    A breach that cannot be followed does not stop the others; it is tried again.
    """
    raised = 0
    for tenant, breach_id, alarm_at in list(repository.with_alarms()):
        with sandbox.time_of(tenant):
            if alarm_at > clock.text(clock.now()):
                continue
            try:
                percents = commit(Call.system(tenant, "breach_clock"), service.raise_alarms, breach_id)
            except DomainError as error:
                log.count("PieceFailed")
                log.logger().warning("a breach clock could not be followed", reason=log.reason_of(error))
                continue
        for percent in percents:
            log.count(METRICS[percent])
            log.logger().warning(
                "a deadline of a breach is passing", tenant=tenant.id, breach=breach_id, percent=percent
            )
        raised += len(percents)
    return raised
