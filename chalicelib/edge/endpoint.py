"""The decorator of all routes, which declares access, request and response. OpenAPI is made from the same
declaration."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, Unpack

import msgspec
from chalice.app import Blueprint, CORSConfig, Response

from chalicelib.access import permissions
from chalicelib.access import service as access
from chalicelib.edge import bodies, declaration, decode, incoming, problems
from chalicelib.edge.declaration import Endpoint, ExtraPermission, NoBody, NoQuery, RouteOptions
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.rendering import rendered
from chalicelib.edge.request import Request
from chalicelib.kernel import config, idempotency, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, IdempotencyKeyMissing, NotFound, PreconditionRequired
from chalicelib.kernel.idempotency import Answer

__all__ = ["Endpoint", "ExtraPermission", "NoBody", "NoQuery", "Request", "Routes", "cors", "declared"]

_LONGEST_ID = 128
"""No id is longer, and the store would not accept longer path parameters as keys."""
V = TypeVar("V", bound=Callable[..., object])


class Routes(Blueprint):
    """A Chalice blueprint whose routes are endpoints. The view's signature declares the types: its parameters are a
    `Request[body, query]`, or on a public route the Incoming request, and the path parameters; it returns the
    response."""

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag

    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Declares a GET route."""
        return self._endpoint("GET", path, options)

    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Declares a POST route with an Idempotency-Key, unless `command` is False because it only reads."""
        return self._endpoint("POST", path, {"command": True, **options})

    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[V], V]:
        """Declares a PATCH route with If-Match."""
        return self._endpoint("PATCH", path, {"change": True, **options})

    def _endpoint(self, method: str, path: str, options: RouteOptions) -> Callable[[V], V]:
        def register(view: V) -> V:
            endpoint = declaration.read(method, path, view, self.tag, options)
            handler = _handler(endpoint, view)
            self.route(path, methods=[method], name=endpoint.name, cors=cors(), content_types=["*/*"])(handler)
            return view

        return register


@functools.cache
def cors() -> CORSConfig:
    """The CORS configuration, with the one configured origin."""
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
    """The function that Chalice calls: checks the request, calls the view, and renders its result or error."""

    @functools.wraps(view)
    def handle(**path: str) -> Response:
        received = incoming.current()
        try:
            return _respond(_run(endpoint, view, received, path))
        except DomainError as error:
            log.count(f"Refused{error.status}")
            log.logger().info("refused", code=error.code, status=error.status, operation=endpoint.name)
            return problems.of_error(error, received.request_id)
        except Exception:  # no detail of an unexpected error may reach the caller
            log.count("InternalError")
            log.logger().exception("unhandled", operation=endpoint.name)
            return problems.of_status(500, received.request_id)

    _DECLARED[handle] = endpoint
    return handle


def declared(view: Callable[..., object]) -> Endpoint | None:
    """The endpoint of a registered view function; None if it is not an endpoint."""
    return _DECLARED.get(view)


def _run(endpoint: Endpoint, view: Callable[..., object], received: Incoming, path: Mapping[str, str]) -> Answer[Any]:
    if endpoint.is_public:
        return _public(endpoint, view, received, path)
    request = _request(endpoint, received, path)
    result = view(request, **path)
    return result if isinstance(result, Answer) else request.render(result)


def _public(
    endpoint: Endpoint, view: Callable[..., object], received: Incoming, path: Mapping[str, str]
) -> Answer[Any]:
    """Runs a public view. The query is checked only for GET, because the sender of a webhook may add parameters."""
    if endpoint.method == "GET":
        decode.query(NoQuery, received.query)
    result = view(received, **path)
    return result if isinstance(result, Answer) else rendered(endpoint, result)


def _request(endpoint: Endpoint, received: Incoming, path: Mapping[str, str]) -> Request[Any, Any]:
    """The view's Request, after all checks of the caller and of the request."""
    call = _admit(endpoint, received)
    if any(len(part) > _LONGEST_ID for part in path.values()):
        raise NotFound("There is nothing with an id that long.")
    query, is_dry_run = _query(endpoint, received.query)
    _check_preconditions(endpoint, received, is_dry_run=is_dry_run)
    body, bad_rows = bodies.read(endpoint, received)
    for extra in endpoint.extra_permissions:
        if extra.applies(body):
            permissions.require(call, extra.permission)
    call = _with_request(call, endpoint, received, is_dry_run=is_dry_run)
    return Request(call, body, query, functools.partial(rendered, endpoint, call=call), bad_rows)


def _admit(endpoint: Endpoint, received: Incoming) -> Call:
    """The caller, after access control. Adds the rate limit headers to the response before anything is refused."""
    call, expires_at = received.principal()
    verdict = access.count(call, expires_at, received.now)
    received.answered.update(verdict.fields)
    verdict.require()
    required = access.Requirements(endpoint.name, endpoint.permission, endpoint.scope, endpoint.dangerous)
    return access.admit(call, required)


def _with_request(call: Call, endpoint: Endpoint, received: Incoming, *, is_dry_run: bool) -> Call:
    """The call with the parameters of the request that use cases need."""
    stores_answer = endpoint.command and not is_dry_run
    return replace(
        call,
        method=endpoint.method,
        path=received.path,
        fingerprint=idempotency.fingerprint(received.body) if stores_answer else "",
        idempotency_key=received.idempotency_key if stores_answer else None,
        if_match=received.if_match if endpoint.change else None,
        is_dry_run=is_dry_run,
    )


def _query(endpoint: Endpoint, parameters: Mapping[str, Sequence[str]]) -> tuple[Any, bool]:
    """The decoded query, and whether this is a dry run."""
    if not endpoint.may_be_dry_run:
        return decode.query(endpoint.query or NoQuery, parameters), False
    dry_run = {name: values for name, values in parameters.items() if name == "dry_run"}
    others = {name: values for name, values in parameters.items() if name != "dry_run"}
    return decode.query(endpoint.query or NoQuery, others), decode.query(_DryRun, dry_run).dry_run


class _DryRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query parameter that all commands and changes have."""

    dry_run: bool = False


def _check_preconditions(endpoint: Endpoint, received: Incoming, *, is_dry_run: bool) -> None:
    """Raises IdempotencyKeyMissing or PreconditionRequired. A dry run needs no key, because it stores no answer."""
    has_key = endpoint.command and received.idempotency_key is not None  # refuses a malformed one
    if endpoint.command and not is_dry_run and not has_key:
        raise IdempotencyKeyMissing()
    if endpoint.change and received.if_match is None:
        raise PreconditionRequired()


def _respond(answer: Answer[Any]) -> Response:
    return Response(body=answer.body.decode(), status_code=answer.status, headers=dict(answer.headers))
