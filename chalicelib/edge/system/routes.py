"""The system routes, which are public and return only public data."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.access.permissions import PUBLIC
from chalicelib.edge import index
from chalicelib.edge.endpoint import Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.system import reference, service
from chalicelib.edge.system.document import OpenApiDocument
from chalicelib.edge.system.errors import NotReady
from chalicelib.edge.system.schemas import Entrance, Health, Readiness
from chalicelib.edge.versions import exchange
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "System", "Health of the API, and this document. No token is needed.")
_CACHED_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For a file with its version in the name."""


@routes.get(
    "/",
    permission=PUBLIC,
)
def read_entrance(_: Incoming) -> Entrance:
    """Read where the reference of the API is.

    The paths of the page for people and of this document, relative to the base URL.
    """
    return Entrance()


@routes.get(
    "/openapi.json",
    permission=PUBLIC,
    takes_version=True,
)
def read_openapi(received: Incoming) -> Answer[OpenApiDocument]:
    """Read this OpenAPI document.

    OpenAPI 3.1, generated from the declarations that also validate every request. With Novex-Version it is the document
    of that version, otherwise of the newest.
    """
    return _specification(exchange.version_of(received))


@routes.get(
    "/docs",
    permission=PUBLIC,
    media_type="text/html",
)
def read_reference(_: Incoming) -> Answer[str]:
    """Read the API reference.

    An HTML page that shows the OpenAPI document and guides, and can call the operations; it loads nothing from other
    hosts.
    """
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": reference.CONTENT_SECURITY_POLICY,
    }
    return Answer(200, headers, reference.page().encode())


@routes.get(
    f"/{reference.LIBRARY}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_library(_: Incoming) -> Answer[str]:
    """Read the library of the API reference.

    Scalar, a file of the page at `/docs` with its version in the path.
    """
    return _script(reference.LIBRARY, _CACHED_FOREVER)


@routes.get(
    f"/{reference.START}",
    permission=PUBLIC,
    media_type="text/javascript",
)
def read_reference_start(_: Incoming) -> Answer[str]:
    """Read the script that starts the API reference.

    A file of the page at `/docs`.
    """
    return _script(reference.START, {})


def _script(name: str, headers: Mapping[str, str]) -> Answer[str]:
    return Answer(200, {"Content-Type": "text/javascript; charset=utf-8", **headers}, reference.content(name))


@routes.get(
    "/health",
    permission=PUBLIC,
)
def read_health(_: Incoming) -> Health:
    """Check that the API runs.

    For load balancers and uptime checks. It checks no other service.
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
def _specification(version: str) -> Answer[Any]:
    return Answer(200, {"Content-Type": "application/json"}, index.document(version))
