"""Long work: piece by piece, once at a time, never lost."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.events import consumers
from chalicelib.events.consumers import Outcome
from chalicelib.jobs import queue, registry, service, tables, worker
from chalicelib.jobs.schemas import Job, JobState, Step
from chalicelib.kernel import clock, config, declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit, use_case
from chalicelib.kernel.work import Work
from infra.local.shim import Conflicts, Crash, Faults
from tests.events.feeds import BEGUN, declare, entries, new_tenant, number, soon, stopped_clock
from tests.world import Client, World

Sent = list[tuple[str, str, float]]


@use_case(BEGUN)
def begin(work: Work, total: int) -> str:
    work.annotate(entity="thing", entity_id="thing_1")
    return service.start(work, "test.count", "thing_1", total=total, args={"by": 1})


@pytest.fixture
def handle(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[registry.Handler], None]:
    """Registers the handler of `test.count`."""
    handlers: dict[str, registry.Handler] = {}
    monkeypatch.setattr(worker, "HANDLERS", handlers)
    return lambda step: handlers.__setitem__("test.count", step)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """The queue, seen from the sender."""
    messages: Sent = []

    def send(tenant: Tenant, job_id: str, wait_seconds: float = 0) -> None:
        messages.append((tenant.id, job_id, wait_seconds))

    monkeypatch.setattr(queue, "send", send)
    yield messages


def count(call: Call, job: Job) -> Step:
    """One unit a piece."""
    done = job.progress + 1
    return Step(done == job.total, done, report={"counted": done})


def begun(total: int = 3) -> tuple[Call, str]:
    call = Call.system(new_tenant(), "test")
    return call, commit(call, begin, total)


def row(call: Call, job_id: str) -> tables.Job:
    found = worker.find(call.tenant, job_id)
    assert found is not None
    return found


def test_a_job_runs_piece_by_piece_to_its_end(handle: Any, sent: Sent) -> None:
    handle(count)
    call, job_id = begun()
    worker.run(call, job_id, soon())
    job = service.read(call, job_id)
    assert (job.state, job.progress, job.total, job.report) == (JobState.DONE, 3, 3, {"counted": 3})
    assert job.allowed_transitions == []
    assert row(call, job_id).open is None
    assert [entry.event for entry in entries(call.tenant)] == ["thing.begun", "job.done"]
    worker.run(call, job_id, soon())
    assert service.read(call, job_id) == job
    assert sent == []


def test_the_feed_queues_the_job_of_a_commit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, starter = declaration.consumers()["jobs.starter"]
    declare(monkeypatch, {starter: consumers.handler("jobs.starter")})
    call, job_id = begun()
    number(call.tenant)
    sqs = client.aws("sqs")
    url = config.current().jobs_queue_url
    assert consumers.run(call.tenant, "jobs.starter", soon()) is Outcome.DONE
    bodies = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            bodies.append(msgspec.json.decode(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert {"tenant": call.tenant.id, "job_id": job_id} in bodies


def test_a_worker_whose_time_is_up_puts_the_job_back(handle: Any, sent: Sent) -> None:
    handle(count)
    call, job_id = begun()
    for _ in range(2):
        worker.run(call, job_id, clock.monotonic())
    assert service.read(call, job_id).progress == 2
    assert [message[:2] for message in sent] == [(call.tenant.id, job_id)] * 2
    worker.run(call, job_id, clock.monotonic())
    assert service.read(call, job_id).state is JobState.DONE


def test_a_job_that_waits_is_put_back_with_a_delay(handle: Any, sent: Sent) -> None:
    handle(lambda call, job: Step(False, 1, wait_seconds=120))
    call, job_id = begun()
    worker.run(call, job_id, soon())
    assert sent == [(call.tenant.id, job_id, 120)]
    assert row(call, job_id).lease is None


def test_a_second_worker_leaves_a_leased_job_alone_and_looks_again_later(handle: Any, sent: Sent) -> None:
    calls = []

    def step(call: Call, job: Job) -> Step:
        calls.append(job.progress)
        if len(calls) == 1:
            worker.run(call, job.id, soon())
        return Step(True, 1)

    handle(step)
    call, job_id = begun()
    worker.run(call, job_id, soon())
    assert calls == [0]
    assert 1 <= sent[0][2] <= 91
    assert service.read(call, job_id).state is JobState.DONE


def test_a_cancelled_job_stops_after_the_piece_at_hand(handle: Any, sent: Sent) -> None:
    def step(call: Call, job: Job) -> Step:
        if job.progress == 1:
            commit(call, service.cancel, job.id)
        return count(call, job)

    handle(step)
    call, job_id = begun(total=10)
    worker.run(call, job_id, soon())
    job = service.read(call, job_id)
    assert (job.state, job.progress) == (JobState.CANCELLED, 1)
    assert [entry.event for entry in entries(call.tenant)] == ["thing.begun", "job.cancelled"]


def test_a_failing_piece_is_tried_five_times_and_then_the_job_fails_with_a_safe_reason(handle: Any, sent: Sent) -> None:
    def step(call: Call, job: Job) -> Step:
        raise Conflict("Mrs Miller")

    handle(step)
    call, job_id = begun()
    for _ in range(5):
        worker.run(call, job_id, soon())
    job = service.read(call, job_id)
    assert (job.state, job.error) == (JobState.FAILED, "Conflict: conflict")
    assert [message[2] for message in sent] == [5, 10, 20, 40]


def test_a_handler_may_say_itself_that_the_job_failed(handle: Any, sent: Sent) -> None:
    handle(lambda call, job: Step(True, 2, report={"bad": 1}, error="too_many_bad_rows"))
    call, job_id = begun()
    worker.run(call, job_id, soon())
    job = service.read(call, job_id)
    assert (job.state, job.error, job.progress, job.report) == (JobState.FAILED, "too_many_bad_rows", 2, {"bad": 1})


def test_a_job_whose_worker_died_anywhere_is_finished_by_the_next(handle: Any, sent: Sent) -> None:
    handle(count)
    call, job_id = begun()
    with stopped_clock() as now, Faults(client.dynamodb()) as faults:
        for number_of_call in range(1, 40):
            faults.reset()
            faults.at(number_of_call % 9 + 1, "crash_after" if number_of_call % 2 else "crash_before")
            now.sleep(worker.LEASE.total_seconds() + 1)
            try:
                worker.run(call, job_id, soon())
            except Crash:
                continue
            break
    job = service.read(call, job_id)
    assert (job.state, job.progress) == (JobState.DONE, 3)
    assert [entry.event for entry in entries(call.tenant)].count("job.done") == 1


def test_a_job_that_kills_its_worker_every_time_fails_after_five(handle: Any, sent: Sent) -> None:
    def step(call: Call, job: Job) -> Step:
        if job.progress == 1:
            raise Crash
        return count(call, job)

    handle(step)
    call, job_id = begun()
    with stopped_clock() as now:
        for _ in range(5):
            with pytest.raises(Crash):
                worker.run(call, job_id, soon())
            now.sleep(worker.LEASE.total_seconds() + 1)
        worker.run(call, job_id, soon())
    job = service.read(call, job_id)
    assert (job.state, job.error, job.progress) == (JobState.FAILED, "WorkerLost", 1)
    assert [entry.event for entry in entries(call.tenant)] == ["thing.begun", "job.failed"]


def test_a_silent_job_is_queued_again_once(handle: Any, sent: Sent) -> None:
    call, job_id = begun()
    assert worker.requeue_silent(call.tenant) == 0
    with stopped_clock() as now:
        now.sleep(301)
        assert worker.requeue_silent(call.tenant) == 1
        assert worker.requeue_silent(call.tenant) == 0
        now.sleep(301)
        assert worker.requeue_silent(call.tenant) == 1
    assert sent == [(call.tenant.id, job_id, 0)] * 2


def test_jobs_are_read_listed_and_cancelled(acme: Client) -> None:
    call = Call.system(Tenant(acme.tenant), "test")
    first, second = commit(call, begin, 3), commit(call, begin, 3)
    shown = acme.get(f"/v1/jobs/{first}").ok()
    assert (shown["state"], shown["kind"], shown["entity_id"]) == ("queued", "test.count", "thing_1")
    assert [job["id"] for job in acme.get("/v1/jobs").ok()["data"]] == [second, first]
    cancelled = acme.post(f"/v1/jobs/{first}/cancel").ok()
    assert (cancelled["state"], cancelled["allowed_transitions"], cancelled["version"]) == ("cancelled", [], 2)
    assert acme.get(f"/v1/jobs/{first}").ok() == cancelled
    acme.post(f"/v1/jobs/{first}/cancel").refused(409, "transition_refused")
    assert [job["id"] for job in acme.get("/v1/jobs?state=queued").ok()["data"]] == [second]
    acme.get("/v1/jobs/nonsense").refused(404, "not_found")
    acme.world.tenant().get(f"/v1/jobs/{second}").refused(404, "not_found")


def test_one_commit_starts_one_job(world: World) -> None:
    @use_case(BEGUN)
    def twice(work: Work) -> None:
        begin(work, 1)
        begin(work, 1)

    with pytest.raises(RuntimeError):
        commit(Call.system(new_tenant(), "test"), twice)


def test_progress_and_cancelling_at_the_same_time_end_in_one_clear_state(handle: Any, sent: Sent) -> None:
    cancelled = threading.Event()
    call, job_id = begun(total=1000)

    def cancel() -> None:
        commit(call, service.cancel, job_id)
        cancelled.set()

    def step(call: Call, job: Job) -> Step:
        if job.progress == 3:
            threading.Thread(target=cancel).start()
        return count(call, job)

    handle(step)
    with Conflicts(client.dynamodb(), seed=3):
        worker.run(call, job_id, soon())
        cancelled.wait()
    job = service.read(call, job_id)
    assert job.state is JobState.CANCELLED
    assert 3 <= job.progress < 1000
    assert row(call, job_id).lease is None
