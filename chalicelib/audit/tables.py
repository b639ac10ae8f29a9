"""How the journal of kernel/journal.py is listed, newest first."""

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock, ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import NOW, Values, View
from chalicelib.kernel.months import month_before
from chalicelib.kernel.tenant import Tenant

_JOURNAL_FILTERS = ("entity", "actor", "event")


def _lowest_id(value: str) -> str:
    """The lowest id of that moment."""
    return ids.first_at("jrn", clock.parse(value))


def _bucket(values: Values) -> str:
    """The bucket to read: where the cursor is, else that of `to`, else the current one."""
    if "month" in values:
        return values["month"]
    return (min(values[NOW], values["to"]) if "to" in values else values[NOW])[:7]


def _in_bucket(tenant: Tenant, values: Values) -> Condition:
    condition: Condition = Entry.partition == tenant.key(_bucket(values))
    if "from_" in values and "to" in values:
        condition &= Entry.id.between(_lowest_id(values["from_"]), _lowest_id(values["to"]))
    elif "from_" in values:
        condition &= Entry.id >= _lowest_id(values["from_"])
    elif "to" in values:
        condition &= Entry.id < _lowest_id(values["to"])
    return condition


def _bucket_before(values: Values) -> dict[str, str] | None:
    """The month before, until that of `from`."""
    before = month_before({"month": _bucket(values)})
    if before is None or ("from_" in values and before["month"] < values["from_"][:7]):
        return None
    return before


VIEWS = tuple(
    View(_in_bucket, needs=frozenset(needs), filters=_JOURNAL_FILTERS, newest_first=True, older=_bucket_before)
    for time in ((), ("from_",), ("to",), ("from_", "to"))
    for needs in (time, (*time, "entity_id"))
)
"""By time; entity, actor and event are bounded filters, and so is entity_id (audit/service.py), which an entry may have
as its own or among its subjects. An index by entity would cost every commit of the product another write unit for a
list that is read now and then, so there is none: pages may be short."""
