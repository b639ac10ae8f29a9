"""The journal: append-only, one entry for each commit. It contains names of changed fields, never personal values."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.kernel import ids
from chalicelib.kernel.dynamo.attributes import Blob, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, index_meta, meta
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.events import Event
from chalicelib.kernel.privacy import BUSINESS, USAGE
from chalicelib.kernel.tenant import Tenant


class ByNumber(GlobalSecondaryIndex["Entry"]):
    Meta = index_meta("by_number", include=("event",))
    feed = Text(BUSINESS, hash_key=True)
    number = Whole(BUSINESS, range_key=True)


class Entry(Row):
    """Access: by month and id (audit, reconciler); by number, the feed (index, only numbered entries).

    The id is created before the commit, so entries become visible out of the order of their ids; the sequencer of
    events/ adds `number`, `feed` and the hash chain afterwards. `depth`: how many entries caused one another before
    this one. Limit: 1,000 write units a second for a tenant and month, which is about 300 commits.
    """

    Meta = meta("journal", stream="NEW_IMAGE")
    partition = Text(BUSINESS, hash_key=True)
    id = Text(BUSINESS, range_key=True)
    event = Text(BUSINESS)
    entity = Text(BUSINESS)
    entity_id = Text(BUSINESS)
    version = Whole(BUSINESS, null=True)
    fields: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    subjects: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    job = Text(BUSINESS, null=True)
    reason = Text(BUSINESS, null=True)
    actor = Text(USAGE)
    request_id = Text(USAGE)
    client_request_id = Text(USAGE, null=True)
    traceparent = Text(USAGE, null=True)
    depth = Whole(BUSINESS, null=True)
    number = Whole(BUSINESS, null=True)
    feed = Text(BUSINESS, null=True)
    chain = Blob(BUSINESS, null=True)
    by_number = ByNumber()


class Note(msgspec.Struct):
    """What a use case adds to its journal entry. subjects: ids of other documents written; job: the id of the job to
    start; event: replaces the event that the use case is declared with."""

    entity: str = ""
    entity_id: str = ""
    version: int | None = None
    fields: list[str] = []
    subjects: list[str] = []
    job: str | None = None
    reason: str | None = None
    event: Event | None = None

    def mention(self, entity: str, identifier: str, subjects: Iterable[str]) -> bool:
        """Adds a document that the commit is about, and ids of others. The first one is the entity of the entry; all
        others are subjects, once each. Returns whether it is the entity."""
        if not self.entity_id:
            self.entity, self.entity_id = entity, identifier
        named = dict.fromkeys([*self.subjects, identifier, *subjects])
        self.subjects = [each for each in named if each != self.entity_id]
        return self.entity_id == identifier


def partition(tenant: Tenant, identifier: str) -> str:
    """The partition of an entry, by its id."""
    return tenant.key(ids.month(identifier))


def ref_of(tenant: Tenant, identifier: str) -> Ref:
    """The key of an entry, by its id."""
    return Ref(Entry, partition(tenant, identifier), identifier)


def chain_hash(previous: bytes, entry: Entry, number: int) -> bytes:
    """SHA-256 of the previous hash and the canonical entry: changing, removing or reordering one breaks the chain."""
    content: dict[str, Any] = {
        "number": number,
        "id": entry.id,
        "event": entry.event,
        "entity": entry.entity,
        "entity_id": entry.entity_id,
        "version": entry.version,
        "fields": entry.fields,
        "subjects": entry.subjects,
        "actor": entry.actor,
        "request_id": entry.request_id,
        "traceparent": entry.traceparent,
        "job": entry.job,
        "reason": entry.reason,
        "depth": entry.depth,
    }
    if entry.client_request_id is not None:  # a name that older entries do not have in their hash
        content["client_request_id"] = entry.client_request_id
    return hashlib.sha256(previous + msgspec.json.encode(content, order="sorted")).digest()
