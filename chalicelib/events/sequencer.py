"""The sequencer: gives each journal entry its number, dense per tenant, and its place in the hash chain.

Ids are made before their commit, so ids alone come out of order; numbers are given after it. The head of the tenant
claims the numbers of several entries in one conditional update; then the entries are written with them. Who finds a
claim whose entries have no numbers yet writes these first, so a crash in between loses nothing. An entry is claimed
once and its content never changes, so writing it twice writes the same. Numbering is no business event, so it writes no
journal entry itself.
"""

from collections.abc import Iterable, Sequence

from chalicelib.events import heads
from chalicelib.events.tables import Claim, Head
from chalicelib.kernel import clock, entropy, journal, outages
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import Contention
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant

BATCH = 250
"""Entries of one claim, about 23 KB; an ordinary claim of a few entries keeps the head below 1 KB."""
_JITTER = (0.01, 0.1)
_written: dict[str, int] = {}
"""The last number that this process has claimed and written, by tenant: then the claim need not be looked at again."""


def number(tenant: Tenant, identifiers: Iterable[str], deadline: float) -> int:
    """Numbers those of the entries that have none, in the order of their ids; returns how many it claimed.

    May be called at any time, with any ids, by any number of callers. Contention when `deadline` (clock.monotonic)
    passes first; what is done by then stays done.
    """
    waiting = sorted(set(identifiers))
    claimed = 0
    while waiting:
        try:
            done = _number(tenant, waiting[:BATCH])
        except Contention:  # what was done stays done
            done = None
        if done is None:
            _pause(deadline)
        else:
            claimed += done
            waiting = waiting[BATCH:]
    return claimed


@outages.as_contention()
def _number(tenant: Tenant, identifiers: Sequence[str]) -> int | None:
    """Numbers entries and returns how many it claimed; None when another sequencer was faster."""
    head = heads.read(tenant)
    # The head is read before the entries: an entry without a number is then in its claims, or was never claimed.
    claims = [] if _written.get(tenant.id) == head.number else head.claims or []
    found = _read(tenant, [*(claim.entry_id for claim in claims), *identifiers])
    _finish(tenant, claims, found)
    fresh = [found[identifier] for identifier in identifiers if identifier in found]
    fresh = [entry for entry in fresh if entry.number is None]
    return len(fresh) if not fresh or _claim(tenant, head, fresh) else None


def _read(tenant: Tenant, identifiers: Sequence[str]) -> dict[str, Entry]:
    refs = [journal.ref_of(tenant, identifier) for identifier in identifiers]
    found = store.get_many(refs) if refs else {}
    return {str(ref.range_key): Entry.read(item) for ref, item in found.items() if item is not None}


def _finish(tenant: Tenant, claims: Sequence[Claim], found: dict[str, Entry]) -> None:
    """Writes the entries of claims that have no numbers yet."""
    there = [(found[claim.entry_id], claim) for claim in claims if claim.entry_id in found]
    _write(tenant, [(entry, claim) for entry, claim in there if entry.number is None])


def _claim(tenant: Tenant, head: Head, entries: Sequence[Entry]) -> bool:
    """Claims the next numbers for the entries and writes these. False when another sequencer was faster."""
    last, chain = head.number, head.chain
    claims = []
    for entry in entries:
        last += 1
        chain = journal.chain_hash(chain, entry, last)
        claims.append(Claim(entry.id, last, chain))
    moved = [Head.number.set(last), Head.chain.set(chain), Head.claims.set(claims)]
    if not store.write(store.update(Ref(Head, head.tenant), moved, Head.number == head.number)):
        return False
    _write(tenant, list(zip(entries, claims, strict=True)))
    _written[tenant.id] = last
    return True


def _write(tenant: Tenant, numbered: Sequence[tuple[Entry, Claim]]) -> None:
    for entry, claim in numbered:
        entry.number, entry.chain, entry.feed = claim.number, claim.chain, tenant.key("feed")
    store.put_many([entry for entry, _ in numbered])


def _pause(deadline: float) -> None:
    pause = entropy.uniform(*_JITTER)
    if clock.monotonic() + pause >= deadline:
        raise Contention("The journal is being numbered elsewhere.", retry_after=1)
    clock.sleep(pause)
