"""Which deliveries are genuine, and what is to be done with their topic.

Only the body is signed. Every header is a claim of whoever sends the request: the domain is held against the
connection's, the delivery id only tells repetitions apart, and a topic can at most keep a body from being worked on.
Whether a body is a privacy request, it says itself.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import cache

import msgspec

from chalicelib.integrations.connections.lookup import LiveConnection
from chalicelib.integrations.inbox.rules import PRIVACY_REQUEST
from chalicelib.integrations.inbox.schemas import DeliveryOutcome, DeliveryState, InboundDelivery
from chalicelib.integrations.shopify.errors import NotGenuine
from chalicelib.kernel import entropy

ORDER_TOPICS = frozenset({"orders/create", "orders/updated", "orders/cancelled"})
PRIVACY_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
_SHOP_REDACT_MEMBERS = frozenset({"shop_id", "shop_domain"})
_CUSTOMER_MEMBERS = frozenset({"customer", "orders_requested", "orders_to_redact", "data_request"})
_SECRETS = 2
_TOPIC = re.compile(r"[a-z0-9_]{1,32}/[a-z0-9_]{1,32}")
_DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_IGNORED = DeliveryOutcome(DeliveryState.IGNORED, "unknown_topic", "Nothing here acts on this topic.")
_PRIVACY = DeliveryOutcome(
    DeliveryState.QUARANTINED, PRIVACY_REQUEST, "A privacy request of the platform: it must be acted on within 30 days."
)


def verify(connection: LiveConnection | None, headers: Mapping[str, str], body: bytes) -> LiveConnection:
    """The connection, if the delivery is signed with its secret and names its shop. NotGenuine in every other case,
    after the same work, so that the time does not tell what was wrong."""
    is_signed = _is_signed(connection.secrets if connection else (), headers.get("x-shopify-hmac-sha256", ""), body)
    domain = headers.get("x-shopify-shop-domain", "").strip().lower().encode()
    is_its_shop = hmac.compare_digest(domain, (connection.account if connection else "").encode())
    if connection is None or not is_signed or not is_its_shop:
        raise NotGenuine("The delivery is not signed with a secret of this connection.")
    return connection


def _is_signed(secrets: tuple[bytes, ...], signature: str, body: bytes) -> bool:
    """Compares with two secrets, made-up ones where there are fewer, so that the time does not tell how many there
    are."""
    given = signature.strip().encode()
    matches = False
    for index in range(_SECRETS):
        secret = secrets[index] if index < len(secrets) else _made_up_secret()
        expected = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())
        matches |= hmac.compare_digest(expected, given)
    return matches


@cache
def _made_up_secret() -> bytes:
    return entropy.token_bytes(32)


def inbound(connection: LiveConnection, headers: Mapping[str, str], body: bytes) -> InboundDelivery:
    """The delivery of the connection as the inbox takes it."""
    topic = headers.get("x-shopify-topic", "").strip()
    topic = topic if _TOPIC.fullmatch(topic) else "unknown"
    delivery_id = headers.get("x-shopify-webhook-id", "").strip()
    delivery_id = delivery_id if _DELIVERY_ID.fullmatch(delivery_id) else ""
    return InboundDelivery(topic, delivery_id, body, _outcome_without_work(connection, topic, body))


def _outcome_without_work(connection: LiveConnection, topic: str, body: bytes) -> DeliveryOutcome | None:
    """The outcome of a privacy request and of a topic that nothing acts on; None for what a worker must look at.

    The body decides, because the topic is not signed: whoever has captured a signed order could send it under a privacy
    topic. Such a body is worked on as an order.
    """
    if _is_privacy_request(connection, body):
        return _PRIVACY
    return None if topic in ORDER_TOPICS | PRIVACY_TOPICS else _IGNORED


def _is_privacy_request(connection: LiveConnection, body: bytes) -> bool:
    """Whether the body is one of Shopify's three privacy requests: for a customer's data, for a customer's erasure, or
    for the shop's, which has no members beside the shop."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        domain = msgspec.json.decode(members["shop_domain"], type=str)
        msgspec.json.decode(members["shop_id"], type=int)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError):
        return False
    names = members.keys()
    is_named = names == _SHOP_REDACT_MEMBERS or not names.isdisjoint(_CUSTOMER_MEMBERS)
    return is_named and "line_items" not in names and domain.strip().lower() == connection.account
