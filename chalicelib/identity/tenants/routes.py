"""The tenant over HTTP: settings. Only the operator creates, suspends and closes tenants; no route does."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.identity.tenants import service
from chalicelib.identity.tenants.schemas import Settings, Tenant
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "Tenant")


@routes.get(
    "/v1/tenant",
    permission="tenant.read",
    scope=Scope.ANY,
)
def read_tenant(request: Request[NoBody, NoQuery]) -> Tenant:
    """Read the tenant's settings."""
    return service.read(request.call)


@routes.patch(
    "/v1/tenant",
    permission="tenant.write",
)
def update_tenant(request: Request[Settings, NoQuery]) -> Answer[Tenant]:
    """Change the tenant's settings."""
    return request.commit(service.update, request.body)
