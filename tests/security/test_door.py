"""The HTTP edge: nothing is told of what runs behind it, no method is open by accident, and no request is two."""

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.edge.router import METHODS as KNOWN_METHODS
from chalicelib.edge.router import PROTECTED
from infra.gateway_responses import GATEWAY_RESPONSES
from infra.local.server import Server, serve
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.contract.test_edge import everything
from tests.world import Client, Reply, World

METHODS = (
    *("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "TRACK", "CONNECT", "DEBUG", "LINK", "PURGE", "SEARCH"),
    *("PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "QUERY", "get", "GETT", "GE T"),
)
HEADERS = {
    *("access-control-allow-headers", "access-control-allow-origin", "access-control-allow-methods"),
    *("access-control-expose-headers", "access-control-max-age", "cache-control", "connection", "content-length"),
    *("content-security-policy", "content-type", "date", "etag", "idempotent-replayed", "location", "ratelimit"),
    *("ratelimit-policy", "referrer-policy", "retry-after", "strict-transport-security", "traceparent", "vary"),
    *("www-authenticate", "x-amzn-remapped-www-authenticate", "x-content-type-options", "x-frame-options"),
    *("accept-encoding", "allow", "auth-challenge", "deprecation", "link", "novex-version", "sunset"),
    *("x-client-request-id", "x-request-id"),
}
"""Every header that an answer may have. A new one is to be looked at: does it tell what is behind?"""
DETAILS = re.compile(
    r"traceback|python|chalice|botocore|boto3|dynamo|pynamodb|lambda|keycloak|werkzeug|basehttp|aws|amazon|msgspec"
    r"|\.py\b|line \d+, in |/var/task|site-packages|exception|errno|127\.0\.0\.1|novex-local"
    rf"|{re.escape(str(Path(__file__).resolve().parents[2]))}",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    with serve(world.gateway) as running:
        yield running


def wire(server: Server, request: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """What is really sent back for these bytes."""
    with socket.create_connection(server.server_address[:2], timeout=60) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.getheaders(), response.read()


def test_no_answer_of_any_status_names_what_runs_behind_it(world: World, acme: Client, ours: SampleTenant) -> None:
    replies = everything(world, acme, ours)
    assert len({reply.status for reply in replies}) >= 14
    for reply in replies:
        assert {name.lower() for name in reply.headers} <= HEADERS, reply.status
        told = str({name: value for name, value in reply.headers.items() if not name.lower().startswith("x-amzn")})
        if reply.status >= 400:
            told += reply.body.decode()
        assert DETAILS.search(told) is None, (reply.status, DETAILS.search(told))


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /v1/items HTTP/1.1\r\nHost: a",
        b"GET /nowhere HTTP/1.1\r\nHost: a",
        b"GET /health HTTP/1.1\r\nHost: a",
        b"OPTIONS /v1/items HTTP/1.1\r\nHost: a",
        b"NONSENSE",
        b"GET /v1/items HTTP/9.9",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_nothing_on_the_wire_names_a_server_or_a_version(server: Server, request_line: bytes) -> None:
    _, headers, body = wire(server, request_line + b"\r\n\r\n")
    assert {name.lower() for name, _ in headers} <= HEADERS
    text = str([pair for pair in headers if not pair[0].lower().startswith("x-amzn")])
    if b'"status"' in body and b'"code"' in body:
        text += body.decode()
    assert DETAILS.search(text) is None


def test_every_method_that_a_route_does_not_declare_is_closed(
    world: World, ours: SampleTenant, routes: list[Operation]
) -> None:
    declared: dict[str, set[str]] = {}
    for operation in routes:
        declared.setdefault(operation.endpoint.path, set()).add(operation.method)
    paths = {operation.endpoint.path: operation.path(ours.ids | {"connection": "con_x"}) for operation in routes}
    asked = 0
    for route, methods in declared.items():
        for method in METHODS:
            is_head = method.upper() == "HEAD" and "GET" in methods
            if method.upper() not in methods and not is_head:
                reply = Reply(*world.gateway.handle(method, paths[route], {}))
                # The gateway refuses what it does not know; who may not come in learns nothing of the others.
                is_known = method.upper() in KNOWN_METHODS
                inside = (401, "unauthorized") if route.startswith(PROTECTED) else (405, "method_not_allowed")
                assert reply.refused(*(inside if is_known else (404, "not_found"))), (method, route)
                asked += 1
    assert asked > 1000


def test_no_header_or_parameter_turns_a_method_into_another(ours: SampleTenant) -> None:
    path = f"/v1/items/{ours.ids['item_id']}"
    before = ours.client.get(path)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"):
        for method in ("DELETE", "PATCH", "PUT"):
            assert ours.client.call("GET", path, headers={name: method}).body == before.body
    ours.client.get(f"{path}?_method=DELETE").refused(400, "bad_request")
    assert ours.client.get(path).body == before.body


def test_no_header_about_the_address_is_believed(ours: SampleTenant) -> None:
    world = ours.client.world
    before = len(world.access_lines)
    for name in ("X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "Forwarded", "X-Client-IP"):
        for value in ("10.9.8.7", "for=10.9.8.7", "10.9.8.7, 127.0.0.1"):
            assert ours.client.call("GET", "/v1/items", headers={name: value}).status == 200
    for path in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Host", "Host"):
        reply = ours.client.call("POST", "/v1/items", {}, {path: "/v1/users", "Idempotency-Key": "k"})
        assert reply.refused(422, "invalid")
    lines = world.access_lines[before:]
    assert {line["ip"] for line in lines} == {"127.0.0.1"}
    assert {line["path"] for line in lines} == {"/api/v1/items"}


def test_a_request_whose_length_can_be_read_in_two_ways_is_refused(server: Server, ours: SampleTenant) -> None:
    start = f"POST /v1/items HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ours.client.token}\r\n".encode()
    start += b"Content-Type: application/json\r\nIdempotency-Key: k\r\n"
    hidden = b"GET /v1/users HTTP/1.1\r\nHost: a\r\n\r\n"
    for framing in (
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
        b"Transfer-Encoding: xchunked\r\n\r\n" + hidden,
        b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + hidden,
        b"Content-Length: -1\r\n\r\n" + hidden,
        b"Content-Length: +2\r\n\r\n{}" + hidden,
        b"Content-Length: 0x2\r\n\r\n{}" + hidden,
    ):
        status, headers, _ = wire(server, start + framing)
        assert status == 400, framing
        assert ("Connection", "close") in headers, framing


def test_two_authorization_headers_are_none(server: Server, ours: SampleTenant) -> None:
    good = f"Authorization: Bearer {ours.client.token}\r\n".encode()
    start = b"GET /v1/items HTTP/1.1\r\nHost: a\r\n"
    assert wire(server, start + good + b"\r\n")[0] == 200
    for pair in (good + good, b"Authorization: Bearer x\r\n" + good, good + b"authorization: Basic eDp4\r\n"):
        assert wire(server, start + pair + b"\r\n")[0] == 401


def test_every_refusal_of_the_gateway_itself_is_spelled_out() -> None:
    """A kind that is missing would answer in Amazon's own words; the two defaults catch what is added later."""
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= GATEWAY_RESPONSES.keys()
    assert len(GATEWAY_RESPONSES) >= 21
