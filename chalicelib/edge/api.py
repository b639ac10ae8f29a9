"""The Chalice app of the API, which has the gateway's paths, and behind it the views, imported when they are needed."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from chalice.app import Authorizer, Blueprint, Chalice

from chalicelib.edge import incoming, index, problems
from chalicelib.edge.cors import cors
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.router import GREEDY, METHODS
from chalicelib.kernel import log, privacy
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.errors import DomainError, NotFound

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


class Api(Chalice):
    """The Chalice app that the gateway's template is made from. Its routes are the gateway's paths: the greedy one with
    the authorizer, and a door for each public route. It finds the route of each request, returns every error as
    problem+json and adds the common headers to every response."""

    def __init__(self, name: str, modules: Iterable[Module]) -> None:
        super().__init__(app_name=name, configure_logs=False)
        self._views = Views(name, modules)
        self._router = index.router()
        privacy.hide(index.current().hidden_names)

    def describe(self, authorizer: Authorizer, functions: Iterable[Blueprint]) -> None:
        """Registers what the template is made from: the gateway's paths, and the functions that are not the API."""
        self._gateway_path(GREEDY, authorizer)
        for path in self._router.doors:
            self._gateway_path(path, None)
        for blueprint in functions:
            self.register_blueprint(blueprint)

    def endpoints(self) -> list[Endpoint]:
        """The endpoints of all routes, by path and method."""
        return [endpoint for _, endpoint in index.endpoints()]

    def _gateway_path(self, path: str, authorizer: Authorizer | None) -> None:
        register = self.route(
            path, methods=list(METHODS), name=path, cors=cors(), content_types=["*/*"], authorizer=authorizer
        )
        register(_unreached)

    def __call__(self, event: Mapping[str, Any], context: object) -> dict[str, Any]:
        """The response to a proxy event of the gateway; both are JSON, whose shapes only Chalice and AWS define."""
        request = incoming.accept(event)
        keys: dict[str, object] = {"request_id": request.request_id}
        keys |= {"client_request_id": request.client_request_id or None, "gpc": request.sends_gpc or None}
        log.logger().thread_safe_append_keys(**keys, tenant=request.authorizer.get("tenant"))
        try:
            incoming.unpack(request)
            response = self._dispatch(event, context, request)
        except DomainError as error:
            response = problems.of_error(error, request).to_dict()
        finally:
            log.flush()
            log.logger().thread_safe_clear_keys()
        return _with_common_headers(response, request)

    def _dispatch(self, event: Mapping[str, Any], context: object, request: Incoming) -> dict[str, Any]:
        """The response of the request's route. NotFound, MethodNotAllowed."""
        found = self._router.find(request.method, request.path)
        self._views.load(found.route.module)
        if not self._views.has(found.route.method, found.route.path):
            raise NotFound()
        named = {
            **event["requestContext"],
            "resourcePath": found.route.path,
            "httpMethod": found.route.method,
        }
        response: dict[str, Any] = self._views(
            {**event, "requestContext": named, "pathParameters": found.parameters}, context
        )
        return response


class Views(Chalice):
    """The Chalice app of all views. It has the routes of the modules that were loaded."""

    def __init__(self, name: str, modules: Iterable[Module]) -> None:
        super().__init__(app_name=name, configure_logs=False)
        self._waiting = {module.name: module for module in modules}
        self._lock = threading.Lock()

    def load(self, name: str) -> None:
        """Imports the routes of a module, once."""
        if name not in self._waiting:
            return
        with self._lock:
            module = self._waiting.get(name)
            if module is None:
                return
            for loaded in module.load(module.routes):
                self.register_blueprint(loaded.routes)
            del self._waiting[name]

    def has(self, method: str, path: str) -> bool:
        """Whether a loaded module declares the route."""
        return method in self.routes.get(path, {})


def _unreached(**parameters: str) -> None:
    """The view of the gateway's paths; `Api` hands requests on before Chalice would call it."""


def _with_common_headers(response: dict[str, Any], request: Incoming) -> dict[str, Any]:
    headers = response.setdefault("headers", {})
    if response["statusCode"] >= 400 and headers.get("Content-Type") != problems.CONTENT_TYPE:
        response = problems.of_status(response["statusCode"], request).to_dict()
        headers = response["headers"]
    headers |= {name: value for name, value in SECURITY_HEADERS.items() if name not in headers}
    headers |= cors().get_access_control_headers()
    headers["Vary"] = "Origin, Accept-Encoding, Novex-Version"  # the gateway compresses
    links = [each["Link"] for each in (headers, request.answered) if "Link" in each]
    headers |= request.answered
    if links:
        headers["Link"] = ", ".join(links)
    headers["X-Request-Id"] = request.request_id
    if request.client_request_id:
        headers["X-Client-Request-Id"] = request.client_request_id
    headers["traceparent"] = request.traceparent
    return response
