"""Whatever happens to the commit of a command, the same request again leaves what an undisturbed one leaves: every
command of stock, orders and shipments, and every step of those that a job works off."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

import pytest

from chalicelib.inventory.documents import posting
from chalicelib.inventory.documents import staged as document_steps
from chalicelib.jobs import staged, worker
from chalicelib.kernel import clock, declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.capacity import KERNEL_ACTIONS
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from infra.local.shim import Crash, Kind
from tests.contract.operations import endpoints
from tests.events.feeds import Stopped, soon
from tests.simulation.books import drifts
from tests.simulation.commands import CASES, STAGED, Prepare, Scene
from tests.simulation.mishaps import faults
from tests.simulation.state import Written, alike, story
from tests.world import Client, Reply, World

pytestmark = pytest.mark.long

COMMIT = "TransactWriteItems"
SEQUENCES: dict[str, tuple[Kind, ...]] = {
    "undisturbed": (),
    "before": ("crash_before", "throttle", "conflict", "reply_lost"),
    "after": ("crash_after",),
}
"""What the commits of a command meet, one after the other, until one gets through."""
PACKAGES = ("inventory", "sales", "fulfilment")
LARGE = 5


class Ticking(Stopped):
    """A clock that moves a millisecond whenever it is read, so that ids sort in the order of their making."""

    def now(self) -> datetime:
        self.sleep(0.001)
        return super().now()


@pytest.fixture
def ticking() -> Iterator[Ticking]:
    """Waiting takes no time, but it passes."""
    source = Ticking()
    previous = clock.install(source)
    yield source
    clock.install(previous)


def _left(written: Written, client: Client, reply: Reply) -> Counter[str]:
    """What a command leaves with a tenant once everything is quiet: its answer, rows and entries of the feed. The books
    must be right."""
    assert drifts(Tenant(client.tenant)) == []
    return Counter([alike(reply.body.decode()), *written.rows(client.tenant), *story(client)])


def _agree(left: dict[str, Counter[str]]) -> None:
    expected = left.pop("undisturbed")
    for meets, found in left.items():
        assert (list(found - expected), list(expected - found)) == ([], []), meets


def test_every_command_of_stock_orders_and_shipments_is_in_the_table(world: World) -> None:
    declared = {
        endpoint.name
        for module in declaration.registered()
        if module.name.startswith(PACKAGES)
        for loaded in module.load(module.routes)
        for endpoint in loaded.routes.endpoints
        if endpoint.may_be_dry_run
    }
    assert {operation for operation, _ in CASES.values()} == declared
    by_name = endpoints()
    assert {name for name in declared if by_name[name].asynchronous} == {CASES[name][0] for name in STAGED}


@pytest.mark.parametrize("name", CASES)
def test_a_commit_that_fails_in_any_way_is_repeated_to_the_same_end(world: World, name: str, ticking: Ticking) -> None:
    with Written() as written:
        sent = {meets: _sent(world, CASES[name][1], kinds) for meets, kinds in SEQUENCES.items()}
        world.settle()
        _agree({meets: _left(written, *each) for meets, each in sent.items()})


def _sent(world: World, prepare: Prepare, kinds: Sequence[Kind]) -> tuple[Client, Reply]:
    """A command whose commits meet this, repeated until it is answered; the answer is given again ever after."""
    client = world.tenant()
    command = prepare(Scene(client))
    with faults() as injected:
        for number, kind in enumerate(kinds, 1):
            injected.at(number, kind, COMMIT)
        first = command.send()
        reply = first if first.status < 300 else command.repeat()
    assert [call.fault for call in injected.calls if call.fault] == list(kinds)
    if command.method == "PATCH":
        # A change has no stored answer; its version says that it has been made.
        command.send().refused(412, "precondition_failed")
        return client, client.get(command.path)
    again = command.send()
    assert (again.status, again.body, again.header("Idempotent-Replayed")) == (reply.status, reply.body, "true")
    return client, reply


@pytest.fixture
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stock keys or lines a step, so that five of them take three steps."""
    monkeypatch.setattr(staged, "RESERVED_ACTIONS", store.MAX_ACTIONS - KERNEL_ACTIONS - 2)
    for name in ("LINES_AT_ONCE", "TRANSFER_LINES_AT_ONCE"):
        monkeypatch.setattr(posting, name, 2)
    monkeypatch.setattr(document_steps, "_MOST_TRIED", 2)


@pytest.mark.parametrize("name", STAGED)
def test_a_job_that_dies_in_every_step_is_taken_up_to_the_same_end(
    world: World, name: str, ticking: Ticking, small_transactions: None
) -> None:
    with Written() as written:
        sent = {}
        for meets, kinds in SEQUENCES.items():
            client = world.tenant()
            reply = STAGED[name](Scene(client, LARGE)).send()
            assert reply.status == 202, reply.body
            crashes = _worked_off(client, reply.json["job_id"], kinds[:1], ticking)
            assert crashes > 2 or not kinds
            sent[meets] = client, reply
        world.settle()
        _agree({meets: _left(written, *each) for meets, each in sent.items()})


def _worked_off(client: Client, job_id: str, kinds: Sequence[Kind], ticking: Ticking) -> int:
    """Works on a job whose every commit crashes once; returns how often it did."""
    call = Call.system(Tenant(client.tenant), "jobs")
    for crashes in range(30):
        job = client.get(f"/v1/jobs/{job_id}").ok()
        if job["state"] == "done":
            return crashes
        with faults() as injected, suppress(Crash):
            for kind in kinds:
                # What crashed before it was written is written now, and the next one crashes.
                injected.at(2 if crashes and kind == "crash_before" else 1, kind, COMMIT)
            worker.run(call, job_id, soon())
        ticking.sleep(worker.LEASE.total_seconds() + 1)
    raise AssertionError(job)
