"""The system routes: public, and telling nothing that is not public."""

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
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For files whose name holds their version."""


@routes.get(
    "/openapi.json",
    permission=PUBLIC,
)
def read_openapi(_: Incoming) -> Answer[OpenApiDocument]:
    """Read this specification.

    OpenAPI 3.1, made from the same declarations that serve and validate every request.
    """
    return _specification()


@routes.get(
    "/docs",
    permission=PUBLIC,
    media_type="text/html",
)
def read_reference(_: Incoming) -> Answer[str]:
    """Read the API reference.

    The specification as a page for people, which can also call what it shows; it loads nothing from elsewhere.
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
    headers = {"Content-Type": "text/css; charset=utf-8", **_FOR_GOOD}
    return Answer(200, headers, reference.content(reference.STYLE))


@routes.get(
    f"/{reference.LIBRARY}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_library(_: Incoming) -> Answer[str]:
    """Read the library of the API reference, Swagger UI."""
    headers = {"Content-Type": "text/javascript; charset=utf-8", **_FOR_GOOD}
    return Answer(200, headers, reference.content(reference.LIBRARY))


@routes.get(
    f"/{reference.START}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_start(_: Incoming) -> Answer[str]:
    """Read the script that starts the API reference."""
    return Answer(200, {"Content-Type": "text/javascript; charset=utf-8"}, reference.content(reference.START))


@routes.get(
    "/health",
    permission=PUBLIC,
)
def read_health(_: Incoming) -> Health:
    """Tell that the API runs.

    Asks nothing behind it; for load balancers and uptime checks.
    """
    return Health("ok")


@routes.get(
    "/ready",
    permission=PUBLIC,
    errors=[NotReady],
)
def read_readiness(_: Incoming) -> Readiness:
    """Tell whether everything that the API needs answers.

    One read of the store, the platform's secret and the queues, at most every five seconds; 503 names what failed.
    """
    return service.readiness()


@cache
def _document() -> dict[str, Any]:
    # Imported when somebody asks: no other request of the function needs it.
    from chalicelib.edge import openapi  # noqa: PLC0415 - see above

    app = routes.current_app
    if not isinstance(app, Api):
        raise TypeError("the system routes are registered on something else")
    return openapi.document(app.endpoints())


@cache
def _specification() -> Answer[Any]:
    return Answer(200, {"Content-Type": "application/json"}, msgspec.json.encode(_document()))
