"""Consumers get every entry in order; an entry that one cannot handle is parked alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.events import consumers, feed, parking
from chalicelib.events.consumers import CatchUp, Change, catch_up, retry_parked
from chalicelib.events.tables import Head, Parked, Position
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Event
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash, Faults
from tests.events.feeds import HAPPENED, new_tenant, number, soon, stopped_clock, write
from tests.world import World

Register = Callable[..., list[str]]


@pytest.fixture
def register(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """Registers consumers for one test; each writes down what it handled."""
    monkeypatch.setattr(consumers, "CONSUMERS", {})

    def make(name: str, events: tuple[Event | str, ...] = (HAPPENED,), fails_on: str = "", **options: Any) -> list[str]:
        seen: list[str] = []

        def handle(call: Call, change: Change) -> None:
            if change.entity_id == fails_on:
                raise Conflict("Mrs Miller of 12 High Street")
            seen.append(change.entity_id)

        consumers.consumer(name, events=events, **options)(handle)
        return seen

    yield make


def parked(tenant: Tenant) -> list[Parked]:
    return list(store.query_all(Parked, Parked.partition == tenant.key("parked")))


def position(tenant: Tenant, name: str) -> int:
    row = store.get(Position, tenant.key("positions"), name)
    return row.position if row else 0


def test_each_consumer_gets_its_events_in_order_once(register: Register) -> None:
    things, nothing = register("a"), register("b", events=("other.happened",))
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    assert catch_up(tenant, soon()).is_done
    assert catch_up(tenant, soon()).is_done
    assert (things, nothing) == (["1", "2", "3"], [])
    write(tenant, "4")
    number(tenant)
    catch_up(tenant, soon())
    assert things == ["1", "2", "3", "4"]


def test_a_consumer_that_wants_nothing_hardly_ever_writes_its_position(register: Register) -> None:
    register("b", events=("other.happened",))
    tenant = new_tenant()
    write(tenant, *"123456789")
    number(tenant)
    catch_up(tenant, soon())
    assert position(tenant, "b") == 0
    write(tenant, "10")
    number(tenant)
    catch_up(tenant, soon())
    assert position(tenant, "b") == 10


def test_more_than_a_page_is_read_to_the_end(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "_PAGE", 4)
    seen = register("a")
    tenant = new_tenant()
    write(tenant, *map(str, range(11)))
    number(tenant)
    assert catch_up(tenant, soon()).is_done
    assert seen == list(map(str, range(11)))


def test_a_gap_in_the_feed_stops_consumers_until_it_is_closed(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = register("a")
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    query = store.query

    def lagging(*args: Any, **options: Any) -> store.Page:
        page = query(*args, **options)
        if options.get("index") == "by_number":
            items = [item for item in page.items if item["number"]["N"] != "2"]
            return store.Page(items, page.next_key)
        return page

    monkeypatch.setattr(store, "query", lagging)
    monkeypatch.setattr(feed, "_PAUSE_SECONDS", 0.0)
    outcome = catch_up(tenant, soon())
    assert outcome.is_behind
    assert seen == ["1"]
    monkeypatch.undo()
    consumers.CONSUMERS["a"] = consumers.Consumer(
        "a", frozenset({HAPPENED.name}), lambda call, change: seen.append(change.entity_id)
    )
    try:
        assert catch_up(tenant, soon()).is_done
    finally:
        del consumers.CONSUMERS["a"]
    assert seen == ["1", "2", "3"]


def test_a_poison_entry_is_parked_alone_and_the_others_go_on(register: Register) -> None:
    healthy, hurt = register("healthy"), register("hurt", fails_on="2")
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    outcomes = [catch_up(tenant, soon()) for _ in range(4)]
    assert [outcome.failed for outcome in outcomes] == [["hurt"]] * 4
    assert (healthy, hurt) == (["1", "2", "3"], ["1"])
    catch_up(tenant, soon())
    catch_up(tenant, soon())
    assert hurt == ["1", "3"]
    assert healthy == ["1", "2", "3"]
    (row,) = parked(tenant)
    assert (row.consumer, row.number, row.attempts) == ("hurt", 2, 5)
    assert row.reason == "Conflict: conflict"


def test_a_parked_entry_is_tried_again_later_until_it_works(register: Register) -> None:
    fails = True
    seen = []

    def handle(call: Call, change: Change) -> None:
        if fails:
            raise Conflict
        seen.append(change.number)

    consumers.consumer("hurt", events=(HAPPENED,))(handle)
    tenant = new_tenant()
    write(tenant, "1")
    number(tenant)
    for _ in range(5):
        catch_up(tenant, soon())
    row = parked(tenant)[0]
    assert retry_parked(tenant, soon()) == 0
    row.next_attempt_at = clock.now()
    store.write(store.put(row))
    assert retry_parked(tenant, soon()) == 0
    assert parked(tenant)[0].attempts == 6
    assert parked(tenant)[0].next_attempt_at > clock.now() + timedelta(minutes=9)
    fails = False
    store.write(store.put(row))
    assert retry_parked(tenant, soon()) == 1
    assert (seen, parked(tenant)) == ([1], [])


def kills(seen: list[str], victim: str) -> consumers.Handler:
    """A handler that kills its whole process."""

    def handle(call: Call, change: Change) -> None:
        seen.append(change.entity_id)
        if change.entity_id == victim:
            raise Crash

    return handle


def test_an_entry_that_kills_its_worker_every_time_is_parked_and_the_consumer_goes_on(register: Register) -> None:
    seen: list[str] = []
    consumers.consumer("hurt", events=(HAPPENED,))(kills(seen, "2"))
    healthy = register("other")
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    with stopped_clock() as now:
        for _ in range(6):  # the first attempt of a young entry is not counted, so that it costs nothing
            with pytest.raises(Crash):
                catch_up(tenant, soon())
            now.sleep(60)
        assert catch_up(tenant, soon()).is_done
    assert (seen.count("2"), seen[-1], healthy) == (6, "3", ["1", "2", "3"])
    (row,) = parked(tenant)
    assert (row.consumer, row.number, row.attempts, row.reason) == ("hurt", 2, 5, "WorkerLost")


def test_a_parked_entry_that_kills_its_worker_waits_longer_each_time(register: Register) -> None:
    consumers.consumer("hurt", events=(HAPPENED,))(kills([], "1"))
    tenant = new_tenant()
    write(tenant, "1")
    number(tenant)
    with stopped_clock() as now:
        now.sleep(60)
        for _ in range(5):
            with pytest.raises(Crash):
                catch_up(tenant, soon())
        assert catch_up(tenant, soon()).is_done
        now.sleep(301)
        with pytest.raises(Crash):
            retry_parked(tenant, soon())
        assert retry_parked(tenant, soon()) == 0
        (row,) = parked(tenant)
        assert (row.attempts, row.next_attempt_at > clock.now() + timedelta(minutes=9)) == (6, True)


def test_an_entry_that_a_twin_has_begun_meanwhile_still_counts_as_handled(register: Register) -> None:
    tenant = new_tenant()
    seen: list[str] = []

    def handle(call: Call, change: Change) -> None:
        seen.append(change.entity_id)
        row = store.get(Position, tenant.key("positions"), "slow")
        assert parking.begin(tenant, "slow", row, change)

    consumers.consumer("slow", events=(HAPPENED,))(handle)
    write(tenant, "1")
    number(tenant)
    with stopped_clock() as now:
        now.sleep(60)
        assert catch_up(tenant, soon()).is_done
    assert (seen, position(tenant, "slow")) == (["1"], 1)


def test_a_consumer_killed_anywhere_sees_every_entry_at_least_once_and_in_order(register: Register) -> None:
    seen = register("a")
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    with Faults(client.dynamodb()) as faults:
        for call in range(1, 12):
            faults.reset()
            faults.at(call, "crash_after" if call % 2 else "crash_before")
            try:
                outcome = catch_up(tenant, soon())
            except Crash:
                continue
            assert outcome.is_done
    assert list(dict.fromkeys(seen)) == ["1", "2", "3"]
    assert position(tenant, "a") == 3


def test_two_invocations_at_once_skip_nothing(register: Register) -> None:
    seen = register("a")
    tenant = new_tenant()
    write(tenant, *map(str, range(30)))
    number(tenant)

    def until_done(_: int) -> CatchUp:
        while not (outcome := catch_up(tenant, soon())).is_done:
            pass
        return outcome

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(until_done, range(3)))
    assert set(seen) == set(map(str, range(30)))
    assert position(tenant, "a") == 30


def test_a_consumer_whose_time_runs_out_goes_on_where_it_was(register: Register) -> None:
    seen = register("a")
    tenant = new_tenant()
    write(tenant, "1", "2", "3")
    number(tenant)
    past = clock.monotonic() - 1
    assert catch_up(tenant, past).unfinished == ["a"]
    assert seen == ["1"]
    catch_up(tenant, soon())
    assert seen == ["1", "2", "3"]


def test_the_pull_of_a_tenant_without_entries_is_empty(world: World) -> None:
    tenant = new_tenant()
    assert feed.pull(tenant, 0, 10) == []
    assert feed.head_number(tenant) == 0
    assert store.get(Head, tenant.key()) is None


def test_a_consumer_never_moves_its_position_back_behind_a_faster_twin(register: Register) -> None:
    tenant = new_tenant()
    twin = iter([True])

    def handle(call: Call, change: Change) -> None:
        if change.entity_id == "2" and next(twin, False):
            write(tenant, "3")
            number(tenant)
            assert catch_up(tenant, soon()).is_done

    consumers.consumer("a", events=(HAPPENED,))(handle)
    for thing in ("1", "2"):
        write(tenant, thing)
        number(tenant)
        catch_up(tenant, soon())
    assert position(tenant, "a") == 3
