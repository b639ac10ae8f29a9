"""The conventions of a modern API: a test for each row of the checklist that the product was designed by.

What is true of all routes has wider tests beside this file. Rows 21 to 25 are about outgoing webhooks, which are not
here yet; row 28 is tests/identity/test_sandbox.py.
"""

import json
import re
import uuid
from typing import Any

import pytest

from chalicelib.edge import etags
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant, never
from tests.factories import shop
from tests.world import Client, Reply, World


def sku() -> str:
    return f"ROW-{uuid.uuid4().hex[:8]}"


def item(client: Client, **fields: Any) -> Any:
    return client.post("/v1/items", {"sku": sku(), "name": "n", **fields}).ok()


@pytest.fixture(scope="module")
def document(world: World) -> Any:
    return world.anonymous().get("/openapi.json").ok()


def test_row_1_every_error_is_a_problem_document_with_pointers_and_a_request_id(world: World, acme: Client) -> None:
    refused: list[Reply] = [
        world.anonymous().get("/v1/items"),
        acme.get("/v1/nothing"),
        acme.get("/nowhere"),
        acme.call("DELETE", "/v1/items"),
        acme.post("/v1/items", {"name": "", "price": {"amount": "x", "currency": "EUR"}}),
        Reply(*world.gateway.refuse("GET", "/v1/items", "THROTTLED", "127.0.0.1")),
    ]
    for reply in refused:
        assert reply.header("content-type") == "application/problem+json"
        assert {"type", "title", "status", "code", "request_id"} <= reply.json.keys()
        assert reply.json["request_id"] == reply.header("x-request-id")
    assert [each["pointer"] for each in refused[4].json["errors"]] == ["/sku", "/name", "/price/amount"]


def test_row_2_each_status_means_what_its_standard_says(acme: Client, theirs: SampleTenant) -> None:
    mine = item(acme)
    path = f"/v1/items/{mine['id']}"
    headers = {"Idempotency-Key": "x", "Content-Type": "text/plain"}
    told = [
        acme.post("/v1/items", b"{").status,
        acme.as_("auditor").post("/v1/items", {}).status,
        acme.get(f"/v1/items/{theirs.ids['item_id']}").status,
        acme.call("DELETE", path).status,
        acme.post("/v1/items", {"sku": mine["sku"], "name": "n"}).status,
        acme.patch(path, {"name": "m"}, 7).status,
        acme.call("POST", "/v1/items", b"x" * (1024 * 1024 + 1), headers).status,
        acme.call("POST", "/v1/items", b"{}", headers).status,
        acme.post("/v1/items", {}).status,
        acme.patch(path, {"name": "m"}).status,
    ]
    assert told == [400, 403, 404, 405, 409, 412, 413, 415, 422, 428]


def test_row_3_a_command_needs_a_key_and_is_done_once(acme: Client) -> None:
    body = {"sku": sku(), "name": "n"}
    acme.call("POST", "/v1/items", body).refused(400, "idempotency_key_missing")
    first, again = (acme.post("/v1/items", body, key="row-3") for _ in range(2))
    assert (again.ok(), again.header("idempotent-replayed")) == (first.ok(), "true")
    acme.post("/v1/items", {**body, "name": "m"}, key="row-3").refused(422, "idempotency_key_reused")


def test_row_4_an_id_of_another_system_belongs_to_one_document_whatever_the_key(acme: Client) -> None:
    reference = [{"system": "legacy", "id": uuid.uuid4().hex}]
    item(acme, external_refs=reference)
    acme.post("/v1/items", {"sku": sku(), "name": "n", "external_refs": reference}).refused(409, "already_exists")


def test_row_5_every_document_has_a_tag_and_a_change_needs_it(acme: Client) -> None:
    path = f"/v1/items/{item(acme)['id']}"
    assert acme.get(path).etag == etags.of_version(1)
    acme.patch(path, {"name": "m"}).refused(428, "precondition_required")
    acme.patch(path, {"name": "m"}, 2).refused(412, "precondition_failed")
    assert acme.patch(path, {"name": "m"}, 1).etag == etags.of_version(2)


def test_row_6_a_cursor_is_opaque_sealed_and_bound_to_its_list(world: World) -> None:
    acme, other = world.tenant(), world.tenant()
    for _ in range(30):
        item(acme, category="c")
    assert len(acme.get("/v1/items").ok()["data"]) == 25
    page = acme.get("/v1/items?limit=1&category=c")
    cursor = page.ok()["next_cursor"]
    assert f"cursor={cursor}" in page.header("link")
    assert acme.get(f"/v1/items?limit=1&category=c&cursor={cursor}").status == 200
    for client, query in ((other, "category=c"), (acme, "category=d"), (acme, "category=c&sort=sku")):
        client.get(f"/v1/items?limit=1&{query}&cursor={cursor}").refused(400, "bad_request")
    assert acme.get("/v1/items?limit=101").status == 400


def test_row_7_filters_sorts_fields_and_names_are_allow_lists(acme: Client, document: Any) -> None:
    for query in ("colour=red", "sort=price", "fields=colour", "include=vendor", "status=x", "sku=A&name_prefix=B"):
        acme.get(f"/v1/items?{query}").refused(400, "bad_request")
    names = {each["name"] for each in document["paths"]["/v1/sales-orders"]["get"]["parameters"]}
    assert {"sort", "fields", "include", "ids", "limit", "cursor"} <= names


def test_row_8_a_client_can_follow_what_changed(acme: Client) -> None:
    made = item(acme)
    acme.post(f"/v1/items/{made['id']}/archive", etag=1).ok()
    acme.world.settle()
    told = [each["event"] for each in acme.get("/v1/changes?after=0").ok()["data"] if each["entity_id"] == made["id"]]
    assert told == ["item.created", "item.archived"]
    changed = acme.get(f"/v1/items?updated_since={made['created_at']}").ok()["data"]
    assert [(each["id"], each["status"]) for each in changed] == [(made["id"], "archived")]


def test_row_9_money_quantities_times_and_ids_have_one_form(acme: Client) -> None:
    made = item(acme, price={"amount": "5.5", "currency": "EUR"})
    assert made["price"] == {"amount": "5.5", "currency": "EUR", "per": "1"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", made["created_at"])
    assert re.fullmatch(r"itm_[0-9a-z]{26}", made["id"])
    acme.post("/v1/items", {"sku": sku(), "name": "n", "price": {"amount": 5.5, "currency": "EUR"}}).refused(
        422, "invalid"
    )


def test_row_10_names_are_in_snake_case_and_lists_and_flags_are_never_null(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        for field, member in schema.get("properties", {}).items():
            # `lastUpdate` is named by the specification of Global Privacy Control.
            assert re.fullmatch(r"[a-z][a-z0-9_]*|x-events|lastUpdate", field), (name, field)
            kinds = {option.get("type") for option in member.get("anyOf", ())}
            may_be_empty = not name.startswith("New") and not name.endswith(("Change", "Input"))
            assert "null" not in kinds or not kinds & {"array"} or not may_be_empty or "warehouses" in field, (
                name,
                field,
            )


def test_row_11_long_work_is_a_job_with_progress_and_a_result(acme: Client) -> None:
    reply = acme.post("/v1/stock/check", {})
    assert (reply.status, reply.header("location")) == (202, f"/v1/jobs/{reply.json['job_id']}")
    job = acme.get(reply.header("location")).ok()
    assert {"state", "progress", "total", "report", "error"} <= job.keys()
    assert "cancel" in job["allowed_transitions"]


@pytest.mark.parametrize(("mode", "made"), [("skip_rows", 1), ("all_or_nothing", 0)])
def test_row_12_a_batch_tells_each_result_and_may_be_atomic(acme: Client, mode: str, made: int) -> None:
    good, bad = sku(), sku()
    body = {"items": [{"sku": good, "name": "n"}, {"sku": bad, "name": ""}], "on_error": mode}
    reply = acme.post("/v1/items/bulk-upsert", body)
    assert reply.status == (200 if made else 422)
    assert not made or [row["outcome"] for row in reply.json["rows"]] == ["created", "failed"]
    assert len(acme.get(f"/v1/items?sku={good}").ok()["data"]) == made
    assert acme.post("/v1/items/bulk-upsert", {"items": [{"sku": "x", "name": "n"}] * 101}).status == 422


def test_row_13_every_write_can_be_tried(acme: Client, routes: list[Operation]) -> None:
    assert all("dry_run" in each.query for each in routes if each.endpoint.command or each.endpoint.change)
    reply = acme.post("/v1/items?dry_run=true", {"sku": sku(), "name": "n"})
    assert (reply.header("dry-run"), acme.get("/v1/items").ok()["data"]) == ("true", [])


def test_row_14_a_document_is_archived_and_restored_and_never_deleted(acme: Client, routes: list[Operation]) -> None:
    path = f"/v1/items/{item(acme)['id']}"
    assert acme.post(f"{path}/archive", etag=1).ok()["status"] == "archived"
    assert acme.post(f"{path}/restore", etag=2).ok()["status"] == "active"
    assert not [each for each in routes if each.method == "DELETE"]


def test_row_15_a_request_has_an_id_and_a_trace_that_its_effects_name(acme: Client) -> None:
    headers = {"X-Request-Id": "mine-15", "Idempotency-Key": "row-15"}
    reply = acme.call("POST", "/v1/items", {"sku": sku(), "name": "n"}, headers)
    assert reply.header("x-client-request-id") == "mine-15"
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", reply.header("traceparent"))
    acme.world.settle()
    entry = acme.get(f"/v1/audit?entity=item&entity_id={reply.ok()['id']}").ok()["data"][0]
    assert (entry["request_id"], entry["client_request_id"]) == (reply.header("x-request-id"), "mine-15")


def test_row_16_limits_are_told_in_every_answer_and_on_a_route_of_their_own(acme: Client) -> None:
    reply = acme.get("/v1/limits")
    assert re.fullmatch(r'"(tenant|caller)";r=\d+;t=\d+', reply.header("ratelimit"))
    assert reply.header("ratelimit-policy").count(";q=") == len(reply.ok()["rates"])
    assert {each["name"] for each in reply.json["quotas"]} >= {"invitations", "stock_checks"}


def test_row_17_versions_are_dated_pinned_and_chosen_by_a_header(acme: Client, document: Any) -> None:
    newest = document["info"]["x-version"]
    assert acme.get("/v1/items").header("novex-version") == acme.get("/v1/tenant").ok()["api_version"] == newest
    older = acme.get("/v1/changelog").ok()["data"][-1]["version"]
    assert older <= newest
    acme.get("/v1/items", **{"Novex-Version": "2001-01-01"}).refused(400, "unknown_version")


def test_row_18_what_ends_says_so_in_standard_headers(acme: Client) -> None:
    from chalicelib.edge.versions import history

    oldest = history.VERSIONS[0].name
    reply = acme.get("/v1/items", **{"Novex-Version": oldest})
    assert re.fullmatch(r"@\d+", reply.header("deprecation"))
    assert reply.header("sunset").endswith(" GMT")
    assert 'rel="deprecation"' in reply.header("link")
    assert acme.get("/v1/items").header("deprecation") == ""


def test_row_19_the_specification_is_served_and_so_is_the_changelog(acme: Client, document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert acme.get("/v1/changelog").ok()["data"]
    assert all("example" in body for body in bodies(document))


def bodies(document: Any) -> list[Any]:
    operations = [each for path in document["paths"].values() for each in path.values()]
    found = [each["requestBody"]["content"]["application/json"] for each in operations if "requestBody" in each]
    assert len(found) > 25
    return found


def test_row_20_every_operation_names_its_permission_as_resource_and_action(document: Any) -> None:
    named = [each.get("x-permission") for path in document["paths"].values() for each in path.values()]
    assert {each for each in named if each and not re.fullmatch(r"[a-z_]+\.[a-z_]+", each)} == {"self"}


def test_row_26_a_change_and_its_event_are_one_commit(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.kernel.dynamo import store

    sent: list[list[str]] = []
    real = store.transact

    def watched(actions: Any, token: str) -> None:
        sent.append([action.request["TableName"].rpartition("-")[2] for action in actions])
        real(actions, token)

    monkeypatch.setattr(store, "transact", watched)
    item(acme)
    assert [{"items", "journal", "idempotency"} <= set(tables) for tables in sent] == [True]


def test_row_27_what_may_change_without_notice_is_promised(world: World) -> None:
    assert b"What may change at any time" in world.anonymous().get("/docs").body


def test_row_29_private_answers_are_not_kept_and_bodies_are_what_they_say(acme: Client) -> None:
    reply = acme.get("/v1/items")
    assert reply.header("cache-control") == "no-store"
    assert reply.header("content-type") == "application/json"
    assert acme.call("HEAD", "/v1/items").status == acme.call("OPTIONS", "/v1/items").status == 200
    for _ in range(60):
        item(acme, description="x" * 100)
    assert acme.get("/v1/items?limit=60", **{"Accept-Encoding": "gzip"}).header("content-encoding") == "gzip"


def test_row_30_health_is_shallow_and_readiness_deep(world: World) -> None:
    assert world.anonymous().get("/health").ok() == {"status": "ok"}
    assert {"store", "secrets"} <= set(json.loads(world.anonymous().get("/ready").body).get("checks", {}))


def test_a_foreign_id_answers_as_one_that_never_was(acme: Client, theirs: SampleTenant) -> None:
    foreign = theirs.ids["order_id"]
    for path in (f"/v1/sales-orders/{foreign}", f"/v1/sales-orders/{never(foreign)}"):
        acme.get(path).refused(404, "not_found")
    assert shop(acme).client.get(f"/v1/sales-orders?ids={foreign}").ok()["data"] == []
