"""The tenant over HTTP: settings. Only the operator creates, suspends and closes tenants; no route does."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.identity.tenants import service
from chalicelib.identity.tenants.schemas import Tenant, TenantChange
from chalicelib.kernel.idempotency import Answer

routes = Routes(__name__, "Tenant", "The company itself: its name, addresses and defaults for new documents.")


@routes.get(
    "/v1/tenant",
    permission="tenant.read",
    scope=Scope.ANY,
)
def read_tenant(request: Request[NoBody, NoQuery]) -> Tenant:
    """Read the settings of your tenant.

    Defaults, with version 0, until they are changed for the first time.
    """
    return service.read(request.call)


@routes.patch(
    "/v1/tenant",
    permission="tenant.write",
)
def update_tenant(request: Request[TenantChange, NoQuery]) -> Answer[Tenant]:
    """Change the settings of your tenant.

    Existing documents stay as they are.
    """
    return request.commit(service.update, request.body)
