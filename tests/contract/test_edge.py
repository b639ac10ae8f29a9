"""What is true of every answer: problem documents, headers, and who is answered."""

import http.client
import json
import re
import socket
import uuid
from typing import Any

import pytest

from infra.gateway_responses import GATEWAY_RESPONSES
from infra.local.server import serve
from tests.contract.asking import is_problem, post
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, Reply, World

ORIGIN = "http://localhost:3000"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_an_unknown_route_and_an_undeclared_method_get_the_same_answer(acme: Client, routes: list[Operation]) -> None:
    answers = [acme.get("/v1/nothing/here"), acme.get("/"), acme.call("PUT", "/v1/items"), acme.delete("/v1/items/x")]
    answers += [acme.call("TRACE", operation.endpoint.path) for operation in routes]
    shapes = set()
    for reply in answers:
        problem = is_problem(reply, 404, "not_found")
        shapes.add(json.dumps({**problem, "request_id": ""}, sort_keys=True))
    assert len(shapes) == 1


def test_every_answer_of_the_gateway_has_the_shape_of_ours(world: World, acme: Client) -> None:
    for kind, response in GATEWAY_RESPONSES.items():
        reply = Reply(*world.gateway.refuse("GET", "/v1/items", kind, "127.0.0.1"))
        is_problem(reply, response.status, response.code)
        assert response.status != 429 or reply.header("retry-after")


@pytest.mark.parametrize(
    "request_line",
    [
        b"NONSENSE",
        b"GET /v1/items HTTP/9.9",
        b"GET /v1/items?a=" + b"x" * 70_000 + b" HTTP/1.1",
        b"GET /v1/items HTTP/1.1\r\nX: " + b"x" * 70_000,
    ],
)
def test_what_cannot_be_read_as_http_gets_a_problem_document_too(world: World, request_line: bytes) -> None:
    before = len(world.access_lines)
    with serve(world.gateway) as server, socket.create_connection(server.server_address[:2], timeout=5) as connection:
        connection.sendall(request_line + b"\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        is_problem(Reply(response.status, dict(response.getheaders()), response.read()), 400, "bad_request")
    assert len(world.access_lines) == before + 1


def test_a_request_without_a_token_is_unauthorized_on_every_protected_route(
    world: World, routes: list[Operation], ours: SampleTenant
) -> None:
    for operation in routes:
        if not operation.endpoint.is_public:
            reply = world.anonymous().call(operation.method, operation.path(ours.ids))
            is_problem(reply, 401, "unauthorized")


def test_an_unforeseen_error_says_nothing(acme: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("chalicelib.catalog.items.service.read", broken)
    reply = acme.get("/v1/items/itm_x")
    assert "detail" not in is_problem(reply, 500, "internal")
    assert b"swordfish" not in reply.body


def test_a_request_id_that_is_harmless_comes_back_and_any_other_is_replaced(acme: Client) -> None:
    assert (
        acme.call("GET", "/v1/items", headers={"X-Request-Id": "abc-1.2:3_4"}).header("x-request-id") == "abc-1.2:3_4"
    )
    for bad in ("", "a b", "x" * 65, "é", 'a"b', "a\nb"):
        given = acme.call("GET", "/v1/items", headers={"X-Request-Id": bad}).header("x-request-id")
        assert re.fullmatch(r"[0-9a-f-]{36}", given), bad


def test_a_trace_goes_on_with_a_span_of_ours_and_a_bad_one_is_replaced(acme: Client) -> None:
    pattern = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")

    def answered(given: str) -> tuple[str, ...]:
        found = pattern.fullmatch(acme.call("GET", "/v1/items", headers={"traceparent": given}).header("traceparent"))
        assert found is not None
        return found.groups()

    trace, span, flags = answered(TRACE)
    assert (trace, flags) == (TRACE[3:35], "01")
    assert span != TRACE[36:52]
    bad = ["", "00-0-0-0", TRACE.upper(), TRACE + "-x", "01" + TRACE[2:], f"00-{'0' * 32}-{'1' * 16}-01"]
    for given in [*bad, f"00-{'1' * 32}-{'0' * 16}-01"]:
        trace, _, _ = answered(given)
        assert trace not in (TRACE[3:35], "0" * 32, "1" * 32), given


def everything(world: World, acme: Client, ours: SampleTenant) -> list[Reply]:
    """An answer of each kind: success, every refusal of ours, every one of the gateway."""
    item = f"/v1/items/{ours.ids['item_id']}"
    replies = [
        acme.get("/v1/items"),
        acme.post("/v1/items", {"sku": f"E-{uuid.uuid4().hex[:8]}", "name": "n"}),
        acme.get("/health"),
        acme.get("/docs"),
        acme.get("/openapi.json"),
        acme.get("/v1/items?x=1"),
        world.anonymous().get("/v1/items"),
        ours.client.as_().get("/v1/items"),
        acme.get("/v1/items/itm_x"),
        acme.get("/nowhere"),
        acme.call("PUT", "/v1/items"),
        ours.client.patch(item, {"name": "n"}, etag=999999),
        ours.client.patch(item, {"name": "n"}),
        post(acme, b"x" * (1024 * 1024 + 1)),
        post(acme, b"{}", **{"Content-Type": "text/plain"}),
        acme.post("/v1/items", {}),
        ours.client.post(f"{item}/restore", etag=ours.client.get(item).etag),
    ]
    replies += [Reply(*world.gateway.refuse("GET", "/v1/items", kind, "127.0.0.1")) for kind in GATEWAY_RESPONSES]
    statuses = {200, 201, 400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 504}
    assert {reply.status for reply in replies} == statuses
    return replies


def test_every_answer_may_be_read_by_the_web_application_and_by_no_other(
    world: World, acme: Client, ours: SampleTenant
) -> None:
    for reply in everything(world, acme, ours):
        assert reply.header("access-control-allow-origin") == ORIGIN, reply.status
        assert reply.header("access-control-allow-credentials") == ""
        exposed = {name.strip() for name in reply.header("access-control-expose-headers").split(",")}
        assert {"ETag", "Location", "Retry-After", "X-Request-Id", "traceparent"} <= exposed
        assert reply.header("vary") == "Origin"


def test_every_answer_carries_the_security_headers_and_is_kept_nowhere(
    world: World, acme: Client, ours: SampleTenant
) -> None:
    for reply in everything(world, acme, ours):
        assert reply.header("cache-control") == "no-store", reply.status
        assert reply.header("x-content-type-options") == "nosniff"
        assert reply.header("referrer-policy") == "no-referrer"
        assert reply.header("strict-transport-security") == "max-age=63072000; includeSubDomains"
        assert reply.header("content-security-policy")
        assert reply.header("x-request-id")


def test_a_preflight_is_answered_for_every_route_without_a_token(world: World, ours: SampleTenant) -> None:
    from app import app

    for path, methods in app.routes.items():
        reply = world.anonymous().call("OPTIONS", re.sub(r"{(\w+)}", "x", path), headers={"Origin": ORIGIN})
        assert reply.status in (200, 204), path
        assert reply.header("access-control-allow-origin") == ORIGIN
        allowed = {name.strip() for name in reply.header("access-control-allow-methods").split(",")}
        assert set(methods) <= allowed
        headers = {name.strip().lower() for name in reply.header("access-control-allow-headers").split(",")}
        assert {"authorization", "content-type", "idempotency-key", "if-match", "traceparent"} <= headers
