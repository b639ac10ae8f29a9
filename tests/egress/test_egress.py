"""The one way out: declared or not at all, on record first, and no answer is believed or waited for without an end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.egress import service
from chalicelib.egress.service import Destination, Undeclared, Unreachable
from chalicelib.kernel import clock
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests.world import Client, World

FIELDS = frozenset({"email"})
Behaviour = Callable[[BaseHTTPRequestHandler], None]


class Upstream(ThreadingHTTPServer):
    """Somebody else's server, which behaves as a test wants."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behave: Behaviour = lambda handler: answer(handler, b"{}")
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    def destination(self) -> Destination:
        return Destination("upstream", f"http://127.0.0.1:{self.server_port}", FIELDS, "a test")


class _Handler(BaseHTTPRequestHandler):
    server: Upstream

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.server.behave(self)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def answer(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def call(acme: Client) -> Call:
    return Call.system(Tenant(acme.tenant), "test")


def test_what_is_told_is_on_record_before_it_leaves_and_without_its_value(
    world: World, acme: Client, call: Call, upstream: Upstream
) -> None:
    recorded = service.record(call, upstream.destination(), "usr_" + "0" * 26, ["email"])
    (row,) = acme.get("/v1/disclosures").ok()["data"]
    assert (row["fields"], row["recipient"], row["purpose"], row["actor"]) == (
        ["email"],
        "upstream",
        "a test",
        "system:test",
    )
    assert upstream.asked == []
    reply = service.send(
        call,
        upstream.destination(),
        "POST",
        "/people",
        json={"a": 1},
        personal={"email": "x@example.com"},
        disclosure=recorded,
    )
    assert reply.status == 200
    assert upstream.asked[0][2] == b'{"a": 1, "email": "x@example.com"}'
    assert "x@example.com" not in str(acme.get("/v1/disclosures").ok())


def test_what_is_not_declared_or_not_on_record_does_not_leave(call: Call, upstream: Upstream) -> None:
    to = upstream.destination()
    with pytest.raises(Undeclared):
        service.record(call, to, "usr_x", ["email", "tax_id"])
    with pytest.raises(Undeclared):
        service.send(call, to, "POST", "/", personal={"email": "x@example.com"})
    recorded = service.record(call, to, "usr_" + "0" * 26, ["email"])
    with pytest.raises(Undeclared):
        service.send(call, to, "POST", "/", personal={"phone": "1"}, disclosure=recorded)
    assert upstream.asked == []


@pytest.mark.parametrize(
    "base",
    [
        "http://example.com",
        "http://10.0.0.1",
        "http://169.254.169.254/latest",
        "ftp://127.0.0.1",
        "https://user:password@example.com",
        "file:///etc/passwd",
        "//127.0.0.1",
        "http://127.0.0.1.example.com",
        "http://[::ffff:10.0.0.1]",
    ],
)
def test_no_open_network_is_spoken_to(call: Call, base: str) -> None:
    with pytest.raises(Undeclared):
        service.send(call, Destination("other", base, frozenset(), ""), "GET", "/")


def test_a_redirect_is_an_answer_and_not_followed(call: Call, upstream: Upstream) -> None:
    upstream.behave = lambda handler: answer(handler, b"", 302, Location="/elsewhere")
    reply = service.send(call, upstream.destination(), "GET", "/here")
    assert (reply.status, reply.location) == (302, "/elsewhere")
    assert [path for path, _, _ in upstream.asked] == ["/here"]


def test_a_proxy_or_credentials_of_the_environment_are_not_used(
    call: Call, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert service.send(call, upstream.destination(), "GET", "/").status == 200
    assert "Authorization" not in upstream.asked[0][1]


class Hurried(clock.SystemSource):
    """A clock on which six seconds pass between two looks at it."""

    at = 0.0

    def monotonic(self) -> float:
        self.at += 6
        return self.at


def test_an_answer_without_an_end_is_not_waited_for(call: Call, upstream: Upstream) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            for _ in range(10):
                handler.wfile.write(b"x" * service._CHUNK)

    upstream.behave = slowly
    previous = clock.install(Hurried())
    try:
        with pytest.raises(Unreachable, match="too slowly"):
            service.send(call, upstream.destination(), "GET", "/")
    finally:
        clock.install(previous)


def test_an_answer_that_is_too_large_is_no_answer(call: Call, upstream: Upstream) -> None:
    upstream.behave = lambda handler: answer(handler, b"x" * (service.REPLY_BYTES_MAX + 1))
    with pytest.raises(Unreachable):
        service.send(call, upstream.destination(), "GET", "/")


def test_a_server_that_hangs_up_is_unreachable(call: Call, upstream: Upstream) -> None:
    upstream.behave = lambda handler: handler.connection.close()
    with pytest.raises(Unreachable):
        service.send(call, upstream.destination(), "GET", "/")
    with pytest.raises(Unreachable):
        service.send(call, Destination("nobody", "http://127.0.0.1:1", frozenset(), ""), "GET", "/")


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"", b"[]", b'{"id": 7}', b"\xff"])
def test_an_answer_of_another_shape_is_keycloaks_outage(
    call: Call, upstream: Upstream, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.identity import admin_api, keycloak

    upstream.behave = lambda handler: answer(handler, body)
    monkeypatch.setattr(admin_api, "keycloak", upstream.destination)
    monkeypatch.setattr(admin_api, "_token", lambda _: "token")
    with pytest.raises(admin_api.Unavailable):
        keycloak.member(call, "somebody")


def test_every_status_of_keycloak_is_an_outage_or_a_refusal(
    call: Call, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.identity import admin_api

    monkeypatch.setattr(admin_api, "keycloak", upstream.destination)
    monkeypatch.setattr(admin_api, "_token", lambda _: "token")
    outcomes: dict[int, Any] = {}
    for status in (302, 400, 401, 403, 404, 409, 429, 500, 502, 503):
        upstream.behave = lambda handler, status=status: answer(handler, b"", status)
        with pytest.raises((admin_api.Unavailable, admin_api.Refused)) as caught:
            admin_api.ask(call, "GET", "/anything")
        outcomes[status] = caught.type
    refused = {status for status, kind in outcomes.items() if kind is admin_api.Refused}
    assert refused == {302, 400, 404, 409}
