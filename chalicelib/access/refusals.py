"""Refused attempts at dangerous operations: in the journal, as many as a reader can use and no more."""

from chalicelib.access import events
from chalicelib.kernel import log, quotas
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

PER_HOUR = 10
"""Of one caller: the first ones tell the story, and a flood must not fill the journal."""
_KIND = "refusals"
_KNOWN_FULL = 1000
_full: set[store.Ref] = set()


@use_case(events.REFUSED)
def refused(work: Work, operation: str, code: str) -> None:
    """Tells in the journal that the caller was refused an operation, and why, by the refusal's code. QuotaReached."""
    quotas.take(work, _KIND, work.call.actor, period=quotas.HOUR, most=PER_HOUR)
    work.annotate(entity="operation", entity_id=operation, reason=code)


def note(call: Call, operation: str, code: str) -> None:
    """Journals a refusal unless the caller had enough of them in this hour. Never raises: the refusal stands, whatever
    becomes of its record."""
    ref = quotas.ref(call.tenant, _KIND, call.actor, quotas.HOUR)
    if ref in _full:
        return
    try:
        commit(call, refused, operation, code)
    except quotas.QuotaReached:
        if len(_full) > _KNOWN_FULL:
            _full.clear()
        _full.add(ref)
    except DomainError as error:
        log.count("RefusalUntold")
        log.logger().error("a refusal could not be journaled", code=error.code)
