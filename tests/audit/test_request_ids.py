"""One id joins what a request leaves: the gateway's access log, the log lines, the journal, and the answer."""

import json
import uuid
from typing import Any

import pytest

from tests.access import forge
from tests.contract.watching import access_log, watching
from tests.world import Client, Reply, World


def lines(text: str) -> list[dict[str, Any]]:
    """The JSON lines that were written."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_refused_token_is_found_in_the_log_of_the_authorizer_by_its_access_line(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(world.access_lines)
    capsys.readouterr()
    header = forge.header_value(forge.acting_as(world.issuer), "issuer/another realm")
    reply = Reply(*world.gateway.handle("GET", "/v1/items", {"Authorization": header}, source_ip="203.0.113.7"))
    problem = reply.refused(401, "unauthorized")
    (refusal,) = lines(capsys.readouterr().out)
    (row,) = access_log(world, before)
    assert (refusal["event"], refusal["reason"]) == ("token_refused", "issuer_refused")
    assert refusal["authorizer_id"] == row["authorizer_id"] != ""
    assert row["request_id"] == problem["request_id"] == reply.header("x-request-id")
    assert (row["ip"], row["status"], row["error"]) == ("203.0.113.7", 401, "UNAUTHORIZED")


def test_each_refused_token_has_an_id_of_its_own(world: World) -> None:
    before = len(world.access_lines)
    header = forge.header_value(forge.acting_as(world.issuer), "issuer/another realm")
    for _ in range(3):
        world.gateway.handle("GET", "/v1/items", {"Authorization": header})
    world.anonymous().get("/v1/items").refused(401, "unauthorized")
    rows = access_log(world, before)
    assert len({row["request_id"] for row in rows}) == 4
    assert len({row["authorizer_id"] for row in rows} - {None}) == 3


def test_a_refused_request_has_one_id_in_its_answer_its_log_line_and_its_access_line(acme: Client) -> None:
    world, sales = acme.world, acme.as_("sales")
    sales.get("/v1/items").ok()  # so that the authorizer is not asked again
    before = len(world.access_lines)
    with watching(world) as traces:
        reply = sales.call("GET", "/v1/audit", headers={"X-Request-Id": "order-desk-7"})
    problem = reply.refused(403, "forbidden")
    (logged,) = [line for line in lines(traces.logs.getvalue()) if line["message"] == "refused"]
    (row,) = access_log(world, before)
    assert row["request_id"] == logged["request_id"] == problem["request_id"] == reply.header("x-request-id")
    assert logged["client_request_id"] == reply.header("x-client-request-id") == "order-desk-7"
    assert problem["client_request_id"] == "order-desk-7"
    assert "client_request_id" not in sales.get("/v1/audit").refused(403, "forbidden")
    assert (row["status"], row["authorizer_id"]) == (403, None)


def test_a_change_has_one_id_in_the_journal_the_feed_and_the_access_log(acme: Client) -> None:
    before = len(acme.world.access_lines)
    body = {"sku": f"R-{uuid.uuid4().hex[:8]}", "name": "n"}
    headers = {"Idempotency-Key": "k", "X-Request-Id": "order-desk-7"}
    reply = acme.call("POST", "/v1/items", body, headers)
    (row,) = access_log(acme.world, before)
    acme.world.settle()
    audited = acme.get(f"/v1/audit?entity_id={reply.ok()['id']}").ok()["data"]
    fed = [change for change in acme.get("/v1/changes").ok()["data"] if change["entity_id"] == reply.ok()["id"]]
    assert len(audited) == len(fed) == 1
    for entry in (*audited, *fed):
        assert entry["request_id"] == row["request_id"] == reply.header("x-request-id")
        assert entry["client_request_id"] == "order-desk-7"
    assert acme.get("/v1/audit/verify").ok()["intact"]


def test_a_change_of_a_caller_without_an_id_has_ours_alone(acme: Client) -> None:
    acme.post("/v1/items", {"sku": f"R-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
    assert acme.get("/v1/audit").ok()["data"][0]["client_request_id"] is None
