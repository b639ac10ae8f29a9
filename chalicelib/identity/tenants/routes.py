"""The tenant over HTTP: settings. Its life (create, suspend, close) is the operator's, and has no route."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import Request, Routes
from chalicelib.identity.tenants import service
from chalicelib.identity.tenants.schemas import Settings, Tenant
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "Tenant")


@routes.get("/v1/tenant", permission="tenant.read", returns=Tenant, scope=Scope.ANY)
def read_tenant(request: Request) -> Tenant:
    """Read the tenant's settings."""
    return service.read(request.call)


@routes.patch("/v1/tenant", permission="tenant.write", body=Settings, returns=Tenant)
def update_tenant(request: Request) -> Answer:
    """Change the tenant's settings."""
    return request.commit(service.update, request.body)
