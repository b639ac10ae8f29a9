"""Every deployed handler, imported by its handler string from the package in a fresh interpreter, and invoked.

Chalice never imports app.py for the functions behind events, so a test client proves nothing about them. Compiled
extensions are built for Lambda's processor; this machine's take their place, everything else comes from the package.
"""

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import Packaged
from tests.world import Client, World

EXTENSIONS = ("msgspec", "cryptography", "_cffi_backend*", "charset_normalizer", "*__mypyc*")
RUNNER = Path(__file__).parent / "lambda_runner.py"


@dataclass(frozen=True)
class Deployed:
    """The package, ready to be run on this machine against the test world."""

    packaged: Packaged
    extensions: Path

    def handler(self, function: str) -> str:
        return str(self.packaged.functions[function]["Handler"])

    def invoke(self, function: str, event: Any) -> dict[str, Any]:
        """The handler's answer and what was imported for it."""
        environment = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "NOVEX_"))}
        arguments = [self.handler(function), str(self.extensions), str(self.packaged.code)]
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "error", str(RUNNER), *arguments],
            input=json.dumps(event),
            env=environment,
            cwd=self.packaged.code,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        result["log"] = done.stdout + done.stderr
        assert result["outside"] == []
        return result


@pytest.fixture
def deployed(packaged: Packaged, world: World, tmp_path: Path) -> Deployed:
    site = Path(sysconfig.get_path("platlib"))
    for pattern in EXTENSIONS:
        for entry in site.glob(pattern):
            if entry.is_dir():
                shutil.copytree(entry, tmp_path / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(entry, tmp_path)
    return Deployed(packaged, tmp_path)


def test_every_function_of_the_package_is_invoked_below(packaged: Packaged) -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in packaged.functions if f'.invoke("{name}"' not in tested] == []


def test_the_api_answers(deployed: Deployed, acme: Client) -> None:
    created = acme.post("/v1/items", {"sku": "PACKED-1", "name": "From the package"}).ok()
    event = _request("/v1/{proxy+}", f"/v1/items/{created['id']}", _context(deployed, acme))
    result = deployed.invoke("APIHandler", event)
    answer = result["answer"]
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, created)
    assert [name for name in result["modules"] if name.endswith(".routes")] == ["chalicelib.catalog.items.routes"]


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/docs", "/openapi.json"])
def test_the_system_routes_answer(deployed: Deployed, path: str) -> None:
    result = deployed.invoke("APIHandler", _request(path, path, {}))
    answer = result["answer"]
    assert answer["statusCode"] == 200, result["log"]
    assert "chalicelib.edge.openapi" not in result["modules"]


def test_the_packaged_document_names_every_route(deployed: Deployed) -> None:
    from chalicelib.edge import index
    from chalicelib.edge.versions import history

    answer = deployed.invoke("APIHandler", _request("/openapi.json", "/openapi.json", {}))["answer"]
    assert answer["body"].encode() == index.document(history.newest())


def test_the_authorizer_lets_a_good_token_in_and_never_loads_botocore(deployed: Deployed, acme: Client) -> None:
    result = deployed.invoke("Authorize", _token_event(acme))
    assert result["answer"]["context"]["tenant"] == acme.tenant
    assert not [name for name in result["modules"] if name.split(".")[0] in ("botocore", "boto3", "pynamodb", "app")]


def test_the_sequencer_numbers_what_the_stream_tells(deployed: Deployed, acme: Client) -> None:
    acme.post("/v1/items", {"sku": "PACKED-2", "name": "Numbered"}).ok()
    result = deployed.invoke("SequenceJournal", {"Records": _journal_records(acme.tenant)})
    assert result["answer"] == {"batchItemFailures": []}
    assert "app" not in result["modules"]
    assert [entry["number"] for entry in acme.get("/v1/changes").ok()["data"]] == [1]


def test_the_dispatcher_wakes_who_is_interested(deployed: Deployed, acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": "PACKED-5", "name": "Woken"}).ok()
    acme.post(f"/v1/items/{item['id']}/archive", etag=1).ok()
    deployed.invoke("SequenceJournal", {"Records": _journal_records(acme.tenant)})
    result = deployed.invoke("DispatchChanges", {"Records": _journal_records(acme.tenant)})
    assert result["answer"] == {"wakes": 2}
    assert "app" not in result["modules"]


def test_the_consumers_run(deployed: Deployed, acme: Client) -> None:
    acme.post("/v1/items", {"sku": "PACKED-3", "name": "Read"}).ok()
    records = _journal_records(acme.tenant)
    deployed.invoke("SequenceJournal", {"Records": records})
    wake = json.dumps({"tenant": acme.tenant, "consumer": "inventory.filling"})
    result = deployed.invoke("RunConsumers", _message(wake))
    assert result["answer"] == {"batchItemFailures": []}
    assert "app" not in result["modules"]


def test_the_inbox_takes_a_message(deployed: Deployed, acme: Client) -> None:
    message = json.dumps({"tenant": acme.tenant, "delivery": "dlv_nobody"})
    result = deployed.invoke("ProcessInbox", _message(message))
    assert set(result["answer"]) == {"batchItemFailures"}
    assert "app" not in result["modules"]


def test_the_jobs_worker_takes_a_message(deployed: Deployed, acme: Client) -> None:
    message = json.dumps({"tenant": acme.tenant, "job_id": "job_nobody"})
    result = deployed.invoke("RunJobs", _message(message))
    assert set(result["answer"]) == {"batchItemFailures"}
    assert "app" not in result["modules"]


def test_the_intake_stores_a_line(deployed: Deployed, acme: Client) -> None:
    line = json.loads(deployed.packaged.api["AccessLogSetting"]["Format"])
    line |= {"request_id": "packed", "time_ms": "1795449600000", "ip": "192.0.2.1", "method": "GET", "status": "200"}
    line |= {"route": "/v1/{proxy+}", "path": "/api/v1/items", "stage": "api", "base_path": "-"}
    line |= {"latency_ms": "7", "tenant": acme.tenant, "actor": "somebody", "error": "-"}
    packed = gzip.compress(json.dumps({"logEvents": [{"id": "1", "message": json.dumps(line)}]}).encode())
    result = deployed.invoke("IntakeAccessLog", {"awslogs": {"data": base64.b64encode(packed).decode()}})
    assert result["answer"] == {"stored": 1}
    assert "app" not in result["modules"]
    stored = acme.get("/v1/access-log?from=2026-11-22T00:00:00Z").ok()["data"]
    assert [entry["route"] for entry in stored] == ["/v1/items"]
    assert not [name for name in result["modules"] if name.endswith(".routes")]


def test_the_operator_is_answered(deployed: Deployed, acme: Client) -> None:
    acme.patch("/v1/tenant", {"name": "Packed"}, etag=1).ok()
    acme.world.settle()
    result = deployed.invoke("ManageTenants", {"action": "show", "tenant": acme.tenant})
    assert result["answer"] == {"tenants": [{"id": acme.tenant, "name": "Packed", "status": "active"}]}
    assert "app" not in result["modules"]


def test_the_reconciler_runs(deployed: Deployed, acme: Client) -> None:
    acme.post("/v1/items", {"sku": "PACKED-4", "name": "Reconciled"}).ok()
    result = deployed.invoke("Reconcile", _schedule())
    assert result["answer"]["tenants"] >= 1
    assert "app" not in result["modules"]


def test_the_waker_runs(deployed: Deployed) -> None:
    assert deployed.invoke("WakeConsumers", _schedule())["answer"]["wakes"] >= 0


def test_the_sweeps_dry_run_reports_every_declared_rule(deployed: Deployed, acme: Client) -> None:
    from chalicelib import modules

    result = deployed.invoke("SweepRetention", {**_schedule(), "dry_run": True})
    text = json.dumps(result["answer"])
    declared = [rule.rule for model in modules.tables() for rule in model.retention_rules()]
    assert declared
    assert not [rule for rule in declared if rule not in text]
    assert "app" not in result["modules"]


def _context(deployed: Deployed, client: Client) -> dict[str, str]:
    answer = deployed.invoke("Authorize", _token_event(client))["answer"]
    return {**answer["context"], "principalId": answer["principalId"]}


def _token_event(client: Client) -> dict[str, str]:
    arn = "arn:aws:execute-api:us-east-1:000000000000:api/api/GET/v1/items"
    return {"type": "TOKEN", "authorizationToken": f"Bearer {client.token}", "methodArn": arn}


def _request(resource: str, path: str, authorizer: dict[str, str]) -> dict[str, Any]:
    """An event as API Gateway sends it."""
    parameters = {"proxy": path.removeprefix("/v1/")} if resource != path else None
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Accept": "*/*"},
        "multiValueHeaders": {"Accept": ["*/*"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "path": f"/api{path}",
            "requestId": "chosen",
            "extendedRequestId": "packed",
            "stage": "api",
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": authorizer,
        },
    }


def _journal_records(tenant: str) -> list[dict[str, Any]]:
    """Stream records of every entry of a tenant's journal."""
    from chalicelib.kernel import clock, journal
    from chalicelib.kernel.dynamo import store
    from chalicelib.kernel.tenant import Tenant

    partition = Tenant(tenant).key(clock.text(clock.now())[:7])
    entries = list(store.query_all(journal.Entry, journal.Entry.partition == partition))
    return [
        {
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "Keys": entry.key(),
                "NewImage": {name: value for name, value in entry.item().items() if name != "chain"},
                "SequenceNumber": str(index),
            },
        }
        for index, entry in enumerate(entries)
    ]


def _message(body: str) -> dict[str, Any]:
    record = {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}


def _schedule() -> dict[str, Any]:
    return {
        "id": "event",
        "version": "0",
        "account": "000000000000",
        "time": "2026-11-23T00:00:00Z",
        "region": "us-east-1",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "resources": [],
        "detail": {},
    }
