"""Stored answers: a command that is repeated with the same Idempotency-Key gets the first answer again."""

import hashlib
from datetime import timedelta
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Blob, Expiry, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import KeyReused
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Retention

KEPT_DAYS = 7
T = TypeVar("T")


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """A rendered response whose body is a T."""

    status: int
    headers: dict[str, str]
    body: bytes


class StoredAnswer(Row):
    """Access: by (tenant, sub, method, path, key). Deleted by the retention sweep; DynamoDB's expiry is a fallback.

    scope_ids: the parts of the tenant that the caller was limited to; missing when there was no limit.
    """

    Meta = meta("idempotency")
    partition = Text(USAGE, hash_key=True)
    fingerprint = Text(USAGE)
    status = Whole(USAGE)
    headers: Struct[dict[str, str]] = Struct(USAGE, dict[str, str])
    body = Blob(FREE_TEXT)
    scope_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    created_at = Moment(USAGE)
    expires_at = Expiry(USAGE)
    retention = Retention(
        rule="idempotency_records",
        days=KEPT_DAYS,
        since="created_at",
        basis="Clients repeat a command within 24 hours; a week leaves room for a stopped queue",
    )


def fingerprint(body: bytes) -> str:
    """A hash that identifies the body of a request."""
    return hashlib.sha256(body).hexdigest()[:32]


def ref(call: Call) -> store.Ref:
    """The key of the call's stored answer; the client's key is hashed, because it may contain anything."""
    material = "\n".join((call.actor, call.method, call.path, call.idempotency_key or ""))
    return store.Ref(StoredAnswer, call.tenant.key(hashlib.sha256(material.encode()).hexdigest()[:40]))


def find(call: Call) -> Answer[Any] | None:
    """The stored answer of an earlier identical command, strongly consistent. KeyReused when the body differs, or when
    the caller has since been limited to fewer parts: the answer is not shown, and the command is not repeated."""
    if call.idempotency_key is None:
        return None
    item = store.get_many([ref(call)]).popitem()[1]
    if item is None:
        return None
    record = StoredAnswer.read(item)
    if record.fingerprint != call.fingerprint:
        raise KeyReused("Use a new Idempotency-Key for a new command.")
    if not _may_see(call, record):
        raise KeyReused("This key was used before you were limited; use a new one.")
    return Answer(record.status, {**record.headers, "Idempotent-Replayed": "true"}, record.body)


def _may_see(call: Call, record: StoredAnswer) -> bool:
    return call.scope_ids is None if record.scope_ids is None else call.sees(*record.scope_ids)


def record(call: Call, answer: Answer[Any]) -> store.Action:
    """The action that stores the answer; its condition fails when a concurrent repetition has stored one."""
    now = clock.now()
    row = StoredAnswer(
        partition=ref(call).hash_key,
        fingerprint=call.fingerprint,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        scope_ids=None if call.scope_ids is None else sorted(call.scope_ids),
        created_at=now,
        expires_at=now + timedelta(days=KEPT_DAYS + 1),
    )
    return store.put(row, StoredAnswer.partition.does_not_exist())
