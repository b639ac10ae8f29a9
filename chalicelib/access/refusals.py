"""Refused attempts at dangerous operations: in the journal, as many as a reader can use and no more."""

from datetime import timedelta

from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Expiry, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import DomainError, Forbidden
from chalicelib.kernel.privacy import USAGE, Retention
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work

PER_HOUR = 10
"""Of one caller: the first ones tell the story, and a flood must not fill the journal."""
_KEPT_DAYS = 2
_full: set[store.Ref] = set()


class Refusals(Row):
    """Access: by hour of a tenant and caller: how many refusals were told."""

    Meta = meta("refusals")
    partition = Text(USAGE, hash_key=True)
    caller = Text(USAGE, range_key=True)
    told = Whole(USAGE)
    began_at = Moment(USAGE)
    expires_at = Expiry(USAGE)
    retention = Retention(
        rule="refusal_counts",
        days=_KEPT_DAYS,
        since="began_at",
        basis="A count is of no use when its hour is over; the refusals themselves are in the journal",
    )


class _Enough(Forbidden):
    """The hour's refusals are told."""


@use_case("access.refused")
def refused(work: Work, operation: str, code: str) -> None:
    """Tells in the journal that the caller was refused an operation, and why, by the refusal's code."""
    work.change(
        _ref(work.call),
        Refusals.told.add(1),
        Refusals.began_at.set(work.now),
        Refusals.expires_at.set(work.now + timedelta(days=_KEPT_DAYS + 1)),
        condition=Refusals.told.does_not_exist() | (Refusals.told < PER_HOUR),
        refusal=lambda _: _Enough(),
    )
    work.tell(entity="operation", entity_id=operation, reason=code)


def note(call: Call, operation: str, code: str) -> None:
    """Journals a refusal unless the caller had enough of them in this hour. Never raises: the refusal stands, whatever
    becomes of its record."""
    ref = _ref(call)
    if ref in _full:
        return
    try:
        commit(call, refused, operation, code)
    except _Enough:
        if len(_full) > PER_HOUR * 100:
            _full.clear()
        _full.add(ref)
    except DomainError as error:
        log.count("RefusalUntold")
        log.logger().error("a refusal could not be journaled", code=error.code)


def _ref(call: Call) -> store.Ref:
    return store.Ref(Refusals, call.tenant.key("refusals", clock.text(clock.now())[:13]), call.actor)
