"""How the journal of kernel/journal.py is listed, newest first."""

from datetime import datetime

from pynamodb.expressions.condition import Condition

from chalicelib.audit.schemas import AuditQuery
from chalicelib.kernel import clock, ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.months import FIRST, month_after, month_before
from chalicelib.kernel.views import Buckets, Filter, ListRequest, View


def _lowest_id(moment: datetime) -> str:
    """The lowest id of that moment."""
    return ids.first_at("jrn", moment)


def _in_bucket(asked: ListRequest[AuditQuery]) -> Condition:
    query = asked.query
    condition: Condition = Entry.partition == asked.tenant.key(asked.bucket)
    if query.from_ is not None and query.to is not None:
        condition &= Entry.id.between(_lowest_id(query.from_), _lowest_id(query.to))
    elif query.from_ is not None:
        condition &= Entry.id >= _lowest_id(query.from_)
    elif query.to is not None:
        condition &= Entry.id < _lowest_id(query.to)
    return condition


def _newest(query: AuditQuery, now: str) -> str:
    return (now if query.to is None else min(now, clock.text(query.to)))[:7]


def _oldest(query: AuditQuery, _: str) -> str:
    return FIRST if query.from_ is None else max(FIRST, clock.text(query.from_)[:7])


def _is_about(entry: Entry, entity_id: str) -> bool:
    return entry.entity_id == entity_id or entity_id in (entry.subjects or ())


_FILTERS = ("entity", "actor", "event", Filter("entity_id", _is_about))
VIEWS: tuple[View[AuditQuery], ...] = tuple(
    View(
        _in_bucket,
        needs=frozenset(needs),
        filters=_FILTERS,
        newest_first=True,
        buckets=Buckets(_newest, _oldest, month_before, month_after),
    )
    for needs in ((), ("from_",), ("to",), ("from_", "to"))
)
"""By time; entity, actor, event and entity_id narrow it. An index by entity would cost every commit of the product
another write unit for a list that is read now and then, so there is none."""
