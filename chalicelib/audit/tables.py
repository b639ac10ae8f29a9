"""Heads, positions and parked entries, and how the journal of kernel/journal.py is walked newest first."""

from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo.attributes import Blob, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.lists import NOW, Values, View
from chalicelib.kernel.months import month_before
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import Tenant


class ByRegistry(GlobalSecondaryIndex["Head"]):
    Meta = index_meta("by_registry")
    registry = Text(BUSINESS, hash_key=True)
    tenant = Text(BUSINESS, range_key=True)


class Head(Row):
    """The end of a tenant's journal; its index is the list of all tenants that ever wrote (under the platform).

    Access: by tenant; all tenants (index; written once a tenant). Ceiling: one numbering transaction at a time, about
    100 a second, of up to 99 entries each.
    """

    Meta = meta("heads")
    tenant = Text(BUSINESS, hash_key=True)
    number = Whole(BUSINESS)
    chain = Blob(BUSINESS)
    reconciled_to = Text(BUSINESS)
    registry = Text(BUSINESS)
    by_registry = ByRegistry()


class Position(Row):
    """How far a reader of the feed is. Access: by tenant and reader.

    `failing` and `attempts`: the entry that cannot be handled and how often that was tried.
    """

    Meta = meta("positions")
    partition = Text(BUSINESS, hash_key=True)
    reader = Text(BUSINESS, range_key=True)
    position = Whole(BUSINESS)
    failing = Whole(BUSINESS, null=True)
    attempts = Whole(BUSINESS, null=True)


class Parked(Row):
    """An entry that one reader could not handle. Access: by tenant, in order of reader and number. Few rows."""

    Meta = meta("parked")
    partition = Text(BUSINESS, hash_key=True)
    sort_key = Text(BUSINESS, range_key=True)
    reader = Text(BUSINESS)
    number = Whole(BUSINESS)
    entry_id = Text(BUSINESS)
    event = Text(BUSINESS)
    reason = Text(BUSINESS)
    attempts = Whole(BUSINESS)
    parked_at = Moment(USAGE)
    next_attempt_at = Moment(USAGE)


PARKED_VIEWS = (View(lambda tenant, _: Parked.partition == tenant.key("parked"), filters=("reader",)),)

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


JOURNAL_VIEWS = tuple(
    View(_in_bucket, needs=frozenset(needs), filters=_JOURNAL_FILTERS, newest_first=True, older=_bucket_before)
    for time in ((), ("from_",), ("to",), ("from_", "to"))
    for needs in (time, (*time, "entity_id"))
)
"""By time; entity, actor and event are bounded filters, and so is entity_id (audit/service.py), which an entry may have
as its own or among its subjects. An index by entity would cost every commit of the product another write unit for a
list that is read now and then, so there is none: pages may be short."""
