"""The inbox over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.integrations.inbox import intake, service
from chalicelib.integrations.inbox.schemas import Delivery, InboxQuery
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Inbox")


@routes.get(
    "/v1/integrations/inbox",
    permission="inbox.read",
)
def list_deliveries(request: Request[NoBody, InboxQuery]) -> Page[Delivery]:
    """List what platforms delivered.

    Newest first; state and connection narrow the list.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/integrations/inbox/{delivery}",
    permission="inbox.read",
)
def read_delivery(request: Request[NoBody, NoQuery], delivery: str) -> Delivery:
    """Read a delivery."""
    return service.read(request.call, delivery)


@routes.post(
    "/v1/integrations/inbox/{delivery}/retry",
    permission="inbox.write",
    change=True,
    errors=[TransitionRefused],
)
def retry_delivery(request: Request[NoBody, NoQuery], delivery: str) -> Answer[Delivery]:
    """Work on a delivery again.

    For example after the item that it names was added.
    """
    answer = request.commit(service.retry, delivery)
    if not request.is_dry_run:
        intake.enqueue(request.call.tenant, delivery)
    return answer


@routes.post(
    "/v1/integrations/inbox/{delivery}/dismiss",
    permission="inbox.write",
    change=True,
    errors=[TransitionRefused],
)
def dismiss_delivery(request: Request[NoBody, NoQuery], delivery: str) -> Answer[Delivery]:
    """Put a delivery aside for good."""
    return request.commit(service.dismiss, delivery)
