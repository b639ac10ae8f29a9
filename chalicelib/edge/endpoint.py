"""The one decorator of every route: who may call, what comes in, what goes out. OpenAPI is made from the same words."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from chalice.app import Blueprint, CORSConfig, Response

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge import admission, decode, problems, request
from chalicelib.kernel import config, idempotency, log, use_case
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo.attributes import encode_hook
from chalicelib.kernel.errors import (
    DomainError,
    FieldError,
    IdempotencyKeyMissing,
    NotFound,
    PreconditionRequired,
    UnsupportedMediaType,
)
from chalicelib.kernel.idempotency import Answer

_encoder = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")
_LONGEST_ID = 128
"""Longer path parameters cannot be anybody's; the store would not take them as keys."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a route declares.

    body / query / returns: msgspec types. command: a POST that needs an Idempotency-Key. change: needs If-Match.
    errors: refusals beyond the ones that the declaration itself implies. location: path of a created thing.
    dangerous: needs a recent login of a person, standing is read fresh and a refusal journaled. scope: what it does
    about callers limited to warehouses. asynchronous: may answer 202 while a job goes on. rows: the field of a bulk
    body whose bad rows may be skipped.
    """

    method: str
    path: str
    name: str
    summary: str
    tag: str
    permission: str
    scope: Scope = Scope.UNRESTRICTED_ONLY
    body: Any = None
    query: Any = None
    returns: Any = None
    status: int = 200
    command: bool = False
    change: bool = False
    asynchronous: bool = False
    dangerous: bool = False
    errors: Sequence[type[DomainError]] = ()
    location: str | None = None
    rows: str | None = None
    description: str = ""

    @property
    def is_public(self) -> bool:
        return self.permission == permissions.PUBLIC


class Request:
    """What a view is given: the call, what was sent, and the way to run use cases for it.

    body / query: as the endpoint declares them. bad_rows: errors of the rows of a bulk body that are to be skipped.
    """

    def __init__(
        self,
        call: Call,
        endpoint: Endpoint,
        body: Any = None,
        query: Any = None,
        bad_rows: Mapping[int, Sequence[FieldError]] | None = None,
    ) -> None:
        self.call = call
        self.endpoint = endpoint
        self.body = body
        self.query = query
        self.bad_rows = bad_rows or {}

    def commit(self, decide: Any, *args: Any) -> Answer:
        """Runs a use case; its result is the response, stored with the effect."""
        return use_case.answer(self.call, self.render, decide, *args)

    def stored(self) -> Answer | None:
        """The answer of an earlier identical command, for views that write in several commits."""
        return idempotency.find(self.call)

    def render(self, result: Any) -> Answer:
        """A result as this endpoint's response."""
        return _rendered(self.endpoint, result)


def _rendered(endpoint: Endpoint, result: Any) -> Answer:
    """A result as a response: ETag from its version, Location from its id, 202 while a job works on it."""
    headers = {"Content-Type": "application/json"}
    version = getattr(result, "version", None)
    if version is not None:
        headers["ETag"] = f'"{version}"'
    status = endpoint.status
    if endpoint.location:
        headers["Location"] = endpoint.location.format(id=result.id)
    job = getattr(result, "job_id", None)
    if endpoint.asynchronous and job:
        status, headers["Location"] = 202, f"/v1/jobs/{job}"
    if result is None:
        return Answer(204, {}, b"")
    return Answer(status, headers, _encoder.encode(result))


View = Callable[..., Any]


class Routes(Blueprint):
    """A Chalice blueprint whose routes are endpoints."""

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag

    def get(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._endpoint("GET", path, declared)

    def post(self, path: str, *, command: bool = True, **declared: Any) -> Callable[[View], View]:
        """A POST is a command with an Idempotency-Key unless it only reads."""
        return self._endpoint("POST", path, {"command": command, **declared})

    def patch(self, path: str, **declared: Any) -> Callable[[View], View]:
        return self._endpoint("PATCH", path, {"change": True, **declared})

    def _endpoint(self, method: str, path: str, declared: dict[str, Any]) -> Callable[[View], View]:
        def register(view: View) -> View:
            summary, _, description = (view.__doc__ or "").strip().partition("\n")
            if not summary:
                raise TypeError(f"{method} {path} has no docstring: it is the operation's summary")
            endpoint = Endpoint(
                method, path, view.__name__, summary.rstrip("."), self.tag, description=_joined(description), **declared
            )
            _check(endpoint)
            handler = _handler(endpoint, view)
            self.route(path, methods=[method], name=view.__name__, cors=cors(), content_types=["*/*"])(handler)
            return view

        return register


def _joined(text: str) -> str:
    return " ".join(text.split())


def _check(endpoint: Endpoint) -> None:
    if endpoint.permission not in (permissions.PUBLIC, permissions.SELF, *permissions.PERMISSIONS):
        raise TypeError(f"{endpoint.method} {endpoint.path} names no known permission: {endpoint.permission}")


@functools.cache
def cors() -> CORSConfig:
    """One configured origin; errors carry the same headers."""
    return CORSConfig(
        allow_origin=config.current().web_origin,
        allow_headers=["Idempotency-Key", "If-Match", "X-Request-Id", "traceparent"],
        expose_headers=[
            "ETag",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "WWW-Authenticate",
            "x-amzn-remapped-www-authenticate",
            "X-Request-Id",
            "traceparent",
            "Idempotent-Replayed",
        ],
        max_age=600,
    )


_DECLARED: dict[View, Endpoint] = {}


def _handler(endpoint: Endpoint, view: View) -> View:
    """The function that Chalice calls: everything around the view, errors included."""

    @functools.wraps(view)
    def handle(**path: str) -> Response:
        incoming = request.current()
        try:
            return _respond(_run(endpoint, view, incoming, path))
        except DomainError as error:
            log.count(f"Refused{error.status}")
            log.logger().info("refused", code=error.code, status=error.status, operation=endpoint.name)
            return problems.of_error(error, incoming.request_id)
        except Exception:  # the last resort: nothing of it may reach the caller
            log.count("InternalError")
            log.logger().exception("unhandled", operation=endpoint.name)
            return problems.of_status(500, incoming.request_id)

    _DECLARED[handle] = endpoint
    return handle


def declared(view: View) -> Endpoint | None:
    """What a route's view was declared as; None for a view that is no endpoint."""
    return _DECLARED.get(view)


def _run(endpoint: Endpoint, view: View, incoming: request.Incoming, path: dict[str, str]) -> Answer:
    result = (_public if endpoint.is_public else _asked)(endpoint, view, incoming, path)
    return result if isinstance(result, Answer) else _rendered(endpoint, result)


def _public(endpoint: Endpoint, view: View, incoming: request.Incoming, path: dict[str, str]) -> Any:
    """Without a caller. The sender of a webhook decides what its address says, so only a GET's query is checked."""
    if endpoint.method == "GET":
        decode.query(endpoint.query or NoQuery, incoming.query)
    return view(incoming, **path)


def _asked(endpoint: Endpoint, view: View, incoming: request.Incoming, path: dict[str, str]) -> Any:
    call = admission.admit(endpoint, incoming)
    if any(len(part) > _LONGEST_ID for part in path.values()):
        raise NotFound("There is nothing with an id that long.")
    _preconditions(endpoint, incoming)
    body, bad_rows = _body(endpoint, incoming)
    query = decode.query(endpoint.query or NoQuery, incoming.query)
    call = replace(
        call,
        method=endpoint.method,
        path=incoming.path,
        fingerprint=idempotency.fingerprint(incoming.body) if endpoint.command else "",
        idempotency_key=incoming.idempotency_key if endpoint.command else None,
        if_match=incoming.if_match if endpoint.change else None,
    )
    return view(Request(call, endpoint, body, query, bad_rows), **path)


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A route without query parameters."""


def _preconditions(endpoint: Endpoint, incoming: request.Incoming) -> None:
    if endpoint.command and incoming.idempotency_key is None:
        raise IdempotencyKeyMissing()
    if endpoint.change and incoming.if_match is None:
        raise PreconditionRequired()


def _body(endpoint: Endpoint, incoming: request.Incoming) -> tuple[Any, dict[int, list[FieldError]]]:
    if endpoint.body is None:
        if incoming.body.strip() not in (b"", b"{}"):
            decode.body(NoQuery, incoming.body)
        return None, {}
    if incoming.media_type != "application/json":
        raise UnsupportedMediaType("Send application/json.")
    raw = incoming.body or b"{}"
    if endpoint.rows:
        return decode.rows(endpoint.body, raw, endpoint.rows)
    return decode.body(endpoint.body, raw), {}


def _respond(answer: Answer) -> Response:
    return Response(body=answer.body.decode(), status_code=answer.status, headers=dict(answer.headers))
