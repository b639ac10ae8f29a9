"""What Shopify's privacy requests say (shopify.dev, "Privacy law compliance"): `customers/data_request` and
`customers/redact`. `shop/redact` names nobody."""

import msgspec

from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.inbox.schemas import PersonAsked
from chalicelib.integrations.shopify import channel


class _Customer(msgspec.Struct, frozen=True):
    id: int | None = None
    email: str | None = None
    phone: str | None = None


class _Body(msgspec.Struct, frozen=True):
    customer: _Customer | None = None
    orders_to_redact: list[int] | None = None


def read(connection: Connection, body: bytes) -> PersonAsked | None:
    """The person of a request; None when the body names nobody, or is none."""
    try:
        found = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    customer = found.customer
    if customer is None:
        return None
    reference = None if customer.id is None else channel.reference(connection, "customer", customer.id)
    return PersonAsked(found.orders_to_redact is not None, customer.email or None, customer.phone or None, reference)
