"""Commands need a key, changes a version."""

import uuid

import pytest

from tests.contract.asking import body_for, is_problem
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client

ITEM = {"sku": "EDGE-1", "name": "n"}


def commands(routes: list[Operation]) -> list[Operation]:
    found = [operation for operation in routes if operation.endpoint.command]
    assert len(found) > 20
    return found


def changes(routes: list[Operation]) -> list[Operation]:
    found = [operation for operation in routes if operation.endpoint.change]
    assert len(found) > 20
    return found


def test_every_command_needs_an_idempotency_key(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in commands(routes):
        headers = operation.headers("x", '"1"')
        del headers["Idempotency-Key"]
        body = {} if operation.body_schema is not None else None
        reply = ours.client.call("POST", operation.path(ours.ids), body, headers)
        is_problem(reply, 400, "idempotency_key_missing")


def test_every_post_that_moves_something_is_a_command(routes: list[Operation]) -> None:
    others = {operation.name for operation in routes if operation.method == "POST" and not operation.endpoint.command}
    assert others == {
        *("receive_shopify_webhook", "receive_logout"),
        # Public, so a key is not asked for; one that is sent counts.
        *("receive_privacy_request", "send_form_code", "verify_form_code"),
        # These only read.
        *("find_duplicates_of_new_customer", "find_duplicates_of_new_vendor"),
        *("preview_prices", "preview_sales_order", "preview_vendor_items"),
    }


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "a\tb"])
def test_an_idempotency_key_that_is_none_is_refused(acme: Client, key: str) -> None:
    problem = is_problem(acme.call("POST", "/v1/items", ITEM, {"Idempotency-Key": key}), 400, "bad_request")
    assert [error["pointer"] for error in problem["errors"]] == ["/headers/Idempotency-Key"]


def test_every_change_needs_if_match(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in changes(routes):
        headers = operation.headers(uuid.uuid4().hex)
        del headers["If-Match"]
        body = body_for(operation, ours)
        reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
        is_problem(reply, 428, "precondition_required")


def test_every_change_refuses_another_version(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in changes(routes):
        body = body_for(operation, ours)
        headers = operation.headers(uuid.uuid4().hex, '"999999"')
        reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
        problem = is_problem(reply, 412, "precondition_failed")
        assert isinstance(problem["current_version"], int), operation.name


@pytest.mark.parametrize("tag", ["1", "W/1", '"1" "2"', '"1",x', "**", '"*', '"1" "', "x"])
def test_every_change_refuses_an_if_match_that_is_no_list_of_tags(
    ours: SampleTenant, routes: list[Operation], tag: str
) -> None:
    for operation in changes(routes):
        body = body_for(operation, ours)
        headers = operation.headers(uuid.uuid4().hex, tag)
        reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
        problem = is_problem(reply, 400, "bad_request")
        assert [error["pointer"] for error in problem["errors"]] == ["/headers/If-Match"], operation.name


@pytest.mark.parametrize("tag", ['W/"1"', '"x"', '"-1"', '""', '"8888", W/"1", "99999"'])
def test_a_tag_that_is_weak_or_not_ours_matches_no_change(
    ours: SampleTenant, routes: list[Operation], tag: str
) -> None:
    for operation in changes(routes):
        headers = operation.headers(uuid.uuid4().hex, tag)
        reply = ours.client.call(operation.method, operation.path(ours.ids), body_for(operation, ours), headers)
        is_problem(reply, 412, "precondition_failed")


def test_any_version_and_one_of_a_list_match(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": f"M-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
    path = f"/v1/items/{item['id']}"
    tags = ["*", '"1","2", "3"', '  "3"  ', '"7" , W/"9", "4"']
    versions = [acme.patch(path, {"name": str(index)}, tag).ok()["version"] for index, tag in enumerate(tags)]
    assert versions == [2, 3, 4, 5]
    acme.patch("/v1/items/itm_01k9zq3v5e7r2t8y4w6x1c9b3n", {"name": "n"}, "*").refused(404, "not_found")


def test_every_versioned_answer_carries_its_etag(ours: SampleTenant, routes: list[Operation]) -> None:
    seen = 0
    for operation in routes:
        is_page = operation.endpoint.returns is str
        if operation.method == "GET" and operation.path_names and "cursor" not in operation.query and not is_page:
            reply = ours.client.get(operation.path(ours.ids))
            if "version" in reply.ok():
                assert reply.etag == f'"{reply.ok()["version"]}"', operation.name
                seen += 1
    assert seen >= 7
