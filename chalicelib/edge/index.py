"""The index of all routes, by which a request imports only the module of its route.

`make package` and `make run` write it (infra/index.py); without its files, as in tests, it is made from all modules.
The index only finds: what a caller may do is decided by the declaration of the route, after its module is imported.
"""

import gzip
from functools import cache

import msgspec

from chalicelib.access import permissions
from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.router import Route, Router
from chalicelib.kernel import config, declaration, privacy

ROUTES_FILE = "routes.json"


class Index(msgspec.Struct, frozen=True):
    """The routes of all modules, and the names of the fields of all tables that logs must not show."""

    routes: tuple[Route, ...]
    hidden_names: tuple[str, ...]


def endpoints() -> list[tuple[str, Endpoint]]:
    """All endpoints by path and method, each with the name of its module; imports the routes of all modules. TypeError
    for an endpoint that requires a permission that no module declares, RuntimeError when no module is registered."""
    if not declaration.registered():
        raise RuntimeError("chalicelib.modules was not imported")
    found = [
        (module.name, endpoint)
        for module in declaration.registered()
        for loaded in module.load(module.routes)
        for endpoint in loaded.routes.endpoints
    ]
    for _, endpoint in found:
        _check_permissions(endpoint)
    return sorted(found, key=lambda each: (each[1].path, each[1].method))


def _check_permissions(endpoint: Endpoint) -> None:
    """TypeError when the endpoint requires a permission that no module declares."""
    named = {endpoint.permission, *(extra.permission for extra in endpoint.extra_permissions), *endpoint.hidden_without}
    unknown = named - {permissions.PUBLIC, permissions.SELF, *permissions.declared()}
    if unknown:
        raise TypeError(f"{endpoint.method} {endpoint.path} names no known permission: {', '.join(sorted(unknown))}")


def made() -> Index:
    """The index of what the modules declare; imports all of them."""
    declaration.tables()
    routes = tuple(Route(each.method, each.path, module, each.is_public) for module, each in endpoints())
    return Index(routes, tuple(sorted(privacy.hidden_names())))


@cache
def current() -> Index:
    """The index of this process: read, or made when there is none. msgspec.DecodeError when it cannot be read."""
    file = config.index_folder() / ROUTES_FILE
    return msgspec.json.decode(file.read_bytes(), type=Index) if file.exists() else made()


@cache
def router() -> Router:
    """The router of this process."""
    return Router(current().routes)


def document_file(version: str) -> str:
    """The name of the file with the OpenAPI document of a version."""
    return f"openapi-{version}.json.gz"


def document(version: str) -> bytes:
    """The OpenAPI document of a version: read, or made when there is no index."""
    file = config.index_folder() / document_file(version)
    return gzip.decompress(file.read_bytes()) if file.exists() else made_document(version)


def made_document(version: str) -> bytes:
    """The OpenAPI document of what the modules declare, as callers with that version see it; imports all of them."""
    from chalicelib.edge import openapi  # noqa: PLC0415 - not needed where the document is read
    from chalicelib.edge.versions import specification  # noqa: PLC0415 - the same

    declared = [endpoint for _, endpoint in endpoints()]
    return msgspec.json.encode(specification.of_version(openapi.document(declared), declared, version))
