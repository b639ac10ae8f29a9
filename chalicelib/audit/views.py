"""How the journal is walked newest first, by month."""

from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock, ids
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import NOW, Values, View
from chalicelib.kernel.months import month_before
from chalicelib.kernel.tenant import Tenant

_FILTERS = ("entity", "entity_id", "actor", "event")


def _bound(value: str) -> str:
    """The lowest id of that moment."""
    return ids.first_at("jrn", clock.parse(value))


def _month(values: Values) -> str:
    """The bucket to read: where the cursor is, else that of `to`, else the current one."""
    if "month" in values:
        return values["month"]
    return (min(values[NOW], values["to"]) if "to" in values else values[NOW])[:7]


def _keys(tenant: Tenant, values: Values) -> Condition:
    condition: Condition = Entry.partition == tenant.key(_month(values))
    if "from_" in values and "to" in values:
        condition &= Entry.id.between(_bound(values["from_"]), _bound(values["to"]))
    elif "from_" in values:
        condition &= Entry.id >= _bound(values["from_"])
    elif "to" in values:
        condition &= Entry.id < _bound(values["to"])
    return condition


def _older(values: Values) -> dict[str, str] | None:
    """The month before, until that of `from`."""
    before = month_before({"month": _month(values)})
    if before is None or ("from_" in values and before["month"] < values["from_"][:7]):
        return None
    return before


VIEWS = tuple(
    View(_keys, needs=frozenset(needs), filters=_FILTERS, newest_first=True, older=_older)
    for needs in ((), ("from_",), ("to",), ("from_", "to"))
)
"""By time; entity, entity_id, actor and event are bounded filters. An index by entity would cost every commit of the
product another write unit for a list that is read now and then, so there is none: pages may be short."""
