"""The inbox over HTTP."""

from chalicelib.edge.endpoint import NoBody, NoQuery, Request, Routes
from chalicelib.integrations.inbox import intake, service
from chalicelib.integrations.inbox.schemas import Delivery, DeliveryId, InboxQuery
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.pages import Page

routes = Routes(__name__, "Inbox", "What connected platforms delivered, and what became of it.")


@routes.get(
    "/v1/integrations/inbox",
    permission="inbox.read",
)
def list_deliveries(request: Request[NoBody, InboxQuery]) -> Page[Delivery]:
    """List what platforms delivered, newest first.

    All deliveries, or those in a state or of a connection.
    """
    return service.page(request.call, request.query)


@routes.get(
    "/v1/integrations/inbox/{delivery}",
    permission="inbox.read",
)
def read_delivery(request: Request[NoBody, NoQuery], delivery: DeliveryId) -> Delivery:
    """Read a delivery.

    With its state and, when something is wrong, the reason and what a person can do.
    """
    return service.read(request.call, delivery)


@routes.post(
    "/v1/integrations/inbox/{delivery}/retry",
    permission="inbox.write",
    change=True,
    errors=[TransitionRefused],
)
def retry_delivery(request: Request[NoBody, NoQuery], delivery: DeliveryId) -> Answer[Delivery]:
    """Process a delivery again.

    For example after the item that it names was created. Refused unless it is quarantined or failed, and its body is
    still kept.
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
def dismiss_delivery(request: Request[NoBody, NoQuery], delivery: DeliveryId) -> Answer[Delivery]:
    """Put a delivery aside.

    Nobody needs to look at it any more. Refused unless it is quarantined or failed.
    """
    return request.commit(service.dismiss, delivery)
