"""The functions as Lambda loads them: by handler string, in a fresh interpreter, without app.py."""

import base64
import gzip
import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.events import heads
from chalicelib.functions import feed, retention
from chalicelib.kernel import clock, log
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import PLATFORM
from chalicelib.privacy.retention.tables import RetentionLease
from tests.events.feeds import entries, new_tenant, numbers, write
from tests.world import World

ROOT = Path(__file__).parents[2]
PROGRAM = """
import importlib, json, sys
module, _, name = sys.argv[1].rpartition(".")
class Context:
    aws_request_id = "1"
    def get_remaining_time_in_millis(self): return 60000
answer = getattr(importlib.import_module(module), name)(json.loads(sys.argv[2]), Context())
assert "app" not in sys.modules, "app.py was imported"
print("\\n" + json.dumps(answer))
"""
SCHEDULED = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "1",
    "time": "2026-11-23T00:00:00Z",
    "region": "eu-west-1",
    "resources": [],
    "detail": {},
}


def invoke(handler: str, event: Any) -> Any:
    """The handler's answer, from a process of its own."""
    command = [sys.executable, "-W", "error", "-c", PROGRAM, handler, json.dumps(event)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def record(entry: Entry, sequence: str = "1", name: str = "INSERT") -> dict[str, Any]:
    return {"eventName": name, "dynamodb": {"Keys": entry.key(), "SequenceNumber": sequence}}


def image(entry: Entry) -> dict[str, Any]:
    return {"eventName": "MODIFY", "dynamodb": {"NewImage": json_item(entry)}}


def json_item(entry: Entry) -> dict[str, Any]:
    """The item as Lambda gets it, without the binary hash."""
    return {name: value for name, value in entry.item().items() if name != "chain"}


def test_the_sequencer_and_the_consumers_run_by_their_handler_strings(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a", "b")
    records = [record(entry) for entry in entries(tenant)]
    done: dict[str, Any] = {"batchItemFailures": []}
    assert invoke("chalicelib.functions.feed.sequence_journal", {"Records": records}) == done
    assert numbers(tenant) == [1, 2]
    told = invoke("chalicelib.functions.feed.dispatch_changes", {"Records": [image(e) for e in entries(tenant)]})
    assert told == {"wakes": 0}
    wake = {"tenant": tenant.id, "consumer": "inventory.filling"}
    message = {"messageId": "m", "body": json.dumps(wake), "attributes": {"ApproximateReceiveCount": "1"}}
    assert invoke("chalicelib.functions.consumers.run_consumers", {"Records": [message]}) == done


def test_the_consumers_function_reports_the_wake_it_cannot_read(world: World) -> None:
    message = {"messageId": "m", "body": "nonsense", "attributes": {"ApproximateReceiveCount": "1"}}
    answer = invoke("chalicelib.functions.consumers.run_consumers", {"Records": [message]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}


def test_nobody_is_woken_whose_time_has_not_come(world: World) -> None:
    assert invoke("chalicelib.functions.schedules.wake_consumers", SCHEDULED)["wakes"] >= 0


def test_the_jobs_worker_reports_the_message_it_cannot_read(world: World) -> None:
    unknown = {"tenant": "t", "job_id": "job_01k9zzzzzzzzzzzzzzzzzzzzzz"}
    records = [
        {"messageId": "m1", "body": json.dumps(unknown), "receiptHandle": "r1"},
        {"messageId": "m2", "body": "nonsense", "receiptHandle": "r2"},
    ]
    answer = invoke("chalicelib.functions.jobs.run_jobs", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m2"}]}


def test_the_access_log_intake_takes_a_delivery_of_log_lines(world: World) -> None:
    tenant, at = new_tenant(), str(int(clock.now().timestamp() * 1000))
    line = {"path": "/api/v1/items/x", "request_id": "r", "time_ms": at, "route": "/v1/{proxy+}", "stage": "api"}
    line |= {"status": "401", "tenant": tenant.id}
    heads.register(tenant)
    packed = gzip.compress(json.dumps({"logEvents": [{"id": "1", "message": json.dumps(line)}]}).encode())
    event = {"awslogs": {"data": base64.b64encode(packed).decode()}}
    assert invoke("chalicelib.functions.access_log.intake_access_log", event) == {"stored": 1}
    rows = AccessLogEntry.partition == tenant.key(clock.text(clock.now())[:10])
    assert [row.route for row in store.query_all(AccessLogEntry, rows)] == ["/v1/items/{item_id}"]


def test_the_reconciler_finds_a_tenant_whose_stream_is_dead(world: World) -> None:
    tenant = new_tenant()
    write(tenant, "a", "b")
    # Tenants that other tests have broken may fail: each stands alone.
    assert invoke("chalicelib.functions.schedules.reconcile", SCHEDULED)["tenants"] >= 1
    assert numbers(tenant) == [1, 2]


@pytest.mark.parametrize("event", [{"dry_run": True}, {**SCHEDULED, "detail": {"dry_run": True}}])
def test_a_dry_run_of_the_sweep_reports_every_declared_rule(world: World, event: dict[str, Any]) -> None:
    report = invoke("chalicelib.functions.retention.sweep_retention", event)
    declared = sorted(rule.rule for model in modules.tables() for rule in model.retention_rules())
    assert (report["outcome"], report["dry_run"]) == ("finished", True)
    assert [entry["rule"] for entry in report["rules"]] == declared
    assert all(entry.keys() >= {"selected", "deleted", "released", "failed", "skipped"} for entry in report["rules"])


def test_the_sweep_runs_by_the_clock_once_a_day(world: World) -> None:
    store.write(store.delete(store.Ref(RetentionLease, PLATFORM.key("leases"), "retention")))
    report = invoke("chalicelib.functions.retention.sweep_retention", SCHEDULED)
    assert (report["outcome"], report["dry_run"]) == ("finished", False)
    assert retention.sweep_retention(SCHEDULED, None)["outcome"] == "not_due"
    assert retention.sweep_retention({}, None)["outcome"] == "finished"


def test_a_tenant_that_fails_does_not_hold_up_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy, ill = new_tenant(), new_tenant()
    write(healthy, "a")
    write(ill, "b")
    send = store.write

    def failing(action: store.Action) -> bool:
        if ill.id in action.ref.hash_key:
            raise RuntimeError("Mrs Miller")
        return send(action)

    monkeypatch.setattr(store, "write", failing)
    records = [record(entries(ill)[0], "7"), record(entries(healthy)[0], "8")]
    answer = feed.sequence_journal({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert (numbers(healthy), numbers(ill)) == ([1], [None])


def test_no_message_of_an_exception_reaches_the_log(world: World) -> None:
    formatter = log.logger().registered_handler.formatter
    assert formatter is not None
    try:
        raise ValueError("Mrs Miller of 12 High Street")
    except ValueError:
        found = logging.LogRecord("novex", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info())
    line = formatter.format(found)
    assert "Miller" not in line
    assert "ValueError" in line
