"""A local gateway with the behaviour of API Gateway, based on Chalice's local gateway.

Chalice's gateway differs from API Gateway: it responds with 403 or 405 instead of 404, passes on exceptions of the
authorizer, caches nothing, and does not decode path parameters or convert the context to strings.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from chalice.app import Chalice, RouteEntry
from chalice.config import Config
from chalice.local import LocalChalice, LocalGateway

from infra import gateway_responses
from infra.gateway_responses import GATEWAY_RESPONSES, GatewayResponse
from infra.local.authorizers import Authorizers, RefusalError
from infra.local.shim import Crash

LOG = logging.getLogger("novex.local.gateway")
Headers = dict[str, str]
Answer = tuple[int, Headers, bytes]
AccessLine = dict[str, str]

MAX_REQUEST_BYTES = 10 * 1024 * 1024
# The maximum response of Lambda; API Gateway treats a larger one as malformed.
MAX_RESPONSE_BYTES = 6 * 1024 * 1024
API_TIMEOUT_SECONDS = 29


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
    """One request in process; `authorizer` and `error` are set for the access log."""

    method: str
    path: str
    headers: Headers
    body: bytes
    source_ip: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.time)
    route: str = "-"
    authorizer: dict[str, str] = field(default_factory=dict)
    error: str = "-"


class Gateway:
    """Handles requests like the deployed API. Thread-safe.

    on_access: gets one access-log line (all values are strings, "-" for none) for every request, including refused
    ones. responses: the gateway's own responses.
    """

    def __init__(
        self,
        app: Chalice,
        on_access: Callable[[AccessLine], None] | None = None,
        responses: Mapping[str, GatewayResponse] = GATEWAY_RESPONSES,
        authorizer_ttl: int | None = None,
    ) -> None:
        if not isinstance(app, _PerThread):
            app.__class__ = type("ThreadedApi", (_PerThread, type(app)), {})
        self._app = app
        self._on_access = on_access
        self._responses = responses
        self._authorizers = Authorizers(authorizer_ttl)
        self._config = Config.create(lambda_timeout=API_TIMEOUT_SECONDS, lambda_memory_size=1024)
        self._local = threading.local()

    def forget_authorizations(self) -> None:
        """Clears the authorizer cache, as a new deployment of the stage does."""
        self._authorizers.forget()

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", source_ip: str = "127.0.0.1"
    ) -> Answer:
        """Handles one request; `path` includes the query string. Does not raise for any request of a client."""
        exchange = _Exchange(method.upper(), path, {k.lower(): v for k, v in headers.items()}, body, source_ip)
        try:
            answer = self._answer(exchange)
        except RefusalError as refusal:
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
        local = self._gateway()
        try:
            event = local.event_converter.create_lambda_event(exchange.method, exchange.path, exchange.headers, None)
        except ValueError:
            raise RefusalError("MISSING_AUTHENTICATION_TOKEN") from None
        if "" in event["pathParameters"].values():
            raise RefusalError("MISSING_AUTHENTICATION_TOKEN")
        exchange.route = event["requestContext"]["resourcePath"]
        entries: dict[str, RouteEntry] = self._app.routes[exchange.route]
        if exchange.method == "OPTIONS" and any(entry.cors is not None for entry in entries.values()):
            return 200, {**local._autogen_options_headers(event), "Content-Length": "0"}, b""
        if exchange.method not in entries:
            exchange.route = "-"
            raise RefusalError("MISSING_AUTHENTICATION_TOKEN")
        context = local._generate_lambda_context()
        entry = entries[exchange.method]
        if entry.authorizer is not None:
            authorization = exchange.headers.get("authorization", "")
            exchange.authorizer = self._authorizers.allow(
                entry.authorizer, exchange.method, urlsplit(exchange.path).path, authorization, local
            )
        self._complete(event, exchange)
        return _lambda_answer(self._app(event, context))

    def _gateway(self) -> LocalGateway:
        """The LocalGateway of this thread, because it has state."""
        gateway: LocalGateway | None = getattr(self._local, "gateway", None)
        if gateway is None:
            gateway = self._local.gateway = LocalGateway(self._app, self._config)
        return gateway

    def _complete(self, event: dict[str, Any], exchange: _Exchange) -> None:
        """Adds fields of API Gateway's event that are missing in Chalice's."""
        request = event["requestContext"]
        request["identity"] = {"sourceIp": exchange.source_ip, "userAgent": exchange.headers.get("user-agent", "")}
        request["requestId"] = exchange.request_id
        request["requestTimeEpoch"] = int(exchange.started * 1000)
        request["stage"] = "api"
        if exchange.authorizer:
            request["authorizer"] = dict(exchange.authorizer)
        event["resource"] = exchange.route
        event["httpMethod"] = exchange.method
        event["path"] = request["path"]
        event["multiValueHeaders"] = {name: [value] for name, value in exchange.headers.items()}
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        content_type = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
        event["isBase64Encoded"] = bool(exchange.body) and content_type in self._app.api.binary_types
        if event["isBase64Encoded"]:
            event["body"] = base64.b64encode(exchange.body).decode("ascii")
        else:
            event["body"] = exchange.body.decode("utf-8", "replace") if exchange.body else None

    def _refuse(self, exchange: _Exchange, kind: str) -> Answer:
        exchange.error = kind
        response = self._responses[kind]
        headers = gateway_responses.headers(response, os.environ.get("NOVEX_WEB_ORIGIN", ""))
        headers["X-Request-Id"] = exchange.request_id
        body = json.dumps(gateway_responses.problem(response, exchange.request_id)).encode()
        return response.status, headers, body


def _lambda_answer(response: dict[str, Any]) -> Answer:
    headers = {name: str(value) for name, value in (response.get("headers") or {}).items()}
    headers |= {name: ", ".join(values) for name, values in (response.get("multiValueHeaders") or {}).items()}
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
        "request_id": exchange.request_id,
        "time_ms": str(int(exchange.started * 1000)),
        "ip": exchange.source_ip,
        "method": exchange.method,
        "route": exchange.route,
        "status": str(status),
        "latency_ms": str(int((time.time() - exchange.started) * 1000)),
        "tenant": exchange.authorizer.get("tenant") or "-",
        "actor": exchange.authorizer.get("sub") or "-",
        "error": exchange.error,
    }
