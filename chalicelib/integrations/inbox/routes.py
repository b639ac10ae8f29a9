"""The inbox over HTTP."""

from chalicelib.edge.endpoint import Request, Routes
from chalicelib.integrations.inbox import intake, service
from chalicelib.integrations.inbox.schemas import Delivery, InboxQuery
from chalicelib.kernel.errors import TransitionRefused
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.lists import Page

routes = Routes(__name__, "Inbox")


@routes.get("/v1/integrations/inbox", permission="inbox.read", query=InboxQuery, returns=Page[Delivery])
def list_deliveries(request: Request) -> Page[Delivery]:
    """List what platforms delivered.

    Newest first; state and connection narrow the list.
    """
    return service.page(request.call, request.query)


@routes.get("/v1/integrations/inbox/{delivery}", permission="inbox.read", returns=Delivery)
def read_delivery(request: Request, delivery: str) -> Delivery:
    """Read a delivery."""
    return service.read(request.call, delivery)


@routes.post(
    "/v1/integrations/inbox/{delivery}/retry",
    permission="inbox.write",
    returns=Delivery,
    change=True,
    errors=[TransitionRefused],
)
def retry_delivery(request: Request, delivery: str) -> Answer:
    """Work on a delivery again.

    For example after the item that it names was added.
    """
    answer = request.commit(service.retry, delivery)
    intake.enqueue(request.call.tenant, delivery)
    return answer


@routes.post(
    "/v1/integrations/inbox/{delivery}/dismiss",
    permission="inbox.write",
    returns=Delivery,
    change=True,
    errors=[TransitionRefused],
)
def dismiss_delivery(request: Request, delivery: str) -> Answer:
    """Put a delivery aside for good."""
    return request.commit(service.dismiss, delivery)
