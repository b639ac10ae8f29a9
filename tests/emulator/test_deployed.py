"""The packaged stack, made on an emulated AWS by the deploy command, from the gateway to the queues.

What a function does is asked of the API or of its answer, so that these tests hold however the work is divided.
"""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.integrations.inbox.tables import Delivery
from infra import package
from infra.stack.names import plural_of
from tests.emulator.conftest import STACK, STAGE, Deployed, run, succeed
from tests.emulator.emulator import until
from tests.factories import shop
from tests.integrations.orders import line, order
from tests.integrations.shops import Shop
from tests.world import Client

CLOCK = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "000000000000",
    "time": "2026-11-26T00:00:00Z",
    "region": "eu-central-1",
    "resources": [],
    "detail": {},
}
ELSEWHERE = "eu-west-1"
_DELIVERIES = f"novex-{STAGE}-{plural_of(Delivery)}"


def test_the_stack_is_ready_and_its_reference_is_public(deployed: Deployed) -> None:
    assert deployed.anonymous().get("/ready").ok()["status"] == "ready"
    assert deployed.anonymous().get("/docs").status == 200


def test_who_has_no_token_of_the_issuer_is_refused_at_the_gateway(deployed: Deployed, acme: Client) -> None:
    assert deployed.anonymous().get("/v1/items").status == 401
    acme.token = acme.token[:-8] + "AAAAAAAA"
    assert acme.get("/v1/items").status == 401
    acme.as_("analyst").post("/v1/items", {"sku": "A", "name": "A"}).refused(403, "forbidden")


def test_the_first_order_is_shipped_and_every_commit_is_numbered(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)["id"]
    made = here.confirmed((item, 2))
    acme.post("/v1/shipments", {"order_id": made["id"], "ship": {"carrier": "Parcel Express"}}).ok()
    assert here.level(item) == ("3", "0", "3")
    changes = until(lambda: _changes(acme, 6), "six numbered changes")
    assert [change["number"] for change in changes] == list(range(1, len(changes) + 1))
    assert changes[-1]["event"] == "shipment.shipped"


def test_a_backorder_is_filled_when_goods_arrive(acme: Client) -> None:
    here = shop(acme)
    item = here.item()["id"]
    waiting = here.confirmed((item, 3))
    here.receive(item, 4)
    filled = until(lambda: _order(acme, waiting["id"], "fulfilment", "committed"), "a filled backorder")
    assert filled["lines"][0]["committed"] == "3"


def test_a_signed_webhook_becomes_an_order(acme: Client) -> None:
    here = shop(acme)
    item = here.item(on_hand=5)
    connected = Shop(acme, warehouse_id=here.warehouse)
    assert connected.deliver(order(line(item["sku"], 2)), X_Shopify_Hmac_Sha256="bm8=").status == 401
    row = _done(connected, order(line(item["sku"], 2)))
    assert row["state"] == "done"
    assert _order(acme, row["order_id"], "status", "confirmed")["fulfilment"] == "committed"


def test_a_large_order_is_confirmed_by_a_job(acme: Client) -> None:
    here = shop(acme)
    rows = [{"sku": f"L-{number}", "name": f"Line {number}"} for number in range(120)]
    items = []
    for start in range(0, 120, 40):
        made = acme.post("/v1/items/bulk-upsert", {"items": rows[start : start + 40]}).ok()["rows"]
        lines = [{"item_id": row["id"], "location_id": here.location, "quantity": "5"} for row in made]
        acme.post("/v1/stock/receipts", {"lines": lines}).ok()
        items += [row["id"] for row in made]
    large = here.order(*[(item, 2) for item in items], reservation="full")
    accepted = acme.post(f"/v1/sales-orders/{large['id']}/confirm", {}, etag=1)
    assert accepted.status == 202
    job = until(lambda: _ended(acme, accepted.header("location")), "the job's end")
    assert (job["state"], job["error"]) == ("done", None)
    assert _order(acme, large["id"], "status", "confirmed")["fulfilment"] == "committed"


def test_lines_of_the_gateways_log_become_rows_of_the_access_log(deployed: Deployed, acme: Client) -> None:
    shop(acme)  # the lines of a tenant that never wrote lie under the platform
    until(lambda: acme.get("/v1/changes?after=0").ok()["data"], "a numbered change")
    said = {"extendedRequestId": "req-1", "requestTimeEpoch": f"{datetime.now(UTC).timestamp() * 1000:.0f}"}
    said |= {"httpMethod": "GET", "resourcePath": "/v1/items", "path": "/api/v1/items", "status": "200"}
    said |= {"identity.sourceIp": "203.0.113.9", "responseLatency": "12"}
    _log(deployed, said | {"authorizer.tenant": acme.tenant, "authorizer.sub": "user-1"})
    (row,) = until(lambda: acme.get("/v1/access-log").ok()["data"], "a row of the access log")
    assert (row["request_id"], row["ip"], row["status"], row["actor"]) == ("req-1", "203.0.113.9", 200, "user-1")


def test_the_sweep_deletes_raw_bodies_whose_time_is_over(deployed: Deployed, acme: Client) -> None:
    connected = Shop(acme)
    young, old = (_done(connected, order(line(None, 1))) for _ in range(2))
    rows = {row["id"]["S"]: row for row in _deliveries(deployed)}
    _set(deployed, rows[old["id"]], received_at="2026-01-02T03:04:05.000000Z")
    report = deployed.invoke("sweep_retention", {})
    assert report["outcome"] == "finished"
    listed = deployed.emulator.client("s3").list_object_versions(Bucket=deployed.outputs["BucketName"])
    kept = {version["Key"] for version in listed["Versions"]}
    assert rows[young["id"]]["body_key"]["S"] in kept
    assert rows[old["id"]]["body_key"]["S"] not in kept
    assert acme.get("/v1/retention/runs").ok()["data"][0]["id"] == report["run_id"]


def test_what_the_clock_invokes_finds_nothing_that_its_role_keeps_from_it(deployed: Deployed, acme: Client) -> None:
    shop(acme).item(on_hand=1)
    rules = deployed.emulator.client("events")
    scheduled = [rule["Name"] for rule in rules.list_rules()["Rules"] if "ScheduleExpression" in rule]
    arns = [target["Arn"] for name in scheduled for target in rules.list_targets_by_rule(Rule=name)["Targets"]]
    assert len(arns) == len(scheduled) > 0
    for arn in arns:
        answer = deployed.invoke(arn.rpartition(f":{STACK}-")[2], CLOCK)
        assert answer.get("failed", 0) == 0, (arn, answer)


def test_the_operator_makes_a_tenant_whose_administrator_is_invited(deployed: Deployed) -> None:
    secret = {"Name": f"novex/{STAGE}/keycloak-admin", "SecretString": json.dumps(deployed.issuer.admin_secret())}
    deployed.emulator.client("secretsmanager").create_secret(**secret)
    given = ("create", "--name", "Umbrella Trading", "--email", "ada@umbrella.example")
    printed = succeed(deployed.emulator, *given, command="infra.tenants")
    (made,) = re.findall(r"^(\S+)  active  Umbrella Trading$", printed, re.MULTILINE)
    assert made in succeed(deployed.emulator, "list", command="infra.tenants")
    (user,) = deployed.client(made).get("/v1/users").ok()["data"]
    assert (user["email"], user["status"]) == ("ada@umbrella.example", "invited")


def test_a_function_may_do_what_its_role_allows_and_nothing_else(deployed: Deployed, acme: Client) -> None:
    stranger = deployed.emulator.client("dynamodb", key="AKIASTRANGER")
    with pytest.raises(ClientError, match="security token"):
        stranger.list_tables()
    configured = deployed.emulator.client("lambda").get_function_configuration(
        FunctionName=deployed.outputs["APIHandlerName"]
    )
    role = {"RoleName": configured["Role"].rpartition("/")[2], "PolicyName": "closed"}
    closed = {"Effect": "Deny", "Action": ["dynamodb:Query", "dynamodb:BatchGetItem"], "Resource": "*"}
    roles = deployed.emulator.client("iam")
    acme.get("/v1/items").ok()
    roles.put_role_policy(**role, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [closed]}))
    assert acme.get("/v1/items").status in (500, 503)
    roles.delete_role_policy(**role)
    acme.get("/v1/items").ok()


def test_a_first_deployment_that_failed_is_repeated_by_the_same_command(deployed: Deployed, tmp_path: Path) -> None:
    """In another region, where at first something never gets ready."""
    emulator, mended = deployed.emulator, ("app", "--package", str(deployed.folder))
    succeed(emulator, "bootstrap", region=ELSEWHERE)
    failed = run(emulator, "app", "--package", str(_broken(deployed, tmp_path)), region=ELSEWHERE)
    assert (failed.returncode, "novex-dev is ROLLBACK_COMPLETE." in failed.stderr) == (1, True), failed.stderr
    assert "\nNeverReady: " in failed.stderr
    left = emulator.client("dynamodb", ELSEWHERE).list_tables()["TableNames"]
    assert f"{STACK}-journal" in left
    assert not emulator.client("sqs", ELSEWHERE).list_queues().get("QueueUrls")
    printed = succeed(emulator, *mended, region=ELSEWHERE)
    assert f"{STACK}: its first deployment had failed; deleted." in printed
    assert len(re.findall(r"^Import +AWS::DynamoDB::Table ", printed, re.MULTILINE)) == len(left)
    assert f"{STACK}: nothing to change." in succeed(emulator, *mended, region=ELSEWHERE)


def _broken(deployed: Deployed, folder: Path) -> Path:
    """The package, with a resource that fails when its tables and queues are there."""
    template = package.read_template(deployed.folder)
    made = template["Resources"]
    first = [name for name, each in made.items() if each["Type"] in ("AWS::DynamoDB::Table", "AWS::SQS::Queue")]
    made["Handle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    made["NeverReady"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": first,
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"},
    }
    (folder / "sam.json").write_text(json.dumps(template))
    shutil.copy(deployed.folder / "deployment.zip", folder)
    return folder


def _changes(acme: Client, count: int) -> list[Any]:
    """The tenant's changes, once there are so many."""
    found: list[Any] = acme.get("/v1/changes?after=0").ok()["data"]
    return found if len(found) >= count else []


def _order(acme: Client, order_id: str, member: str, value: str) -> Any:
    """The order, once it says so."""
    found = acme.get(f"/v1/sales-orders/{order_id}").ok()
    return found if found[member] == value else None


def _ended(acme: Client, path: str) -> Any:
    job = acme.get(path).ok()
    return job if job["state"] in ("done", "failed", "cancelled") else None


def _log(deployed: Deployed, said: dict[str, str]) -> None:
    """Writes the line that the gateway would have written: the emulator's writes none."""
    template = package.read_template(deployed.folder)
    setting = template["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]
    text = re.sub(r"\$context\.([\w.]+)", lambda found: said.get(found[1], "-"), setting["Format"])
    stream = {"logGroupName": f"/novex/{STAGE}/api-access", "logStreamName": said["extendedRequestId"]}
    logs = deployed.emulator.client("logs")
    logs.create_log_stream(**stream)
    logs.put_log_events(**stream, logEvents=[{"timestamp": int(said["requestTimeEpoch"]), "message": text}])


def _done(connected: Shop, payload: Any) -> Any:
    """The row of the inbox for a new delivery, when it has been worked on."""
    inbox = f"/v1/integrations/inbox?connection_id={connected.id}"
    known = {row["id"] for row in connected.acme.get(inbox).ok()["data"]}
    connected.deliver(payload).ok()

    def worked_on() -> Any:
        rows = connected.acme.get(inbox).ok()["data"]
        return [row for row in rows if row["id"] not in known and row["state"] not in ("received", "processing")]

    return until(worked_on, "a delivery that was worked on")[0]


def _deliveries(deployed: Deployed) -> list[Any]:
    rows: list[Any] = deployed.emulator.client("dynamodb").scan(TableName=_DELIVERIES)["Items"]
    return rows


def _set(deployed: Deployed, row: Any, **values: str) -> None:
    """Changes a row as no function of ours could."""
    changed = row | {name: {"S": value} for name, value in values.items()}
    deployed.emulator.client("dynamodb").put_item(TableName=_DELIVERIES, Item=changed)
