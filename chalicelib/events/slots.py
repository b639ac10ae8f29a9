"""Slots: how many invocations a slow consumer may occupy at once, of all tenants together. Consumers that are not slow
need none, so they cost nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from chalicelib.events.tables import Slot
from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM

SLOTS = 3
HELD_FOR = timedelta(minutes=2)
"""Longer than an invocation lasts; the slot of a worker that was killed is free again afterwards."""


@contextmanager
def held(consumer: str) -> Iterator[bool]:
    """Holds a slot of the consumer within the block; False when all are taken."""
    slot = _take(consumer)
    try:
        yield slot is not None
    finally:
        if slot is not None:
            store.write(store.delete(store.ref_of(slot), Slot.holder == slot.holder))


def _take(consumer: str) -> Slot | None:
    partition, now = PLATFORM.key("slots", consumer), clock.now()
    taken = {row.number: row for row in store.query_all(Slot, Slot.partition == partition)}
    for number in range(SLOTS):
        if number in taken and taken[number].held_until > now:
            continue
        slot = Slot(partition=partition, number=number, holder=ids.new("slt"), held_until=now + HELD_FOR)
        is_free = Slot.number.does_not_exist() | (Slot.held_until < now)
        if store.write(store.put(slot, is_free)):
            return slot
    return None
