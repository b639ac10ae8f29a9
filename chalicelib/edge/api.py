"""The Chalice app of the API: registers the routes, and adds common headers and problem documents to all responses."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalice.app import Authorizer, Blueprint, Chalice

from chalicelib.access import permissions
from chalicelib.edge import incoming, problems
from chalicelib.edge.endpoint import Endpoint, cors, declared
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel import log
from chalicelib.kernel.errors import PayloadTooLarge

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


class Api(Chalice):
    """A Chalice app that returns every error as problem+json and adds the common headers to every response."""

    def __init__(self, name: str, blueprints: Iterable[Blueprint], authorizer: Authorizer) -> None:
        super().__init__(app_name=name, configure_logs=False)
        for blueprint in blueprints:
            self.register_blueprint(blueprint)
        self._protect(authorizer)

    def endpoints(self) -> list[Endpoint]:
        """The endpoints of all routes, sorted by path and method."""
        found = [
            declared(entry.view_function)
            for path in sorted(self.routes)
            for _, entry in sorted(self.routes[path].items())
        ]
        return [endpoint for endpoint in found if endpoint is not None]

    def _protect(self, authorizer: Authorizer) -> None:
        """Sets the authorizer of every route that is not public. TypeError for a route that is not declared as an
        endpoint."""
        for path, methods in self.routes.items():
            for method, entry in methods.items():
                endpoint = declared(entry.view_function)
                if endpoint is None:
                    raise TypeError(f"{method} {path} is not declared as an endpoint")
                _check_permissions(endpoint)
                entry.authorizer = None if endpoint.is_public else authorizer

    def __call__(self, event: Mapping[str, Any], context: object) -> dict[str, Any]:
        """The response to a proxy event of the gateway; both are JSON, whose shapes only Chalice and AWS define."""
        request = incoming.accept(event)
        log.logger().thread_safe_append_keys(request_id=request.request_id, tenant=request.authorizer.get("tenant"))
        try:
            incoming.check_size(request)
            response = super().__call__(event, context)
        except PayloadTooLarge as error:
            response = problems.of_error(error, request.request_id).to_dict()
        finally:
            log.flush()
            log.logger().thread_safe_clear_keys()
        return _with_common_headers(response, request)


def _check_permissions(endpoint: Endpoint) -> None:
    """TypeError when the endpoint requires a permission that no module declares."""
    named = {endpoint.permission, *(extra.permission for extra in endpoint.extra_permissions), *endpoint.hidden_without}
    unknown = named - {permissions.PUBLIC, permissions.SELF, *permissions.declared()}
    if unknown:
        raise TypeError(f"{endpoint.method} {endpoint.path} names no known permission: {', '.join(sorted(unknown))}")


def _with_common_headers(response: dict[str, Any], request: Incoming) -> dict[str, Any]:
    headers = response.setdefault("headers", {})
    if response["statusCode"] >= 400 and headers.get("Content-Type") != problems.CONTENT_TYPE:
        response = problems.of_status(response["statusCode"], request.request_id).to_dict()
        headers = response["headers"]
    headers |= {name: value for name, value in SECURITY_HEADERS.items() if name not in headers}
    headers |= cors().get_access_control_headers()
    headers["Vary"] = "Origin"
    headers |= request.answered
    headers["X-Request-Id"] = request.request_id
    headers["traceparent"] = request.traceparent
    return response
