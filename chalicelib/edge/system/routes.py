"""The system routes, which are public and return only public data."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from chalicelib.access.permissions import PUBLIC
from chalicelib.edge.api import Api
from chalicelib.edge.endpoint import Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.system import reference, service
from chalicelib.edge.system.document import OpenApiDocument
from chalicelib.edge.system.errors import NotReady
from chalicelib.edge.system.schemas import Health, Readiness
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "System")
_CACHED_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For files with their version in the name."""


@routes.get(
    "/openapi.json",
    permission=PUBLIC,
)
def read_openapi(_: Incoming) -> Answer[OpenApiDocument]:
    """Read this OpenAPI document.

    OpenAPI 3.1, generated from the declarations that also validate every request.
    """
    return _specification()


@routes.get(
    "/docs",
    permission=PUBLIC,
    media_type="text/html",
)
def read_reference(_: Incoming) -> Answer[str]:
    """Read the API reference.

    An HTML page that shows the OpenAPI document and can call the operations; it loads nothing from other hosts.
    """
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": reference.CONTENT_SECURITY_POLICY,
    }
    return Answer(200, headers, reference.page().encode())


@routes.get(
    f"/{reference.STYLE}",
    permission=PUBLIC,
    media_type="text/css",
)
def read_reference_style(_: Incoming) -> Answer[str]:
    """Read the stylesheet of the API reference."""
    return _file(reference.STYLE, "text/css", _CACHED_FOREVER)


@routes.get(
    f"/{reference.LIBRARY}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_library(_: Incoming) -> Answer[str]:
    """Read the library of the API reference, Swagger UI."""
    return _file(reference.LIBRARY, "text/javascript", _CACHED_FOREVER)


@routes.get(
    f"/{reference.START}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_start(_: Incoming) -> Answer[str]:
    """Read the script that starts the API reference."""
    return _file(reference.START, "text/javascript", {})


def _file(name: str, media_type: str, headers: Mapping[str, str]) -> Answer[str]:
    return Answer(200, {"Content-Type": f"{media_type}; charset=utf-8", **headers}, reference.content(name))


@routes.get(
    "/health",
    permission=PUBLIC,
)
def read_health(_: Incoming) -> Health:
    """Check that the API runs.

    For load balancers and uptime checks; checks no other service.
    """
    return Health("ok")


@routes.get(
    "/ready",
    permission=PUBLIC,
    errors=[NotReady],
)
def read_readiness(_: Incoming) -> Readiness:
    """Check that the services that the API needs respond.

    Reads the database, the platform's secret and the queues, at most every five seconds. Responds with 503 and the
    failed checks when a service does not respond.
    """
    return service.readiness()


@cache
def _document() -> dict[str, Any]:
    # Imported at the first request, because no other route needs it.
    from chalicelib.edge import openapi  # noqa: PLC0415 - see above

    app = routes.current_app
    if not isinstance(app, Api):
        raise TypeError("the system routes are registered on something else")
    return openapi.document(app.endpoints())


@cache
def _specification() -> Answer[Any]:
    return Answer(200, {"Content-Type": "application/json"}, msgspec.json.encode(_document()))
