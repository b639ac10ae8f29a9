"""The access log: one row a request, in the tenant's bucket of the day."""

from datetime import timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.audit.access_log.schemas import AccessQuery
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import (
    IDENTITY,
    ONE_YEAR_DAYS,
    USAGE,
    Basis,
    Partitions,
    Persons,
    Purpose,
    Retention,
)
from chalicelib.kernel.views import Buckets, ListRequest, View


class AccessLogEntry(Row):
    """Access: by day and time, newest first; actor and status are bounded filters.

    Requests without a tenant (refused before one was known) lie under the platform. authorizer_id: for a request that
    the gateway refused, the id of the authorizer's log line that says why. Limit: 1,000 requests a second a
    tenant and day.
    """

    Meta = meta("access_log")
    purposes = (Purpose.MONITOR,)
    basis = Basis.LEGITIMATE_INTERESTS
    persons = Persons(
        ("staff",),
        Partitions.DAYS,
        about=("actor",),
        kept="Access log: kept for twelve months for security, then deleted by itself",
    )
    partition = Text(USAGE, hash_key=True)
    sort_key = Text(USAGE, range_key=True)
    request_id = Text(USAGE)
    at = Moment(USAGE)
    ip = Text(IDENTITY, null=True)
    method = Text(USAGE)
    route = Text(USAGE, null=True)
    status = Whole(USAGE)
    latency_ms = Whole(USAGE, null=True)
    actor = Text(USAGE, null=True)
    authorizer_id = Text(USAGE, null=True)
    error = Text(USAGE, null=True)
    retention = Retention(
        rule="access_log",
        days=ONE_YEAR_DAYS,
        since="at",
        basis="Access and security logs for 12 months: PCI DSS and Amazon ask for that, CNIL for 6 to 12",
        daily=True,
        by_ttl=True,
    )


def _keys(asked: ListRequest[AccessQuery]) -> Condition:
    query = asked.query
    condition: Condition = AccessLogEntry.partition == asked.tenant.key(asked.bucket)
    if query.from_ is not None and query.to is not None:
        condition &= AccessLogEntry.sort_key.between(clock.text(query.from_), clock.text(query.to))
    elif query.from_ is not None:
        condition &= AccessLogEntry.sort_key >= clock.text(query.from_)
    elif query.to is not None:
        condition &= AccessLogEntry.sort_key < clock.text(query.to)
    return condition


def _day(moment: str, days: int) -> str:
    """The day so many days after that of `moment`."""
    return clock.text(clock.parse(f"{moment[:10]}T00:00:00Z") + timedelta(days=days))[:10]


def _newest(query: AccessQuery, now: str) -> str:
    return (now if query.to is None else min(now, clock.text(query.to)))[:10]


def _oldest(query: AccessQuery, now: str) -> str:
    """The day of `from`, or the end of retention."""
    end = _day(now, -(ONE_YEAR_DAYS + 1))
    return end if query.from_ is None else max(end, clock.text(query.from_)[:10])


VIEWS: tuple[View[AccessQuery], ...] = tuple(
    View(
        _keys,
        needs=frozenset(needs),
        filters=("actor", "status"),
        newest_first=True,
        buckets=Buckets(_newest, _oldest, lambda day: _day(day, -1), lambda day: _day(day, 1)),
    )
    for needs in ((), ("from_",), ("to",), ("from_", "to"))
)
