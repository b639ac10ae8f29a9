"""What leaves nothing behind in any table, queue, secret or bucket: dry runs, reads, changes to what is so already."""

import json
from typing import Any

from chalicelib import modules
from chalicelib.kernel.dynamo import client as store_client
from tests.contract import sample_tenant
from tests.contract.asking import ask, body_for, current_etag, required_query
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Reply, World

NOT_OF_THE_COMMAND = {"rate_windows", "access_log"}
"""Counts and logs of requests; a dry run is a request."""


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
    ours: SampleTenant = sample_tenant.settled(world.tenant(is_sandbox=True))
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
            # A search of the samples finds nothing about which there is something to decide.
            nothing_there = 404 if operation.name in ("include_finding", "exclude_finding") else 409
            assert reply.status in (200, 409, nothing_there), (operation.name, reply.body)
            assert reply.status != 200 or reply.header("dry-run") == "true", operation.name
            assert reply.header("location") == "", operation.name
            world.settle()
    after = stored(world, ours.client.tenant)
    assert {name for name in before if before[name] != after[name]} == set()
    assert sum(status == 200 for status in answers.values()) > len(answers) * 0.6


def test_no_read_changes_anything(world: World, routes: list[Operation]) -> None:
    """Once for each version of the privacy policy, a reading writes to its ledger that the text was shown, and the next
    request that the user has accepted it by going on. That was before."""
    ours: SampleTenant = sample_tenant.settled(world.tenant(is_sandbox=True))
    for path in ("/v1/privacy/policy", "/v1/items"):
        ours.client.get(path).ok()
    world.settle()
    before = stored(world, ours.client.tenant)
    for operation in routes:
        if operation.method == "GET":
            path = operation.path(ours.ids) if operation.path_names else required_query(operation, ours)
            for method in ("GET", "HEAD"):
                assert ours.client.call(method, path).status == 200, operation.name
            world.settle()
    after = stored(world, ours.client.tenant)
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_change_to_what_is_so_already_changes_nothing(world: World, routes: list[Operation]) -> None:
    ours: SampleTenant = sample_tenant.settled(world.tenant(is_sandbox=True))

    def change(operation: Operation, body: Any) -> tuple[Reply, str]:
        etag = current_etag(operation, ours.client, ours.ids)
        return ask(operation, ours.client, operation.path(ours.ids), body, etag), etag

    bodies = [(operation, body_for(operation, ours)) for operation in routes if operation.method == "PATCH"]
    # Twice, because a document takes in what another one is by then: an order the new name of a tax.
    for _ in range(2):
        changed = [(operation, body) for operation, body in bodies if change(operation, body)[0].status == 200]
    assert len(changed) >= 8
    world.settle()
    before = stored(world, ours.client.tenant)
    for operation, body in changed:
        again, etag = change(operation, body)
        assert (again.status, again.etag) == (200, etag), operation.name
    world.settle()
    after = stored(world, ours.client.tenant)
    assert {name for name in before if before[name] != after[name]} == set()
