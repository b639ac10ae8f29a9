"""The sequencer: gives each journal entry its number, dense per tenant, and its place in the hash chain.

Ids are made before their commit, so ids alone come out of order; numbers are given after it. Many entries and the
tenant's head change in one transaction, each entry only if it has no number: of two sequencers one succeeds and the
other reads again, and a crash leaves either all of it or nothing. A number is never changed. Numbering is no business
event, so it writes no journal entry itself.
"""

from collections.abc import Iterable

from chalicelib.events import heads
from chalicelib.events.tables import Head
from chalicelib.kernel import clock, entropy, ids, journal
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Busy, Cancelled, Ref, Unknown
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant

BATCH = 99
"""A transaction holds 100 actions; one is the head."""
_JITTER = (0.01, 0.2)
_HARMLESS = frozenset(
    {"None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)


def number(tenant: Tenant, identifiers: Iterable[str], deadline: float) -> int:
    """Numbers those of the entries that have none, in the order of their ids; returns how many it numbered.

    May be called at any time, with any ids, by any number of callers. Contention when `deadline` (clock.monotonic)
    passes first; what is done by then stays done.
    """
    waiting = [journal.ref_of(tenant, identifier) for identifier in sorted(set(identifiers))]
    numbered = 0
    while entries := _unnumbered(waiting):
        batch = entries[:BATCH]
        if _send(tenant, batch):
            numbered += len(batch)
            entries = entries[BATCH:]
        else:
            _pause(deadline)
        waiting = [journal.ref_of(tenant, entry.id) for entry in entries]
    return numbered


def _unnumbered(refs: list[Ref]) -> list[Entry]:
    found = store.get_many(refs) if refs else {}
    entries = [Entry.read(item) for item in found.values() if item is not None]
    return [entry for entry in entries if entry.number is None]


def _send(tenant: Tenant, entries: list[Entry]) -> bool:
    """Sends one transaction. False when it did not happen, or when that is unknown: the entries show it when they are
    read again."""
    try:
        store.transact(_actions(tenant, heads.read(tenant), entries), ids.new("tok"))
    except Cancelled as cancelled:
        if not _HARMLESS.issuperset(cancelled.reasons):
            raise
        return False
    except (Busy, Unknown):
        return False
    return True


def _actions(tenant: Tenant, head: Head, entries: list[Entry]) -> list[store.Action]:
    last, chain = head.number, head.chain
    feed = tenant.key("feed")
    actions = []
    for entry in entries:
        last += 1
        chain = journal.chain_hash(chain, entry, last)
        changes = [Entry.number.set(last), Entry.feed.set(feed), Entry.chain.set(chain)]
        condition = Entry.number.does_not_exist() & Entry.id.exists()
        actions.append(store.update(journal.ref_of(tenant, entry.id), changes, condition))
    moved = [Head.number.set(last), Head.chain.set(chain)]
    actions.append(store.update(Ref(Head, head.tenant), moved, Head.number == head.number))
    return actions


def _pause(deadline: float) -> None:
    pause = entropy.uniform(*_JITTER)
    if clock.monotonic() + pause >= deadline:
        raise Contention("The journal is being numbered elsewhere.", retry_after=1)
    clock.sleep(pause)
