"""The one decorator of every route: who may call, what comes in, what goes out. OpenAPI is made from the same words."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, Unpack

import msgspec
from chalice.app import Blueprint, CORSConfig, Response

from chalicelib.access import permissions
from chalicelib.access import service as access
from chalicelib.edge import bodies, declaration, decode, incoming, problems
from chalicelib.edge.declaration import Endpoint, ExtraPermission, NoBody, NoQuery, Words
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.rendering import rendered
from chalicelib.edge.request import Request
from chalicelib.kernel import config, idempotency, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, IdempotencyKeyMissing, NotFound, PreconditionRequired
from chalicelib.kernel.idempotency import Answer

__all__ = ["Endpoint", "ExtraPermission", "NoBody", "NoQuery", "Request", "Routes", "cors", "declared"]

_LONGEST_ID = 128
"""Longer path parameters cannot be anybody's; the store would not take them as keys."""
V = TypeVar("V", bound=Callable[..., object])


class Routes(Blueprint):
    """A Chalice blueprint whose routes are endpoints. The view's signature is the declaration: it takes a
    `Request[body, query]`, or on a public route the Incoming request, and the parts of the path, and returns what is
    answered."""

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag

    def get(self, path: str, **words: Unpack[Words]) -> Callable[[V], V]:
        """A read."""
        return self._endpoint("GET", path, words)

    def post(self, path: str, **words: Unpack[Words]) -> Callable[[V], V]:
        """A command with an Idempotency-Key, unless `command` is False because it only reads."""
        return self._endpoint("POST", path, {"command": True, **words})

    def patch(self, path: str, **words: Unpack[Words]) -> Callable[[V], V]:
        """A change of a document, with If-Match."""
        return self._endpoint("PATCH", path, {"change": True, **words})

    def _endpoint(self, method: str, path: str, words: Words) -> Callable[[V], V]:
        def register(view: V) -> V:
            endpoint = declaration.read(method, path, view, self.tag, words)
            handler = _handler(endpoint, view)
            self.route(path, methods=[method], name=endpoint.name, cors=cors(), content_types=["*/*"])(handler)
            return view

        return register


@functools.cache
def cors() -> CORSConfig:
    """One configured origin; errors carry the same headers."""
    return CORSConfig(
        allow_origin=config.current().web_origin,
        allow_headers=["Idempotency-Key", "If-Match", "X-Request-Id", "traceparent"],
        expose_headers=[
            "Dry-Run",
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


_DECLARED: dict[Callable[..., object], Endpoint] = {}


def _handler(endpoint: Endpoint, view: Callable[..., object]) -> Callable[..., Response]:
    """The function that Chalice calls: everything around the view, errors included."""

    @functools.wraps(view)
    def handle(**path: str) -> Response:
        asked = incoming.current()
        try:
            return _respond(_run(endpoint, view, asked, path))
        except DomainError as error:
            log.count(f"Refused{error.status}")
            log.logger().info("refused", code=error.code, status=error.status, operation=endpoint.name)
            return problems.of_error(error, asked.request_id)
        except Exception:  # the last resort: nothing of it may reach the caller
            log.count("InternalError")
            log.logger().exception("unhandled", operation=endpoint.name)
            return problems.of_status(500, asked.request_id)

    _DECLARED[handle] = endpoint
    return handle


def declared(view: Callable[..., object]) -> Endpoint | None:
    """What a route's view was declared as; None for a view that is no endpoint."""
    return _DECLARED.get(view)


def _run(endpoint: Endpoint, view: Callable[..., object], asked: Incoming, path: Mapping[str, str]) -> Answer[Any]:
    if endpoint.is_public:
        return _public(endpoint, view, asked, path)
    request = _request(endpoint, asked, path)
    result = view(request, **path)
    return result if isinstance(result, Answer) else request.render(result)


def _public(endpoint: Endpoint, view: Callable[..., object], asked: Incoming, path: Mapping[str, str]) -> Answer[Any]:
    """Without a caller. The sender of a webhook decides what its address says, so only a GET's query is checked."""
    if endpoint.method == "GET":
        decode.query(NoQuery, asked.query)
    result = view(asked, **path)
    return result if isinstance(result, Answer) else rendered(endpoint, result)


def _request(endpoint: Endpoint, asked: Incoming, path: Mapping[str, str]) -> Request[Any, Any]:
    """What the view is given, when everything that is asked of the caller and of the request is right."""
    call = _admitted(endpoint, asked)
    if any(len(part) > _LONGEST_ID for part in path.values()):
        raise NotFound("There is nothing with an id that long.")
    query, is_dry_run = _query(endpoint, asked.query)
    _check_preconditions(endpoint, asked, is_dry_run=is_dry_run)
    body, bad_rows = bodies.read(endpoint, asked)
    for extra in endpoint.extra_permissions:
        if extra.applies(body):
            permissions.require(call, extra.permission)
    call = _as_called(call, endpoint, asked, is_dry_run=is_dry_run)
    return Request(call, body, query, functools.partial(rendered, endpoint, call=call), bad_rows)


def _admitted(endpoint: Endpoint, asked: Incoming) -> Call:
    """The caller, when he may come in. What the answer says about his limits is noted first, whatever it will be."""
    call, expires_at = asked.principal()
    verdict = access.count(call, expires_at, asked.now)
    asked.answered.update(verdict.fields)
    verdict.require()
    required = access.Requirements(endpoint.name, endpoint.permission, endpoint.scope, endpoint.dangerous)
    return access.admit(call, required)


def _as_called(call: Call, endpoint: Endpoint, asked: Incoming, *, is_dry_run: bool) -> Call:
    """The caller with what the use case may know of the request."""
    is_kept = endpoint.command and not is_dry_run
    return replace(
        call,
        method=endpoint.method,
        path=asked.path,
        fingerprint=idempotency.fingerprint(asked.body) if is_kept else "",
        idempotency_key=asked.idempotency_key if is_kept else None,
        if_match=asked.if_match if endpoint.change else None,
        is_dry_run=is_dry_run,
    )


def _query(endpoint: Endpoint, parameters: Mapping[str, Sequence[str]]) -> tuple[Any, bool]:
    """The query as the endpoint declares it, and whether this is a dry run."""
    if not endpoint.may_be_dry_run:
        return decode.query(endpoint.query or NoQuery, parameters), False
    asked = {name: values for name, values in parameters.items() if name == "dry_run"}
    others = {name: values for name, values in parameters.items() if name != "dry_run"}
    return decode.query(endpoint.query or NoQuery, others), decode.query(_DryRun, asked).dry_run


class _DryRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query parameter of every command."""

    dry_run: bool = False


def _check_preconditions(endpoint: Endpoint, asked: Incoming, *, is_dry_run: bool) -> None:
    """IdempotencyKeyMissing or PreconditionRequired. A dry run has nothing to repeat, so it needs no key."""
    has_key = endpoint.command and asked.idempotency_key is not None
    if endpoint.command and not is_dry_run and not has_key:
        raise IdempotencyKeyMissing()
    if endpoint.change and asked.if_match is None:
        raise PreconditionRequired()


def _respond(answer: Answer[Any]) -> Response:
    return Response(body=answer.body.decode(), status_code=answer.status, headers=dict(answer.headers))
