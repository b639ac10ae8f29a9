"""Wakes: messages that tell a consumer that its tenant's feed has gone on. A wake carries no data, because the
consumer's position says where to go on; a lost one is renewed by the reconciler."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import msgspec

from chalicelib.kernel import config, declaration, ids, outages
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.events import Consumer, Event
from chalicelib.kernel.tenant import Tenant

_MESSAGES_A_CALL = 10


class Wake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a message: which consumer of which tenant."""

    tenant: str
    consumer: str

    @property
    def group(self) -> str:
        """The message group: one consumer of one tenant runs once at a time."""
        return Tenant(self.tenant).key(self.consumer)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a tenant's feed has gone: the event and the number of an entry."""

    tenant: Tenant
    event: str
    number: int


def of(reached: Iterable[Reached]) -> dict[Wake, int]:
    """The wakes of the consumers that handle the events, each with its last number."""
    last: dict[Wake, int] = {}
    for each in reached:
        for consumer in interested(each.event):
            wake = Wake(each.tenant.id, consumer.name)
            last[wake] = max(each.number, last.get(wake, 0))
    return last


def interested(event: str) -> Sequence[Consumer]:
    """The consumers that handle an event; none for a name that no module declares."""
    return _by_event().get(event, ())


def send(wakes: dict[Wake, int]) -> None:
    """Sends wakes with the number that they are about, which makes a repeated send of the same wake harmless.
    Contention when a queue does not take them all."""
    _send_all({wake: Tenant(wake.tenant).key(wake.consumer, str(number)) for wake, number in wakes.items()})


def renew(wakes: Sequence[Wake]) -> None:
    """Sends wakes again, whatever was sent before; leaves out consumers that the product has no more."""
    known = declaration.consumers()
    _send_all({wake: ids.new("wak") for wake in wakes if wake.consumer in known})


def _send_all(wakes: Mapping[Wake, str]) -> None:
    """Sends wakes, each with its deduplication id, as many in a call as SQS takes."""
    known = declaration.consumers()
    by_queue: dict[str, list[tuple[Wake, str]]] = {}
    for wake, deduplication_id in wakes.items():
        by_queue.setdefault(known[wake.consumer][1].queue, []).append((wake, deduplication_id))
    for queue, messages in by_queue.items():
        for start in range(0, len(messages), _MESSAGES_A_CALL):
            _send(queue, messages[start : start + _MESSAGES_A_CALL])


@outages.as_contention()
def _send(queue: str, messages: Sequence[tuple[Wake, str]]) -> None:
    entries = [
        {
            "Id": str(index),
            "MessageBody": msgspec.json.encode(wake).decode(),
            "MessageGroupId": wake.group,
            "MessageDeduplicationId": deduplication_id,
        }
        for index, (wake, deduplication_id) in enumerate(messages)
    ]
    url = config.current().wake_queue_urls[queue]
    reply = client.aws("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    if reply.get("Failed"):
        raise Contention("A queue did not take every message; try again.", retry_after=1)


@cache
def _by_event() -> dict[str, tuple[Consumer, ...]]:
    consumers = [consumer for _, consumer in declaration.consumers().values()]

    def of_event(event: Event) -> tuple[Consumer, ...]:
        return tuple(consumer for consumer in consumers if consumer.wants(event))

    return {name: of_event(event) for name, event in declaration.events().items()}
