"""Journals refused attempts at dangerous operations, with a limit for each caller and hour."""

from chalicelib.access import events, sandbox
from chalicelib.kernel import log, outages, quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.quotas import Allowance
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

PER_HOUR = 10
"""Refusals of one caller that are journaled: the first ones are enough to see, and many must not fill the journal."""
_ALLOWANCE = Allowance("refusals", "hour", PER_HOUR, "Journaled refusals of a caller.")
_KNOWN_FULL = 1000
_full: set[store.Ref] = set()


@use_case(events.REFUSED)
def refused(work: Work, operation: str, code: str) -> None:
    """Writes a journal entry with the refused operation and the error's code. QuotaReached above PER_HOUR."""
    quotas.take(work, _ALLOWANCE, work.call.actor)
    work.annotate(entity="operation", entity_id=operation, reason=code)


def note(call: Call, operation: str, code: str) -> None:
    """Journals a refusal, up to PER_HOUR of one caller. Never raises, so that the caller gets the original error even
    if the entry cannot be written."""
    ref = quotas.ref(call.tenant, _ALLOWANCE, call.actor)
    if ref in _full:
        return
    try:
        # The call does not know the tenant's clock when the access state itself has refused it.
        with outages.as_contention(), sandbox.time_of(call.tenant):
            commit(call, refused, operation, code)
    except quotas.QuotaReached:
        if len(_full) > _KNOWN_FULL:
            _full.clear()
        _full.add(ref)
    except DomainError as error:
        log.count("RefusalUntold")
        log.logger().error("a refusal could not be journaled", code=error.code)
