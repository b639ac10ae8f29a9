"""Consumers get every entry in order; an entry that one cannot handle is parked alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.events import consumers, feed, parking, positions, slots
from chalicelib.events.consumers import DEPTH_LIMIT, Handler, Outcome
from chalicelib.events.queues import Queue
from chalicelib.events.schemas import Change
from chalicelib.events.tables import Head, Parked, Position
from chalicelib.events.wakes import Wake
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.events import Consumer
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit
from infra.local.shim import Crash, Faults
from tests.events.feeds import HAPPENED, crash, declare, entries, happen, new_tenant, number, soon, stopped_clock, write
from tests.world import World

Declare = Callable[..., list[str]]


def consumer(name: str, *, batch: int = 1, events: Sequence[str] = (HAPPENED.name,)) -> Consumer:
    return Consumer(name, "nowhere.handle", Queue.STOCK, frozenset(events), batch=batch)


@pytest.fixture
def handlers(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Declares consumers for one test."""

    def only(found: dict[Consumer, Handler]) -> None:
        declare(monkeypatch, found)

    return only


def notes(seen: list[str], *, fails_on: str = "") -> Handler:
    """A handler that writes down what it has handled."""

    def handle(call: Call, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.entity_id == fails_on:
                raise Conflict("Mrs Miller of 12 High Street")
        seen.extend(change.entity_id for change in changes)

    return handle


def kills(seen: list[str], victim: str) -> Handler:
    """A handler that kills its whole process."""

    def handle(call: Call, changes: Sequence[Change]) -> None:
        for change in changes:
            seen.append(change.entity_id)
            if change.entity_id == victim:
                raise Crash

    return handle


def written(*things: str) -> Tenant:
    """A new tenant with numbered entries."""
    tenant = new_tenant()
    write(tenant, *things)
    number(tenant)
    return tenant


def run(tenant: Tenant, name: str = "a", **options: Any) -> Outcome:
    return consumers.run(tenant, name, soon(), **options)


def parked(tenant: Tenant) -> list[Parked]:
    return list(store.query_all(Parked, Parked.partition == tenant.key("parked")))


def row(tenant: Tenant, name: str = "a") -> Position:
    ref = positions.ref(tenant, name)
    return positions.of(tenant, name, store.get_many([ref])[ref])


def test_a_consumer_gets_its_events_in_order_once(handlers: Any) -> None:
    seen: list[str] = []
    nothing: list[str] = []
    handlers({consumer("a"): notes(seen), consumer("b", events=["other.happened"]): notes(nothing)})
    tenant = written("1", "2", "3")
    assert [run(tenant), run(tenant), run(tenant, "b")] == [Outcome.DONE] * 3
    assert (seen, nothing) == (["1", "2", "3"], [])
    write(tenant, "4")
    number(tenant)
    run(tenant)
    assert seen == ["1", "2", "3", "4"]


def test_a_consumer_that_takes_several_entries_gets_them_at_once(handlers: Any) -> None:
    sizes: list[int] = []
    handlers({consumer("a", batch=3): lambda call, changes: sizes.append(len(changes))})
    assert run(written(*"12345678")) is Outcome.DONE
    assert sizes == [3, 3, 2]


def test_a_consumer_that_wants_nothing_hardly_ever_writes_its_position(
    handlers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "_LONGEST_SKIP", 10)
    handlers({consumer("a", events=["other.happened"]): notes([])})
    tenant = written(*"123456789")
    run(tenant)
    assert row(tenant).position == 0
    write(tenant, "10")
    number(tenant)
    run(tenant)
    assert row(tenant).position == 10


def test_more_than_a_page_is_read_to_the_end(handlers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "_PAGE", 4)
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    assert run(written(*map(str, range(11)))) is Outcome.DONE
    assert seen == list(map(str, range(11)))


def test_a_gap_in_the_feed_stops_a_consumer_until_it_is_closed(handlers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    tenant = written("1", "2", "3")
    query = store.query

    def lagging(*args: Any, **options: Any) -> store.Page:
        page = query(*args, **options)
        if options.get("index") == "by_number":
            items = [item for item in page.items if item["number"]["N"] != "2"]
            return store.Page(items, page.next_key)
        return page

    monkeypatch.setattr(feed, "_PAUSE_SECONDS", 0.0)
    with monkeypatch.context() as behind:
        behind.setattr(store, "query", lagging)
        assert run(tenant) is Outcome.UNFINISHED
        assert (seen, row(tenant).position) == (["1"], 1)
        assert run(tenant) is Outcome.PUT_OFF
    with stopped_clock(clock.now() + timedelta(minutes=1)):
        assert Wake(tenant.id, "a") in positions.due(clock.now())
        assert run(tenant) is Outcome.DONE
    assert seen == ["1", "2", "3"]


def test_an_entry_that_is_claimed_and_not_written_yet_is_not_waited_for(
    handlers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    tenant = written("1")
    write(tenant, "2")
    with monkeypatch.context() as dying, pytest.raises(Crash):
        dying.setattr(store, "put_many", crash)
        number(tenant)
    monkeypatch.setattr(feed, "awaited", crash)
    assert run(tenant) is Outcome.DONE
    assert seen == ["1"]
    number(tenant)
    assert run(tenant) is Outcome.DONE
    assert seen == ["1", "2"]


def test_a_failure_puts_the_consumer_off_and_the_fifth_parks_the_entry_alone(handlers: Any) -> None:
    healthy: list[str] = []
    hurt: list[str] = []
    handlers({consumer("a"): notes(hurt, fails_on="2"), consumer("b"): notes(healthy)})
    tenant = written("1", "2", "3")
    pauses = []
    with stopped_clock() as now:
        for _ in range(4):
            assert run(tenant) is Outcome.PUT_OFF
            until = row(tenant).put_off_until
            assert until is not None
            pauses.append((until - clock.now()).total_seconds())
            assert run(tenant) is Outcome.PUT_OFF  # a wake before the time does nothing
            now.sleep(pauses[-1])
        assert run(tenant, "b") is Outcome.DONE
        assert run(tenant) is Outcome.DONE
    assert pauses == sorted(set(pauses))
    assert (healthy, hurt) == (["1", "2", "3"], ["1", "3"])
    (found,) = parked(tenant)
    assert (found.consumer, found.number, found.attempts, found.reason) == ("a", 2, 5, "Conflict: conflict")


def test_one_entry_that_fails_among_several_fails_alone(handlers: Any) -> None:
    seen: list[str] = []
    handlers({consumer("a", batch=10): notes(seen, fails_on="3")})
    tenant = written("1", "2", "3", "4")
    assert run(tenant) is Outcome.PUT_OFF
    assert (seen, row(tenant).position, row(tenant).failing) == (["1", "2"], 2, 3)


def test_a_parked_entry_is_tried_again_later_until_it_works(handlers: Any) -> None:
    seen: list[int] = []
    fails = [True]

    def handle(call: Call, changes: Sequence[Change]) -> None:
        if fails[0]:
            raise Conflict
        seen.append(changes[0].number)

    handlers({consumer("a"): handle})
    tenant = written("1")
    with stopped_clock() as now:
        for _ in range(5):
            run(tenant)
            now.sleep(90)
        assert (len(parked(tenant)), run(tenant)) == (1, Outcome.DONE)
        now.sleep(300)
        assert Wake(tenant.id, "a") in positions.due(clock.now())
        run(tenant)
        assert parked(tenant)[0].attempts == 6
        assert parked(tenant)[0].next_attempt_at > clock.now() + timedelta(minutes=9)
        assert Wake(tenant.id, "a") not in positions.due(clock.now())
        fails[0] = False
        now.sleep(3600)
        assert run(tenant) is Outcome.DONE
    assert (seen, parked(tenant), row(tenant).wake_at) == ([1], [], None)


def test_an_entry_that_kills_its_worker_every_time_is_parked_and_the_consumer_goes_on(handlers: Any) -> None:
    seen: list[str] = []
    handlers({consumer("a", batch=10): kills(seen, "2")})
    tenant = written("1", "2", "3")
    for receives in range(6):  # the first attempt is not counted, so that it costs nothing
        with pytest.raises(Crash):
            run(tenant, is_repeated=receives > 0)
    assert run(tenant, is_repeated=True) is Outcome.DONE
    assert (seen.count("2"), seen[-1]) == (6, "3")
    (found,) = parked(tenant)
    assert (found.number, found.attempts, found.reason) == (2, 5, "WorkerLost")


def test_a_parked_entry_that_kills_its_worker_waits_longer_each_time(handlers: Any) -> None:
    handlers({consumer("a"): kills([], "1")})
    tenant = written("1")
    with stopped_clock() as now:
        for receives in range(6):
            with pytest.raises(Crash):
                run(tenant, is_repeated=receives > 0)
        assert run(tenant, is_repeated=True) is Outcome.DONE
        now.sleep(301)
        with pytest.raises(Crash):
            run(tenant)
        assert run(tenant) is Outcome.DONE
        (found,) = parked(tenant)
        assert (found.attempts, found.next_attempt_at > clock.now() + timedelta(minutes=9)) == (6, True)


def test_an_invocation_that_was_overtaken_stores_nothing_and_goes_on_behind_the_other(handlers: Any) -> None:
    tenant = new_tenant()
    twins = iter([True])

    def handle(call: Call, changes: Sequence[Change]) -> None:
        if next(twins, False):
            write(tenant, "3")
            number(tenant)
            assert run(tenant) is Outcome.DONE

    handlers({consumer("a"): handle})
    write(tenant, "1", "2")
    number(tenant)
    assert run(tenant) is Outcome.UNFINISHED
    assert row(tenant).position == 3
    assert run(tenant) is Outcome.DONE


def test_a_consumer_killed_anywhere_sees_every_entry_at_least_once_and_in_order(handlers: Any) -> None:
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    tenant = written("1", "2", "3")
    with Faults(client.dynamodb()) as faults:
        for call in range(1, 12):
            faults.reset()
            faults.at(call, "crash_after" if call % 2 else "crash_before")
            try:
                assert run(tenant, is_repeated=call > 6) is Outcome.DONE
            except Crash:
                continue
    assert list(dict.fromkeys(seen)) == ["1", "2", "3"]
    assert row(tenant).position == 3


def test_two_invocations_at_once_skip_nothing(handlers: Any) -> None:
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    tenant = written(*map(str, range(30)))

    def until_done(_: int) -> None:
        while run(tenant) is not Outcome.DONE:
            pass

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(until_done, range(3)))
    assert set(seen) == set(map(str, range(30)))
    assert row(tenant).position == 30


def test_a_consumer_whose_time_runs_out_goes_on_where_it_was(handlers: Any) -> None:
    seen: list[str] = []
    handlers({consumer("a"): notes(seen)})
    tenant = written("1", "2", "3")
    assert consumers.run(tenant, "a", clock.monotonic() - 1) is Outcome.UNFINISHED
    assert seen == ["1"]
    assert run(tenant) is Outcome.DONE
    assert seen == ["1", "2", "3"]


def test_a_slow_consumer_goes_on_only_with_a_slot_and_becomes_fast_again(handlers: Any) -> None:
    seen: list[str] = []
    with stopped_clock() as now:

        def handle(call: Call, changes: Sequence[Change]) -> None:
            seen.append(changes[0].entity_id)
            now.sleep(30 if changes[0].entity_id == "slow" else 0)

        handlers({consumer("a"): handle})
        tenants = [new_tenant() for _ in range(5)]
        for tenant in tenants:
            for thing in ("slow", "slow", "quick", "quick"):
                write(tenant, thing)
                now.sleep(0.01)
            number(tenant)
        assert {run(tenant) for tenant in tenants} == {Outcome.UNFINISHED}
        assert seen == ["slow"] * 5
        with slots.held("a") as first, slots.held("a") as second, slots.held("a") as third, slots.held("a") as fourth:
            assert (first, second, third, fourth) == (True, True, True, False)
            assert run(tenants[0]) is Outcome.PUT_OFF
        now.sleep(15)
        assert consumers.run(tenants[0], "a", clock.monotonic() + 60) is Outcome.DONE
        assert (seen[5:], row(tenants[0]).is_slow) == (["slow", "quick", "quick"], None)
        with slots.held("a") as one, slots.held("a") as two, slots.held("a") as three:
            assert one and two and three
            now.sleep(130)  # their workers were killed
            with slots.held("a") as again:
                assert again


def test_an_endless_chain_of_causes_is_cut(handlers: Any) -> None:
    tenant = new_tenant()

    def echo(call: Call, changes: Sequence[Change]) -> None:
        commit(call, happen, "echo")

    handlers({consumer("a"): echo})
    write(tenant, "first")
    for _ in range(DEPTH_LIMIT + 4):
        number(tenant)
        run(tenant)
    assert [entry.depth or 0 for entry in entries(tenant)] == list(range(DEPTH_LIMIT + 2))
    (found,) = parked(tenant)
    assert (found.number, found.reason, parking.ATTEMPTS) == (DEPTH_LIMIT + 2, "TooDeep", found.attempts)


def test_the_pull_of_a_tenant_without_entries_is_empty(world: World) -> None:
    tenant = new_tenant()
    assert feed.pull(tenant, 0, 10) == []
    assert store.get(Head, tenant.key()) is None


def test_a_consumer_that_was_put_off_and_finds_nothing_to_do_is_not_due_any_more(handlers: Any) -> None:
    handlers({consumer("a"): notes([])})
    tenant = written("1")
    run(tenant)
    positions.written(row(tenant), put_off_until=clock.now() - timedelta(seconds=1))
    assert run(tenant) is Outcome.DONE
    assert (row(tenant).put_off_until, row(tenant).waiting) == (None, None)


def test_an_endless_chain_is_cut_for_a_consumer_of_many_entries_too(handlers: Any) -> None:
    tenant = new_tenant()

    def echo(call: Call, changes: Sequence[Change]) -> None:
        for _ in changes:
            commit(call, happen, "echo")

    handlers({consumer("a", batch=10): echo})
    write(tenant, "one", "other")
    for _ in range(DEPTH_LIMIT + 4):
        number(tenant)
        run(tenant)
    assert max(entry.depth or 0 for entry in entries(tenant)) == DEPTH_LIMIT + 1
    assert [found.reason for found in parked(tenant)] == ["TooDeep", "TooDeep"]
