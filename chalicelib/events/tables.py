"""Heads of journals, positions and slots of consumers, and parked entries."""

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.events.schemas import ParkedQuery
from chalicelib.kernel.dynamo.attributes import Blob, Flag, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.views import View


class ByRegistry(GlobalSecondaryIndex["Head"]):
    Meta = index_meta("by_registry")
    registry = Text(BUSINESS, hash_key=True)
    tenant = Text(BUSINESS, range_key=True)


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """The number of one entry, as the sequencer claimed it, and its place in the hash chain."""

    entry_id: str
    number: int
    chain: bytes


class Head(Row):
    """The end of a tenant's journal; its index is the list of all tenants that ever wrote (under the platform).

    number / chain: of the entry numbered last. claims: the last entries that were given numbers; only those of the last
    claim may lack them. reconciled_to / woken_to: the entry id and the number up to which the reconciler has checked.
    Access: by tenant; all tenants (index; written once a tenant). Limit: 1,000 claims a second, of up to 100 entries.
    """

    Meta = meta("heads")
    tenant = Text(BUSINESS, hash_key=True)
    number = Whole(BUSINESS)
    chain = Blob(BUSINESS)
    claims: Struct[list[Claim]] = Struct(BUSINESS, list[Claim], null=True)
    reconciled_to = Text(BUSINESS)
    woken_to = Whole(BUSINESS, null=True)
    registry = Text(BUSINESS)
    by_registry = ByRegistry()


class ByWakeTime(GlobalSecondaryIndex["Position"]):
    Meta = index_meta("by_wake_time")
    waiting = Text(BUSINESS, hash_key=True)
    wake_at = Text(USAGE, range_key=True)


class Position(Row):
    """How far a consumer of the feed is. Access: by tenant and consumer; by the time when it has to be woken (sparse
    index under the platform; few rows).

    failing / attempts: the entry that cannot be handled and how often that was tried. put_off_until: nothing is done
    before. is_slow: the last work took long, so the next needs a slot. retry_at: when a parked entry is tried again.
    wake_at: the earlier of both times; waiting: present with it.
    """

    Meta = meta("positions")
    partition = Text(BUSINESS, hash_key=True)
    consumer = Text(BUSINESS, range_key=True)
    position = Whole(BUSINESS)
    version = Whole(BUSINESS)
    failing = Whole(BUSINESS, null=True)
    attempts = Whole(BUSINESS, null=True)
    put_off_until = Moment(USAGE, null=True)
    is_slow = Flag(BUSINESS, null=True)
    retry_at = Moment(USAGE, null=True)
    waiting = Text(BUSINESS, null=True)
    wake_at = Moment(USAGE, null=True)
    by_wake_time = ByWakeTime()


class Slot(Row):
    """The right to run a slow consumer, until a time. Access: by consumer and number; a few rows a consumer, under the
    platform."""

    Meta = meta("consumer_slots")
    partition = Text(BUSINESS, hash_key=True)
    number = Whole(BUSINESS, range_key=True)
    holder = Text(BUSINESS)
    held_until = Moment(USAGE)


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
