"""A local gateway with the behaviour of API Gateway, based on Chalice's local gateway.

Chalice's gateway differs from API Gateway: it knows no greedy paths, responds with 403 or 405 instead of 404, passes on
exceptions of the authorizer, caches nothing, and does not decode path parameters or convert the context to strings.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import os
import secrets
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalice.app import Chalice, RouteEntry
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway

from chalicelib.edge.headers import REMAPPED_CHALLENGE
from chalicelib.edge.router import GREEDY
from infra import gateway_responses
from infra.gateway_responses import GATEWAY_RESPONSES, GatewayResponse
from infra.local import paths
from infra.local.authorizers import Authorizers, RefusalError
from infra.local.shim import Crash
from infra.stack.api import MINIMUM_COMPRESSION_BYTES

LOG = logging.getLogger("novex.local.gateway")
Headers = dict[str, str]
Answer = tuple[int, Headers, bytes]
AccessLine = dict[str, str]

MAX_REQUEST_BYTES = 10 * 1024 * 1024
# The maximum response of Lambda; API Gateway treats a larger one as malformed.
MAX_RESPONSE_BYTES = 6 * 1024 * 1024
API_TIMEOUT_SECONDS = 29
# Headers of the application's responses that API Gateway renames.
_REMAPPED = {"www-authenticate": REMAPPED_CHALLENGE}
STAGE = "api"


class _PerThread(LocalChalice):
    """A LocalChalice with thread-local request state: Chalice stores the current request on the application."""

    _CONTEXTS = threading.local()

    @property
    def lambda_context(self) -> Any:
        return self._CONTEXTS.value

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._CONTEXTS.value = value


@dataclass
class _Exchange:
    """One request in process. `url` includes the query; `route` is the gateway's path that it matches, `parameters` are
    those of this path."""

    method: str
    url: str
    headers: Headers
    body: bytes
    source_ip: str
    request_id: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(11)).decode())
    started: float = field(default_factory=time.time)
    route: str = "-"
    parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, str] = field(default_factory=dict)
    authorizer_id: str = "-"
    error: str = "-"

    @property
    def path(self) -> str:
        """The path as it was sent."""
        return self.url.partition("?")[0]


class Gateway:
    """Handles requests like the deployed API. Thread-safe.

    on_access: gets one access-log line (all values are strings, "-" for none) for every request, including refused
    ones. responses: the gateway's own responses. concurrency: requests that the application handles at once, as the
    reserved concurrency of a function; others wait.
    """

    def __init__(
        self,
        app: Chalice,
        on_access: Callable[[AccessLine], None] | None = None,
        responses: Mapping[str, GatewayResponse] = GATEWAY_RESPONSES,
        authorizer_ttl: int | None = None,
        concurrency: int = 1000,
    ) -> None:
        if not isinstance(app, _PerThread):
            app.__class__ = type("ThreadedApi", (_PerThread, type(app)), {})
        self._app = app
        self._on_access = on_access
        self._responses = responses
        self._authorizers = Authorizers(authorizer_ttl)
        self._free = threading.Semaphore(concurrency)
        self._config = Config.create(lambda_timeout=API_TIMEOUT_SECONDS, lambda_memory_size=1024)
        self._local = threading.local()

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", source_ip: str = "127.0.0.1"
    ) -> Answer:
        """Handles one request; `path` includes the query string. Does not raise for any request of a client."""
        exchange = _Exchange(method.upper(), path, {k.lower(): v for k, v in headers.items()}, body, source_ip)
        try:
            answer = _compressed(self._answer(exchange), exchange)
        except RefusalError as refusal:
            exchange.authorizer_id = refusal.authorizer_id
            answer = self._refuse(exchange, refusal.kind)
        except Crash:
            LOG.warning("the function died during %s %s", exchange.method, exchange.route)
            answer = self._refuse(exchange, "DEFAULT_5XX")
        except Exception:  # as on AWS, exceptions of the application become a 5xx of the gateway
            LOG.exception("unhandled exception in %s %s", exchange.method, exchange.route)
            answer = self._refuse(exchange, "DEFAULT_5XX")
        if self._on_access is not None:
            self._on_access(_access_line(exchange, answer[0]))
        return answer

    def refuse(self, method: str, path: str, kind: str, source_ip: str) -> Answer:
        """The gateway's response for a request that cannot be processed (`kind`: too large, malformed)."""
        exchange = _Exchange(method, path, {}, b"", source_ip)
        answer = self._refuse(exchange, kind)
        if self._on_access is not None:
            self._on_access(_access_line(exchange, answer[0]))
        return answer

    def _answer(self, exchange: _Exchange) -> Answer:
        if len(exchange.body) > MAX_REQUEST_BYTES:
            raise RefusalError("REQUEST_TOO_LARGE")
        _decompress(exchange)
        entry = self._entry(exchange)
        local = self._gateway()
        if entry is None:
            preflight = local._autogen_options_headers({"requestContext": {"resourcePath": exchange.route}})
            return 200, {**preflight, "Content-Length": "0"}, b""
        if entry.authorizer is not None:
            authorization = exchange.headers.get("authorization", "")
            exchange.authorizer = self._authorizers.allow(
                entry.authorizer, exchange.method, exchange.path, authorization, local
            )
        with self._free:
            return _lambda_answer(self._app(self._event(exchange), local._generate_lambda_context()))

    def _entry(self, exchange: _Exchange) -> RouteEntry | None:
        """The method that the request is for; None for a preflight, which the gateway answers itself, also for unknown
        paths. RefusalError for an unknown path or method."""
        matched = paths.match(self._app.routes, exchange.path)
        if matched is None and exchange.method == "OPTIONS" and GREEDY in self._app.routes:
            exchange.route = GREEDY
            return None
        if matched is not None:
            route, exchange.parameters = matched
            entries: dict[str, RouteEntry] = self._app.routes[route]
            if exchange.method in entries or (exchange.method == "OPTIONS" and _has_cors(entries)):
                exchange.route = route
                return entries.get(exchange.method)
        raise RefusalError("MISSING_AUTHENTICATION_TOKEN")

    def _gateway(self) -> LocalGateway:
        """The LocalGateway of this thread, because it has state."""
        gateway: LocalGateway | None = getattr(self._local, "gateway", None)
        if gateway is None:
            gateway = self._local.gateway = LocalGateway(self._app, self._config)
        return gateway

    def _event(self, exchange: _Exchange) -> dict[str, Any]:
        """The event of a proxy integration. `path` is as it was sent, path parameters are decoded."""
        content_type = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_binary = bool(exchange.body) and content_type in self._app.api.binary_types
        text = base64.b64encode(exchange.body).decode() if is_binary else exchange.body.decode("utf-8", "replace")
        return {
            "resource": exchange.route,
            "path": exchange.path,
            "httpMethod": exchange.method,
            "headers": exchange.headers,
            "multiValueHeaders": {name: [value] for name, value in exchange.headers.items()},
            "multiValueQueryStringParameters": parse_qs(urlsplit(exchange.url).query, keep_blank_values=True) or None,
            "pathParameters": exchange.parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": exchange.route,
                "path": f"/{STAGE}{exchange.path}",
                "stage": STAGE,
                "httpMethod": exchange.method,
                "requestId": exchange.headers.get("x-amzn-requestid") or str(uuid.uuid4()),
                "extendedRequestId": exchange.request_id,
                "requestTimeEpoch": int(exchange.started * 1000),
                "identity": {"sourceIp": exchange.source_ip, "userAgent": exchange.headers.get("user-agent", "")},
                **({"authorizer": dict(exchange.authorizer)} if exchange.authorizer else {}),
            },
            "body": text if exchange.body else None,
            "isBase64Encoded": is_binary,
        }

    def _refuse(self, exchange: _Exchange, kind: str) -> Answer:
        exchange.error = kind
        response = self._responses[kind]
        headers = gateway_responses.headers(response, os.environ.get("NOVEX_WEB_ORIGIN", ""))
        headers["X-Request-Id"] = exchange.request_id
        body = json.dumps(gateway_responses.problem(response, exchange.request_id)).encode()
        return response.status, headers, body


def _has_cors(entries: Mapping[str, RouteEntry]) -> bool:
    return any(entry.cors is not None for entry in entries.values())


def _decompress(exchange: _Exchange) -> None:
    """Replaces a body that was sent with gzip, as the stage does that compresses. RefusalError when it is not gzip."""
    if exchange.body and exchange.headers.get("content-encoding", "").strip().lower() == "gzip":
        try:
            exchange.body = gzip.decompress(exchange.body)
        except (OSError, EOFError, zlib.error) as error:
            raise RefusalError("BAD_REQUEST_BODY") from error


def _compressed(answer: Answer, exchange: _Exchange) -> Answer:
    """The answer with the compression that the stage's settings ask for, if the client accepts it."""
    status, headers, body = answer
    if len(body) < MINIMUM_COMPRESSION_BYTES or "gzip" not in exchange.headers.get("accept-encoding", ""):
        return answer
    return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0)


def _lambda_answer(response: dict[str, Any]) -> Answer:
    headers = {name: str(value) for name, value in (response.get("headers") or {}).items()}
    headers |= {name: ", ".join(values) for name, values in (response.get("multiValueHeaders") or {}).items()}
    headers = {_REMAPPED.get(name.lower(), name): value for name, value in headers.items()}
    body = response.get("body") or b""
    if response.get("isBase64Encoded"):
        body = base64.b64decode(body)
    elif isinstance(body, str):
        body = body.encode("utf-8")
    if len(body) > MAX_RESPONSE_BYTES:
        raise RefusalError("DEFAULT_5XX")
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    return int(response["statusCode"]), headers, body


def _access_line(exchange: _Exchange, status: int) -> AccessLine:
    """The access-log line in the stage's format; like API Gateway, with "-" for no value."""
    return {
        "path": f"/{STAGE}{exchange.path}",
        "request_id": exchange.request_id,
        "time_ms": str(int(exchange.started * 1000)),
        "ip": exchange.source_ip,
        "method": exchange.method,
        "route": exchange.route,
        "stage": STAGE,
        "base_path": "-",
        "status": str(status),
        "latency_ms": str(int((time.time() - exchange.started) * 1000)),
        "tenant": exchange.authorizer.get("tenant") or "-",
        "actor": exchange.authorizer.get("sub") or "-",
        "authorizer_id": exchange.authorizer_id,
        "error": exchange.error,
    }
