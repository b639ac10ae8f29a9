"""The access log: one row a request, in the tenant's bucket of the day."""

from datetime import timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo.attributes import Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.lists import NOW, Values, View
from chalicelib.kernel.privacy import IDENTITY, USAGE, Retention
from chalicelib.kernel.tenant import Tenant

KEPT_DAYS = 365


class AccessLogEntry(Row):
    """Access: by day and time, newest first; actor and status are bounded filters.

    Requests without a tenant (refused before one was known) lie under the platform. Ceiling: 1,000 requests a second a
    tenant and day.
    """

    Meta = meta("access_log")
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
    error = Text(USAGE, null=True)
    retention = Retention(
        rule="access_log",
        days=KEPT_DAYS,
        since="at",
        basis="Access and security logs for 12 months: PCI DSS and Amazon ask for that, CNIL for 6 to 12",
        daily=True,
    )


def _day(values: Values) -> str:
    """The bucket to read: where the cursor is, else that of `to`, else today's."""
    if "day" in values:
        return values["day"]
    today = values[NOW][:10]
    return min(today, values["to"][:10]) if "to" in values else today


def _keys(tenant: Tenant, values: Values) -> Condition:
    condition: Condition = AccessLogEntry.partition == tenant.key(_day(values))
    if "from_" in values and "to" in values:
        condition &= AccessLogEntry.sort_key.between(values["from_"], values["to"])
    elif "from_" in values:
        condition &= AccessLogEntry.sort_key >= values["from_"]
    elif "to" in values:
        condition &= AccessLogEntry.sort_key < values["to"]
    return condition


def _older(values: Values) -> dict[str, str] | None:
    """The day before, until that of `from` or the end of retention."""
    before = clock.text(clock.parse(f"{_day(values)}T00:00:00Z") - timedelta(days=1))[:10]
    oldest = (
        values["from_"] if "from_" in values else clock.text(clock.parse(values[NOW]) - timedelta(days=KEPT_DAYS + 1))
    )
    return {"day": before} if before >= oldest[:10] else None


VIEWS = tuple(
    View(_keys, needs=frozenset(needs), filters=("actor", "status"), newest_first=True, older=_older)
    for needs in ((), ("from_",), ("to",), ("from_", "to"))
)
