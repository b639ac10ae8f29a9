"""Numbers are dense, given once, and never depend on when a commit came through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib import modules
from chalicelib.events import heads, reconciler, sequencer
from chalicelib.kernel import clock, ids, journal
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.journal import Entry
from infra.local.meter import Meter
from infra.local.shim import Conflicts, Crash, Faults, Kind
from tests.events.feeds import crash, entries, head, new_tenant, number, numbers, soon, stopped_clock, write
from tests.world import World


def test_entries_get_dense_numbers_in_the_order_of_their_ids(world: World) -> None:
    tenant = new_tenant()
    write(tenant, *(f"thing-{n}" for n in range(7)))
    assert number(tenant) == 7
    assert numbers(tenant) == [1, 2, 3, 4, 5, 6, 7]
    assert number(tenant) == 0
    assert head(tenant).number == 7


def test_a_commit_that_comes_late_gets_the_next_number(world: World) -> None:
    tenant = new_tenant()
    late = ids.new("jrn")  # the id of a commit that is still under way
    write(tenant, "b")
    number(tenant)
    first = entries(tenant)[0]
    first.id = late
    first.number = first.feed = first.chain = None
    store.write(store.put(first))
    assert number(tenant) == 1
    assert {entry.id: entry.number for entry in entries(tenant)}[late] == 2
    assert sorted(filter(None, numbers(tenant))) == [1, 2]


def test_numbers_are_never_changed_whoever_asks_again(world: World) -> None:
    tenant = new_tenant()
    identifiers = write(tenant, "a", "b")
    number(tenant)
    before = [entry.item() for entry in entries(tenant)]
    sequencer.number(tenant, reversed(identifiers * 3), soon())
    assert [entry.item() for entry in entries(tenant)] == before


def test_more_entries_than_a_claim_holds_are_numbered_in_several(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a")
    template = entries(tenant)[0]
    rows = []
    for _ in range(230):
        row = Entry.read(template.item())
        row.id = ids.new("jrn")
        rows.append(row)
    store.put_many(rows)
    assert number(tenant) == 231
    assert numbers(tenant) == list(range(1, 232))


def test_racing_sequencers_number_each_entry_once(world: World) -> None:
    tenant = new_tenant()
    identifiers = write(tenant, *(f"thing-{n}" for n in range(40)))
    shares = [identifiers[n::4] + identifiers[n % 2 :: 2] for n in range(4)]
    with Conflicts(client.dynamodb(), seed=7), ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda share: sequencer.number(tenant, share, soon()), shares))
    assert sorted(filter(None, numbers(tenant))) == list(range(1, 41))
    assert sum(counts) == head(tenant).number == 40


@pytest.mark.parametrize("call", range(1, 7))
@pytest.mark.parametrize("kind", ["crash_before", "crash_after"])
def test_what_a_sequencer_killed_at_any_call_has_claimed_is_finished_by_the_next(
    world: World, call: int, kind: Kind
) -> None:
    tenant = new_tenant()
    identifiers = write(tenant, "a", "b", "c")
    heads.forget()
    with Faults(client.dynamodb()) as faults:
        faults.at(call, kind)
        with pytest.raises(Crash):
            sequencer.number(tenant, identifiers, soon())
    claimed = head(tenant).number if heads.is_known(tenant) else 0
    late = write(tenant, "d")
    sequencer.number(tenant, late, soon())
    expected = [1, 2, 3, 4] if claimed else [None, None, None, 1]
    assert numbers(tenant) == expected
    number(tenant)
    assert sorted(filter(None, numbers(tenant))) == [1, 2, 3, 4]
    assert head(tenant).number == 4


@pytest.mark.parametrize("operation", ["UpdateItem", "BatchWriteItem", "BatchGetItem"])
@pytest.mark.parametrize("kind", ["reply_lost", "timeout", "throttle"])
def test_a_store_that_stumbles_is_asked_again(world: World, kind: Kind, operation: str) -> None:
    tenant = new_tenant()
    identifiers = write(tenant, "a", "b", "c")
    heads.register(tenant)
    with Faults(client.dynamodb()) as faults:
        faults.at(1, kind, operation, times=2)
        sequencer.number(tenant, identifiers, soon())
    assert numbers(tenant) == [1, 2, 3]


def test_the_reconciler_numbers_what_the_stream_lost(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a", "b")
    assert reconciler.reconcile(tenant, soon()) == 2
    write(tenant, "c")
    assert reconciler.reconcile(tenant, soon()) == 1
    assert numbers(tenant) == [1, 2, 3]


def test_the_reconciler_leaves_ten_minutes_for_late_commits(world: World) -> None:
    tenant = new_tenant()
    with stopped_clock() as now:
        late = ids.new("jrn")
        write(tenant, "a")
        now.sleep(9 * 60)
        reconciler.reconcile(tenant, soon())
        assert ids.moment(head(tenant).reconciled_to) <= clock.now() - timedelta(minutes=10)
        row = entries(tenant)[0]
        row.id = late
        row.number = row.feed = row.chain = None
        store.write(store.put(row))
        assert reconciler.reconcile(tenant, soon()) == 1
        now.sleep(60 * 60)
        reconciler.reconcile(tenant, soon())
        assert ids.moment(head(tenant).reconciled_to) == clock.now() - timedelta(minutes=10)
        assert reconciler.reconcile(tenant, soon()) == 0


def test_the_reconciler_crosses_the_turn_of_the_month(world: World) -> None:
    tenant = new_tenant()
    with stopped_clock(clock.parse("2026-11-30T23:59:30Z")) as now:
        write(tenant, "a")
        now.sleep(60)
        write(tenant, "b")
        assert reconciler.reconcile(tenant, soon()) == 2


def test_the_chain_covers_every_entry_and_the_one_before(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a", "b", "c")
    number(tenant)
    chain = heads.GENESIS
    for place, entry in enumerate(entries(tenant), 1):
        chain = journal.chain_hash(chain, entry, place)
        assert entry.chain == chain
    assert head(tenant).chain == chain


def test_every_tenant_that_wrote_is_known(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a")
    number(tenant)
    known = [found.id for found in heads.tenants()]
    assert tenant.id in known
    assert known == sorted(known)
    assert tenant.id not in [found.id for found in heads.tenants(after=tenant.id)]


def test_a_sequencer_that_was_overtaken_begins_behind_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = new_tenant()
    first, second = write(tenant, "a", "b")
    send = store.write

    def overtaken(action: store.Action) -> bool:
        monkeypatch.setattr(store, "write", send)
        sequencer.number(tenant, [second], soon())
        return send(action)

    monkeypatch.setattr(store, "write", overtaken)
    sequencer.number(tenant, [first], soon())
    assert numbers(tenant) == [2, 1]
    assert head(tenant).number == 2


def test_a_lone_commit_costs_three_write_units_to_number(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a")
    number(tenant)
    identifiers = write(tenant, "b")
    meter = Meter(tuple(modules.tables()))
    with meter.measure() as bill:
        sequencer.number(tenant, identifiers, soon())
    assert (bill.write_units, bill.transactions) == (3, 0)


def test_a_number_that_is_claimed_and_not_written_yet_is_not_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = new_tenant()
    identifiers = write(tenant, "a")
    with monkeypatch.context() as stopped, pytest.raises(Crash):
        stopped.setattr(store, "put_many", crash)
        sequencer.number(tenant, identifiers, soon())
    assert heads.is_being_numbered(tenant, 1)
    number(tenant)
    assert not heads.is_being_numbered(tenant, 1)
