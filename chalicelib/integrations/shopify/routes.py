"""Where Shopify delivers to."""

from chalicelib.access import permissions
from chalicelib.edge.endpoint import Routes
from chalicelib.edge.incoming import Incoming
from chalicelib.integrations.connections import lookup
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.integrations.inbox import intake
from chalicelib.integrations.inbox.schemas import Received
from chalicelib.integrations.shopify import webhooks
from chalicelib.integrations.shopify.errors import NotGenuine
from chalicelib.kernel.errors import Contention

routes = Routes(__name__, "Webhooks")


@routes.post(
    "/webhooks/shopify/{connection}",
    permission=permissions.PUBLIC,
    command=False,
    errors=[NotGenuine, Contention],
)
def receive_shopify_webhook(incoming: Incoming, connection: str) -> Received:
    """Take a webhook of Shopify.

    The raw body must be signed with a client secret of the connection (X-Shopify-Hmac-Sha256), and
    X-Shopify-Shop-Domain must be its shop. Answered before the work; see the inbox for what becomes of it.
    """
    found = webhooks.verify(lookup.live(Platform.SHOPIFY, connection), incoming.headers, incoming.body)
    intake.accept(found, webhooks.inbound(found, incoming.headers, incoming.body))
    return Received()
