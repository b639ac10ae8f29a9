"""Heads of journals, positions of consumers, and parked entries."""

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.events.schemas import ParkedQuery
from chalicelib.kernel.dynamo.attributes import Blob, Moment, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.lists import View
from chalicelib.kernel.privacy import BUSINESS, USAGE


class ByRegistry(GlobalSecondaryIndex["Head"]):
    Meta = index_meta("by_registry")
    registry = Text(BUSINESS, hash_key=True)
    tenant = Text(BUSINESS, range_key=True)


class Head(Row):
    """The end of a tenant's journal; its index is the list of all tenants that ever wrote (under the platform).

    Access: by tenant; all tenants (index; written once a tenant). Limit: one numbering transaction at a time, about
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
    """How far a consumer of the feed is. Access: by tenant and consumer.

    `failing` and `attempts`: the entry that cannot be handled and how often that was tried.
    """

    Meta = meta("positions")
    partition = Text(BUSINESS, hash_key=True)
    consumer = Text(BUSINESS, range_key=True)
    position = Whole(BUSINESS)
    failing = Whole(BUSINESS, null=True)
    attempts = Whole(BUSINESS, null=True)


class Parked(Row):
    """An entry that one consumer could not handle. Access: by tenant, in the order of consumer and number. Few rows."""

    Meta = meta("parked")
    partition = Text(BUSINESS, hash_key=True)
    sort_key = Text(BUSINESS, range_key=True)
    consumer = Text(BUSINESS)
    number = Whole(BUSINESS)
    entry_id = Text(BUSINESS)
    event = Text(BUSINESS)
    reason = Text(BUSINESS)
    attempts = Whole(BUSINESS)
    parked_at = Moment(USAGE)
    next_attempt_at = Moment(USAGE)


PARKED_VIEWS: tuple[View[ParkedQuery], ...] = (
    View(lambda request: Parked.partition == request.tenant.key("parked"), sort="consumer", filters=("consumer",)),
)
