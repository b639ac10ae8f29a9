"""A dry run answers as the command would, and leaves nothing behind: in no table, queue, secret or bucket."""

import json
from typing import Any

from chalicelib import modules
from chalicelib.kernel.dynamo import client as store_client
from tests.contract import sample_tenant
from tests.contract.asking import current_etag
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import World

NOT_OF_THE_COMMAND = {"rate_windows"}
"""Counts of requests; a dry run is a request."""


def stored(world: World, tenant: str) -> dict[str, Any]:
    """Everything that is kept of a tenant: rows by table, secrets, objects."""
    found: dict[str, Any] = {}
    for model in modules.tables():
        name = model.table_name().rpartition("-")[2]
        if name not in NOT_OF_THE_COMMAND:
            pages = store_client.dynamodb().get_paginator("scan").paginate(TableName=model.table_name())
            rows = (json.dumps(item, sort_keys=True, default=str) for page in pages for item in page["Items"])
            found[name] = sorted(row for row in rows if tenant in row)
    secrets = world.aws.client("secretsmanager").get_paginator("list_secrets").paginate()
    found["secrets"] = sorted(entry["ARN"] for page in secrets for entry in page["SecretList"] if tenant in str(entry))
    objects = world.aws.client("s3").list_objects_v2(Bucket=world.aws.bucket, Prefix=tenant)
    found["objects"] = sorted(entry["Key"] for entry in objects.get("Contents", []))
    return found


def test_a_dry_run_of_any_command_leaves_nothing_behind(world: World, routes: list[Operation]) -> None:
    ours: SampleTenant = sample_tenant.settled(world.tenant())
    world.settle()
    before = stored(world, ours.client.tenant)
    assert before["secrets"]
    assert len(before["journal"]) > 10
    answers = {}
    for operation in routes:
        if operation.endpoint.may_be_dry_run:
            body = ours.body(operation.name) if operation.body_schema is not None else None
            etag = current_etag(operation, ours.client, ours.ids) if operation.endpoint.change else ""
            headers = {**operation.headers("", etag), "Idempotency-Key": f"dry-{operation.name}"}
            reply = ours.client.call(operation.method, operation.path(ours.ids) + "?dry_run=true", body, headers)
            answers[operation.name] = reply.status
            assert reply.status in (200, 409), (operation.name, reply.body)
            assert reply.status != 200 or reply.header("dry-run") == "true", operation.name
            assert reply.header("location") == "", operation.name
            world.settle()
    after = stored(world, ours.client.tenant)
    assert {name for name in before if before[name] != after[name]} == set()
    assert sum(status == 200 for status in answers.values()) > len(answers) * 0.6
