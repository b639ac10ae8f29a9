"""Where Shopify delivers to."""

from chalicelib.access import permissions
from chalicelib.access import service as access
from chalicelib.access.errors import RateLimited
from chalicelib.edge.endpoint import Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.integrations.connections import lookup
from chalicelib.integrations.connections.schemas import ConnectionId, Platform
from chalicelib.integrations.inbox import intake
from chalicelib.integrations.inbox.schemas import WebhookReceived
from chalicelib.integrations.shopify import webhooks
from chalicelib.integrations.shopify.errors import NotGenuine
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Contention

routes = Routes(
    __name__, "Webhooks", "Where connected platforms deliver to. They sign what they send; not for frontends."
)


@routes.post(
    "/webhooks/shopify/{connection}",
    permission=permissions.PUBLIC,
    command=False,
    errors=[NotGenuine, RateLimited, Contention],
)
def receive_shopify_webhook(incoming: Incoming, connection: ConnectionId) -> WebhookReceived:
    """Receive a webhook of Shopify.

    The raw body must be signed with a client secret of the connection (X-Shopify-Hmac-Sha256), and
    X-Shopify-Shop-Domain must be its shop. Answered before the work; see the inbox for what becomes of it. What is
    genuine counts for the rate limits: the connection is one more caller of its tenant, and Shopify repeats what is
    refused.
    """
    found = webhooks.verify(lookup.live(Platform.SHOPIFY, connection), incoming.headers, incoming.body)
    access.count_delivery(found.tenant, found.id, clock.now())
    intake.accept(found, webhooks.inbound(found, incoming.headers, incoming.body))
    return WebhookReceived()
