"""The clock of a sandbox over HTTP."""

from chalicelib.access.scope import Scope
from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.identity.sandbox import service
from chalicelib.identity.sandbox.errors import NotASandbox
from chalicelib.identity.sandbox.schemas import SandboxClock, SandboxClockChange
from chalicelib.kernel.idempotency import Answer

routes = Routes(
    __name__,
    "Sandbox clock",
    "Tenants for tests, whose time can be set. The operator makes a tenant a sandbox, for good.",
)


@routes.get(
    "/v1/sandbox/clock",
    permission="tenant.read",
    scope=Scope.ANY,
    errors=[NotASandbox],
)
def read_sandbox_clock(request: Request[NoBody, NoQuery]) -> SandboxClock:
    """Read the clock of your sandbox.

    It shows the real time until it is set.
    """
    return service.read(request.call)


@routes.post(
    "/v1/sandbox/clock",
    permission="tenant.write",
    errors=[NotASandbox],
)
def set_sandbox_clock(request: Request[SandboxClockChange, NoQuery]) -> Answer[SandboxClock]:
    """Set the clock of your sandbox forward, or freeze it.

    Documents are dated by it, and what is kept or valid for a while ends by it. Tokens and rate limits go by the real
    time.
    """
    with service.at_the_new_time(request.body):
        return request.commit(service.set_clock, request.body)
