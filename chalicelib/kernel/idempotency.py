"""Stored answers: a command that is repeated with the same Idempotency-Key gets the first answer again."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Blob, Moment, Struct, Text, Whole
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import AnswerErased, KeyReused
from chalicelib.kernel.privacy import BUSINESS, FREE_TEXT, USAGE, Persons, Retention
from chalicelib.kernel.tenant import Tenant

_KEPT = Retention(
    rule="idempotency_records",
    days=7,
    since="created_at",
    basis="Clients repeat a command within 24 hours; a week leaves room for a stopped queue",
    by_ttl=True,
)
T = TypeVar("T")
_ERASED = 410
_LISTED = 40
"""Answers that one document lists: an erasure has to fit into one transaction."""
_DAY_SECONDS = 86_400


class Answer(msgspec.Struct, Generic[T], frozen=True):
    """A rendered response whose body is a T."""

    status: int
    headers: dict[str, str]
    body: bytes


class StoredAnswer(Row):
    """Access: by (tenant, sub, method, path, key). An answer whose time is over counts no more, though it may be there.

    scope_ids: the parts of the tenant that the caller was limited to; missing when there was no limit. content: a line
    with the headers, and the body; compressed together, because the headers repeat ids of the body. An erased answer is
    a row without content whose status is 410.
    """

    Meta = meta("idempotency")
    persons = Persons((), listed="by the documents that they show")
    partition = Text(USAGE, hash_key=True)
    fingerprint = Text(USAGE)
    status = Whole(USAGE)
    content = Blob(FREE_TEXT)
    scope_ids: Struct[list[str]] = Struct(BUSINESS, list[str], null=True)
    created_at = Moment(USAGE)
    retention = _KEPT


_USUAL = {"Content-Type": "application/json"}
"""Headers that are not stored, because nearly every answer with a body has them."""


def fingerprint(body: bytes) -> str:
    """A hash that identifies the body of a request."""
    return hashlib.sha256(body).hexdigest()[:32]


def ref(call: Call) -> store.Ref:
    """The key of the call's stored answer; the client's key is hashed, because it may contain anything."""
    return store.Ref(StoredAnswer, call.tenant.key(_name(call)))


def _name(call: Call) -> str:
    material = "\n".join((call.actor, call.method, call.path, call.idempotency_key or ""))
    return base64.urlsafe_b64encode(hashlib.sha256(material.encode()).digest()[:21]).decode()


def find(call: Call) -> Answer[Any] | None:
    """The stored answer of an earlier identical command, strongly consistent. KeyReused when the body differs, or when
    the caller has since been limited to fewer parts; AnswerErased when it has been erased: the answer is not shown, and
    the command is not repeated."""
    if call.idempotency_key is None:
        return None
    item = store.get_many([ref(call)]).popitem()[1]
    if item is None:
        return None
    record = StoredAnswer.read(item)
    if record.is_over(clock.now()):
        return None
    if record.status == _ERASED:
        raise AnswerErased("It was done; read the document, if it is still there.")
    if record.fingerprint != call.fingerprint:
        raise KeyReused("Use a new Idempotency-Key for a new command.")
    if not _may_see(call, record):
        raise KeyReused("This key was used before you were limited; use a new one.")
    stored, _, body = record.content.partition(b"\n")
    headers = {**(_USUAL if body else {}), **msgspec.json.decode(stored), "Idempotent-Replayed": "true"}
    return Answer(record.status, headers, body)


def _may_see(call: Call, record: StoredAnswer) -> bool:
    return call.scope_ids is None if record.scope_ids is None else call.sees(*record.scope_ids)


def record(call: Call, answer: Answer[Any]) -> store.Action:
    """The action that stores the answer; its condition fails when a repetition has stored one that still counts."""
    now = clock.now()
    headers = {name: value for name, value in answer.headers.items() if _USUAL.get(name) != value}
    row = StoredAnswer(
        partition=ref(call).hash_key,
        fingerprint=call.fingerprint,
        status=answer.status,
        content=msgspec.json.encode(headers) + b"\n" + answer.body,
        scope_ids=None if call.scope_ids is None else sorted(call.scope_ids),
        created_at=now,
    )
    return store.put(row, StoredAnswer.partition.does_not_exist() | (StoredAnswer.created_at <= _KEPT.cutoff(now)))


def listed(answers: Mapping[str, int], call: Call) -> tuple[dict[str, int], Sequence[str]]:
    """The answers that a document lists, by the day that each was stored, with the one of this call and without those
    whose time is over; and the oldest ones that are too many."""
    today = int(clock.now().timestamp()) // _DAY_SECONDS
    kept = {name: day for name, day in answers.items() if today - day <= _KEPT.days} | {_name(call): today}
    dropped = list(kept)[: max(0, len(kept) - _LISTED)]
    return {name: day for name, day in kept.items() if name not in dropped}, dropped


def erased(tenant: Tenant, name: str) -> store.Action:
    """The action that puts an erased answer in the place of a listed one. Deleting it would let a repetition of the
    command happen again."""
    row = StoredAnswer(partition=tenant.key(name), fingerprint="", status=_ERASED, content=b"", created_at=clock.now())
    return store.put(row)
