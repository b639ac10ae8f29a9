"""The local gateway answers as API Gateway does."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from chalice import AuthResponse, Chalice, CORSConfig, Response

from infra.gateway_responses import GATEWAY_RESPONSES, template_responses
from infra.local import paths
from infra.local.gateway import Gateway
from infra.local.server import serve
from infra.local.shim import Crash
from infra.stack.api import MINIMUM_COMPRESSION_BYTES

TOKEN = {"Authorization": "Bearer aa.bb.cc"}


class Stage:
    """A tiny application behind the gateway, with the lines of its access log and the calls of its authorizer."""

    def __init__(self) -> None:
        self.lines: list[dict[str, str]] = []
        self.authorized: list[str] = []
        self.outcome: Any = {"tenant": "t1", "sub": "u1", "number": 7, "flag": True}
        self.app = Chalice(app_name="tiny", configure_logs=False)
        self.gateway = Gateway(self.app, on_access=self.lines.append)
        self._routes(self.app)

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Any:
        status, answered, content = self.gateway.handle(method, path, headers or {}, body, "10.9.8.7")
        return status, answered, json.loads(content) if content else None

    def _routes(self, app: Chalice) -> None:
        @app.authorizer(ttl_seconds=60)
        def door(request: Any) -> AuthResponse:
            self.authorized.append(request.token)
            if isinstance(self.outcome, Exception):
                raise self.outcome
            return AuthResponse(routes=["*"], principal_id="u1", context=self.outcome)

        @app.route("/things/{name}", methods=["GET", "POST"], authorizer=door, cors=CORSConfig("https://web.example"))
        def thing(name: str) -> dict[str, Any]:
            request = app.current_request
            body = request.raw_body.decode() if request.method == "POST" else None
            return {"name": name, "context": request.context, "query": dict(request.query_params or {}), "body": body}

        @app.route("/v1/{proxy+}", methods=["GET", "HEAD", "POST"], authorizer=door)
        def behind() -> dict[str, Any]:
            event = app.current_request.to_original_event()
            return {name: event[name] for name in ("resource", "path", "httpMethod", "pathParameters")}

        @app.route("/open")
        def public() -> dict[str, Any]:
            return {}

        @app.route("/slow/{name}")
        def slow(name: str) -> Response:
            barrier.wait(5)
            return Response({"name": app.current_request.uri_params["name"], "id": app.lambda_context.aws_request_id})

        @app.route("/crash")
        def crash() -> None:
            raise Crash("gone")


barrier = threading.Barrier(2)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_request_reaches_the_view_with_decoded_parameters_and_a_context_of_strings(stage: Stage) -> None:
    status, _, body = stage.call("GET", "/things/a%2Fb%20c?x=1%202&y=", TOKEN)
    assert (status, body["name"], body["query"]) == (200, "a/b c", {"x": "1 2", "y": ""})
    context = body["context"]
    assert context["identity"]["sourceIp"] == "10.9.8.7"
    assert context["resourcePath"] == "/things/{name}"
    assert context["authorizer"] == {"principalId": "u1", "tenant": "t1", "sub": "u1", "number": "7", "flag": "true"}


@pytest.mark.parametrize(
    ("path", "proxy"),
    [
        ("/v1/items", "items"),
        ("/v1/items/a/restore?x=1", "items/a/restore"),
        ("/v1/items/a%2Fb%20c", "items/a/b c"),
        ("/v1//items", "/items"),
        ("/v1/items/", "items"),
    ],
)
def test_a_greedy_path_hands_on_the_rest_decoded_and_the_path_as_it_was_sent(
    stage: Stage, path: str, proxy: str
) -> None:
    status, _, event = stage.call("GET", path, TOKEN)
    assert (status, event["resource"], event["pathParameters"]) == (200, "/v1/{proxy+}", {"proxy": proxy})
    assert event["path"] == path.partition("?")[0]
    assert (stage.lines[0]["route"], stage.lines[0]["path"]) == ("/v1/{proxy+}", f"/api{event['path']}")


def test_a_greedy_path_takes_only_its_methods_and_asks_for_a_token_first(stage: Stage) -> None:
    assert stage.call("GET", "/v1/anything")[0] == 401
    assert (stage.lines[0]["route"], stage.lines[0]["error"]) == ("/v1/{proxy+}", "UNAUTHORIZED")
    for method, path in (("PUT", "/v1/items"), ("GET", "/v1"), ("GET", "/v1/"), ("GET", "//v1/items")):
        assert stage.call(method, path, TOKEN)[0] == 404, path
    assert stage.authorized == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a", "/a"),
        ("/a/", "/a"),
        ("/a/b", "/a/b"),
        ("/a/c", "/a/{x}"),
        ("/a/b/c", "/a/{rest+}"),
        ("/b/c/d", "/b/{x}/d"),
        ("/b/c/e", "/b/{x}/{y}"),
        ("/b/c", None),
        ("/", None),
        ("a", None),
    ],
)
def test_a_literal_segment_is_preferred_to_a_parameter_and_that_to_a_greedy_one(
    path: str, expected: str | None
) -> None:
    found = paths.match(["/a/{rest+}", "/a/{x}", "/a/b", "/a", "/b/{x}/{y}", "/b/{x}/d"], path)
    assert (found and found[0]) == expected


def test_a_large_answer_is_compressed_for_clients_that_accept_it(stage: Stage) -> None:
    body = b"x" * MINIMUM_COMPRESSION_BYTES
    status, headers, content = stage.gateway.handle(
        "POST", "/things/a", {**TOKEN, "Accept-Encoding": "br, gzip"}, body, "10.9.8.7"
    )
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(content))["body"] == body.decode()
    assert "Content-Encoding" not in stage.call("POST", "/things/a", TOKEN, body)[1]
    assert "Content-Encoding" not in stage.call("POST", "/things/a", {**TOKEN, "Accept-Encoding": "gzip"}, b"x")[1]


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/things/a"), ("GET", "/things/")])
def test_unknown_route_and_undeclared_method_are_the_same_404(stage: Stage, method: str, path: str) -> None:
    status, headers, body = stage.call(method, path, TOKEN)
    assert (status, body["code"], headers["Content-Type"]) == (404, "not_found", "application/problem+json")
    assert body["request_id"] == headers["X-Request-Id"] == stage.lines[0]["request_id"]
    assert stage.authorized == []


@pytest.mark.parametrize(
    "value", [None, "Bearer a.b", "bearera.b.c", "Bearer  a.b.c", "Bearer a.b.c d", "Bearer a.b.c\n", "Basic eA=="]
)
def test_what_is_no_token_is_refused_without_invoking_the_authorizer(stage: Stage, value: str | None) -> None:
    status, _, body = stage.call("GET", "/things/a", {} if value is None else {"Authorization": value})
    assert (status, body["code"], stage.authorized) == (401, "unauthorized", [])
    assert (stage.lines[0]["status"], stage.lines[0]["error"]) == ("401", "UNAUTHORIZED")


def test_authorizer_exception_is_401_only_with_the_documented_message(stage: Stage) -> None:
    stage.outcome = Exception("Unauthorized")
    assert stage.call("GET", "/things/a", TOKEN)[0] == 401
    stage.outcome = Exception("no keys")
    assert stage.call("GET", "/things/a", TOKEN)[0] == 500
    stage.outcome = {"roles": ["a", "b"]}
    assert stage.call("GET", "/things/a", TOKEN)[0] == 500
    assert [line["error"] for line in stage.lines][1:] == ["AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"]


def test_authorizer_answer_is_cached_by_token_and_failures_are_not(stage: Stage) -> None:
    stage.outcome = Exception("no keys")
    stage.call("GET", "/things/a", TOKEN)
    stage.outcome = {"tenant": "t1", "sub": "u1"}
    for path in ("/things/a", "/things/b"):
        assert stage.call("GET", path, TOKEN)[0] == 200
    stage.call("GET", "/things/a", {"Authorization": "Bearer aa.bb.dd"})
    assert stage.authorized == ["Bearer aa.bb.cc", "Bearer aa.bb.cc", "Bearer aa.bb.dd"]


def test_preflight_is_answered_for_cors_routes_only(stage: Stage) -> None:
    status, headers, _ = stage.call("OPTIONS", "/things/a", {"Origin": "https://web.example"})
    assert (status, headers["Access-Control-Allow-Origin"]) == (200, "https://web.example")
    assert {"GET", "POST", "OPTIONS"} == set(headers["Access-Control-Allow-Methods"].split(","))
    assert stage.call("OPTIONS", "/open")[0] == 404


def test_death_of_the_function_and_a_body_over_the_limit_are_problems_without_details(stage: Stage) -> None:
    status, _, body = stage.call("GET", "/crash")
    assert (status, body["code"], "gone" in json.dumps(body)) == (500, "internal", False)
    status, _, body = stage.call("POST", "/things/a", TOKEN, b"x" * (10 * 1024 * 1024 + 1))
    assert (status, body["code"]) == (413, "payload_too_large")


def test_every_request_leaves_one_access_line_of_strings(stage: Stage) -> None:
    stage.call("GET", "/things/some-name?token=secret", TOKEN)
    stage.call("GET", "/nowhere/name?secret")
    known, unknown = stage.lines
    assert (known["path"], unknown["path"]) == ("/api/things/some-name", "/api/nowhere/name")
    assert (known["route"], known["tenant"], known["actor"], known["error"]) == ("/things/{name}", "t1", "u1", "-")
    assert (unknown["route"], unknown["tenant"], unknown["status"]) == ("-", "-", "404")
    assert all(isinstance(value, str) and "secret" not in value for line in stage.lines for value in line.values())


@pytest.fixture
def connection(stage: Stage) -> Iterator[Any]:
    with serve(stage.gateway) as server:
        yield lambda: http.client.HTTPConnection(*server.server_address[:2], timeout=60)


def test_concurrent_requests_keep_their_own_request_and_context(connection: Any) -> None:
    answers: dict[str, Any] = {}

    def get(name: str) -> None:
        client = connection()
        client.request("GET", f"/slow/{name}")
        answers[name] = json.loads(client.getresponse().read())
        client.close()

    threads = [threading.Thread(target=get, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: answer["name"] for name, answer in answers.items()} == {"one": "one", "two": "two"}
    assert answers["one"]["id"] != answers["two"]["id"]


def test_connection_is_kept_and_the_body_arrives_byte_for_byte(connection: Any) -> None:
    client = connection()
    for text in ('{"a":"é"}', ""):
        client.request("POST", "/things/a", text.encode(), {**TOKEN, "Content-Type": "application/json"})
        answer = client.getresponse()
        assert json.loads(answer.read())["body"] == text
        assert answer.getheader("Connection") is None
    client.putrequest("POST", "/things/a")
    client.putheader("Content-Length", str(11 * 1024 * 1024))
    client.endheaders()
    assert client.getresponse().status == 413
    client.close()


def test_the_template_has_every_response_of_the_local_gateway() -> None:
    rendered = template_responses("https://web.example")
    assert rendered.keys() == GATEWAY_RESPONSES.keys()
    unauthorized: Any = rendered["UNAUTHORIZED"]
    assert unauthorized["StatusCode"] == 401
    assert (
        json.loads(unauthorized["ResponseTemplates"]["application/json"])["request_id"] == "$context.extendedRequestId"
    )
    assert unauthorized["ResponseParameters"]["Headers"]["X-Request-Id"] == "context.extendedRequestId"
    assert unauthorized["ResponseParameters"]["Headers"]["WWW-Authenticate"] == "'Bearer error=\"invalid_token\"'"
