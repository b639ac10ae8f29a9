"""The decorator of all routes, which declares access, request and response. OpenAPI is made from the same
declaration."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, Unpack

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.access import permissions, privacy_signals
from chalicelib.access import service as access
from chalicelib.edge import bodies, declaration, decode, deprecations, forced_errors, incoming, problems, queries
from chalicelib.edge.cors import cors
from chalicelib.edge.declaration import Endpoint, ExtraPermission, NoBody, NoQuery, RouteOptions, Tag
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.rendering import conditional, rendered
from chalicelib.edge.request import Request
from chalicelib.edge.versions import exchange, history
from chalicelib.kernel import clock, idempotency, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import DomainError, IdempotencyKeyMissing, NotFound, PreconditionRequired
from chalicelib.kernel.idempotency import Answer

__all__ = ["Endpoint", "ExtraPermission", "NoBody", "NoQuery", "Request", "Routes", "taken"]

_LONGEST_ID = 128
"""No id is longer, and the store would not accept longer path parameters as keys."""
V = TypeVar("V", bound=Callable[..., object])
S = TypeVar("S", bound=msgspec.Struct)


class Routes(Blueprint):
    """A Chalice blueprint whose routes are endpoints. The view's signature declares the types: its parameters are a
    `Request[body, query]`, or on a public route the Incoming request, and the path parameters; it returns the
    response.

    tag: the group of operations in the OpenAPI document. description: of that group; of several packages with the same
    tag, one declares it."""

    def __init__(self, import_name: str, tag: str, description: str = "") -> None:
        super().__init__(import_name)
        self.tag = Tag(tag, description)
        self.endpoints: list[Endpoint] = []

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
            self.endpoints.append(endpoint)
            handler = _handler(endpoint, view)
            self.route(path, methods=[method], name=endpoint.name, cors=cors(), content_types=["*/*"])(handler)
            return view

        return register


def taken(kind: type[S], received: Incoming) -> S:
    """The body of a public route. UnsupportedMediaType, BadRequest, Invalid with every field error."""
    return bodies.of_public(kind, received)


def _handler(endpoint: Endpoint, view: Callable[..., object]) -> Callable[..., Response]:
    """The function that Chalice calls: checks the request, calls the view, and renders its result or error."""

    @functools.wraps(view)
    def handle(**path: str) -> Response:
        received = incoming.current()
        try:
            return _respond(_answer(endpoint, view, received, path))
        except DomainError as error:
            log.count(f"Refused{error.status}")
            log.logger().info("refused", code=error.code, status=error.status, operation=endpoint.name)
            refusal = problems.of_error(error, received)
            return exchange.problem_in_version(endpoint, received, error, refusal)
        except Exception:  # no detail of an unexpected error may reach the caller
            log.count("InternalError")
            log.logger().exception("unhandled", operation=endpoint.name)
            return problems.of_status(500, received)

    return handle


def _answer(
    endpoint: Endpoint, view: Callable[..., object], received: Incoming, path: Mapping[str, str]
) -> Answer[Any]:
    answer = exchange.in_version(endpoint, received, _run(endpoint, view, received, path))
    return conditional(answer, received.headers.get("if-none-match")) if endpoint.method == "GET" else answer


def _run(endpoint: Endpoint, view: Callable[..., object], received: Incoming, path: Mapping[str, str]) -> Answer[Any]:
    incoming.check_size(received.body, is_large=endpoint.large)
    if endpoint.is_public:
        return _public(endpoint, view, received, path)
    exchange.presume(received)
    call = _admit(endpoint, received)
    if received.sends_gpc:
        privacy_signals.record(call)
    with clock.shown_by(call.clock_setting):
        request = _request(endpoint, received, path, call)
        result = view(request, **path)
        return result if isinstance(result, Answer) else request.render(result)


def _public(
    endpoint: Endpoint, view: Callable[..., object], received: Incoming, path: Mapping[str, str]
) -> Answer[Any]:
    """Runs a public view. The query is checked only for GET, because the sender of a webhook may add parameters."""
    if endpoint.versioned:
        exchange.choose(received, history.newest())
    if endpoint.method == "GET":
        decode.query(NoQuery, received.query)
    result = view(received, **path)
    return result if isinstance(result, Answer) else rendered(endpoint, result)


def _request(endpoint: Endpoint, received: Incoming, path: Mapping[str, str], call: Call) -> Request[Any, Any]:
    """The view's Request, after all checks of what the admitted caller has sent."""
    exchange.choose(received, history.in_force(call.api_version, received.now))
    forced_errors.raise_requested(endpoint, received, call)
    in_newest_form = exchange.in_newest_form(endpoint, received)
    deprecations.tell(endpoint, in_newest_form)
    if any(len(part) > _LONGEST_ID for part in path.values()):
        raise NotFound("There is nothing with an id that long.")
    query = decode.query(queries.type_of(endpoint), in_newest_form.query)
    common = queries.common(query)
    _check_preconditions(endpoint, received, is_dry_run=common.dry_run)
    body, bad_rows = bodies.read(endpoint, in_newest_form)
    for extra in endpoint.extra_permissions:
        if extra.applies(body):
            permissions.require(call, extra.permission)
    call = _with_request(call, endpoint, received, path, is_dry_run=common.dry_run)
    render = functools.partial(rendered, endpoint, call=call, common=common, query=received.query)
    return Request(call, body, query, render, bad_rows)


def _admit(endpoint: Endpoint, received: Incoming) -> Call:
    """The caller, after access control. Adds the rate limit headers to the response before anything is refused, and the
    caller's notices afterwards."""
    call, expires_at = received.principal()
    verdict = access.count(call, expires_at, received.now)
    received.answered.update(verdict.fields)
    verdict.require()
    required = access.Requirements(
        endpoint.name, endpoint.permission, endpoint.scope, endpoint.dangerous, endpoint.before_acceptance
    )
    call = access.admit(call, required)
    received.answered.update(call.notices)
    return call


def _with_request(
    call: Call, endpoint: Endpoint, received: Incoming, path: Mapping[str, str], *, is_dry_run: bool
) -> Call:
    """The call with the parameters of the request that use cases need. Its path is made from the declaration, because
    stored answers are found by it and the same route can be spelled in several ways."""
    stores_answer = endpoint.command and not is_dry_run
    return replace(
        call,
        method=endpoint.method,
        path=endpoint.path.format(**path),
        fingerprint=idempotency.fingerprint(received.body) if stores_answer else "",
        idempotency_key=received.idempotency_key if stores_answer else None,
        if_match=received.if_match if endpoint.change else None,
        is_dry_run=is_dry_run,
    )


def _check_preconditions(endpoint: Endpoint, received: Incoming, *, is_dry_run: bool) -> None:
    """Raises IdempotencyKeyMissing or PreconditionRequired. A dry run needs no key, because it stores no answer."""
    has_key = endpoint.command and received.idempotency_key is not None  # refuses a malformed one
    if endpoint.command and not is_dry_run and not has_key:
        raise IdempotencyKeyMissing()
    if endpoint.change and received.if_match is None:
        raise PreconditionRequired()


def _respond(answer: Answer[Any]) -> Response:
    return Response(body=answer.body.decode(), status_code=answer.status, headers=dict(answer.headers))
