"""What is true of every answer: problem documents, headers, and who is answered."""

import http.client
import re
import socket
import uuid
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access import access_state
from chalicelib.kernel import clock
from infra.gateway_responses import GATEWAY_RESPONSES
from infra.local.server import serve
from tests.contract.access_states import marked
from tests.contract.asking import is_problem, post
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, Reply, World

ORIGIN = "http://localhost:3000"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_an_unknown_path_is_not_found_whoever_finds_that(acme: Client, routes: list[Operation]) -> None:
    ours = [
        acme.get(path) for path in ("/v1/nothing/here", "/v1//items", "/v1/items///", "/v1/items/../me", "/v1/health")
    ]
    gateways = [acme.get(path) for path in ("/v1", "/nowhere", "/health/x", "//v1/items", "/V1/items")]
    gateways += [acme.call("TRACE", operation.endpoint.path) for operation in routes]
    for reply in (*ours, *gateways):
        is_problem(reply, 404, "not_found")
    assert {reply.json["detail"] for reply in ours} == {"There is no such path."}


def test_another_method_of_a_known_path_is_told_which_there_are(acme: Client, routes: list[Operation]) -> None:
    declared: dict[str, set[str]] = {}
    for operation in routes:
        declared.setdefault(operation.endpoint.path, set()).add(operation.method)
    assert len(declared) > 50
    for path, methods in declared.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            reply = acme.call(method, re.sub(r"{(\w+)}", "x", path))
            assert is_problem(reply, 405, "method_not_allowed")
            head = {"HEAD"} if "GET" in methods else set()
            assert set(reply.header("allow").split(", ")) == {*methods, *head, "OPTIONS"}, (method, path)


def test_without_a_token_nobody_learns_which_paths_there_are(world: World) -> None:
    for path in ("/v1/items", "/v1/nothing/here", "/v1//items", "/v1/items/x/y/z"):
        is_problem(world.anonymous().get(path), 401, "unauthorized")


def test_a_trailing_slash_is_the_same_path_and_books_nothing_twice(acme: Client) -> None:
    body = {"sku": f"E-{uuid.uuid4().hex[:8]}", "name": "n"}
    first = acme.post("/v1/items", body, key="one").ok()
    again = acme.post("/v1/items/", body, key="one")
    assert (again.ok(), again.header("idempotent-replayed")) == (first, "true")
    assert acme.get(f"/v1/items/{first['id']}/").ok() == first


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
    with serve(world.gateway) as server, socket.create_connection(server.server_address[:2], timeout=60) as connection:
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


def test_no_caller_chooses_the_id_of_a_request(acme: Client) -> None:
    chosen = str(uuid.uuid4())
    headers = {"X-Request-Id": chosen, "x-amzn-RequestId": chosen}
    ids = {acme.call("GET", "/v1/items", headers=headers).header("x-request-id") for _ in range(3)}
    assert len(ids) == 3
    assert chosen not in ids


def test_the_callers_own_request_id_comes_back_if_it_is_harmless(acme: Client) -> None:
    def answered(given: str) -> str:
        return acme.call("GET", "/v1/items", headers={"X-Request-Id": given}).header("x-client-request-id")

    assert answered("abc-1.2:3_4") == "abc-1.2:3_4"
    assert {answered(bad) for bad in ("", "a b", "x" * 65, "é", 'a"b', "a\nb")} == {""}
    assert acme.get("/v1/items").header("x-client-request-id") == ""


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_of_a_token_may_be_written_in_capitals_or_not(acme: Client, scheme: str) -> None:
    acme.call("GET", "/v1/items", headers={"Authorization": f"{scheme} {acme.token}"}).ok()


def test_every_401_says_what_is_wrong_with_the_token_where_a_browser_can_read_it(
    world: World, acme: Client, ours: SampleTenant
) -> None:
    refused = [reply for reply in everything(world, acme, ours) if reply.status == 401]
    marked(acme, "user", not_before=clock.now() + timedelta(seconds=60))
    access_state.forget()
    refused.append(acme.get("/v1/items"))
    assert len(refused) == 3
    for reply in refused:
        is_problem(reply, 401, "unauthorized")
        assert reply.header("auth-challenge") == 'Bearer error="invalid_token"'
        assert "Auth-Challenge" in re.split(", *", reply.header("access-control-expose-headers"))
    # As API Gateway does with the original of an application's answer.
    assert [reply.header("www-authenticate") != "" for reply in refused] == [True, True, False]
    assert refused[-1].header("x-amzn-remapped-www-authenticate") == refused[-1].header("auth-challenge")


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
    statuses = {200, 201, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500, 504}
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
        assert "Origin" in reply.header("vary").split(", ")


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

    methods: dict[str, set[str]] = {}
    for endpoint in app.endpoints():
        methods.setdefault(endpoint.path, set()).add(endpoint.method)
    for path, declared in methods.items():
        reply = world.anonymous().call("OPTIONS", re.sub(r"{(\w+)}", "x", path), headers={"Origin": ORIGIN})
        assert reply.status in (200, 204), path
        assert reply.header("access-control-allow-origin") == ORIGIN
        allowed = {name.strip() for name in reply.header("access-control-allow-methods").split(",")}
        assert declared <= allowed
        headers = {name.strip().lower() for name in reply.header("access-control-allow-headers").split(",")}
        assert {"authorization", "content-type", "idempotency-key", "if-match", "traceparent"} <= headers
