"""Samples of what Shopify delivers; they are the sample deliveries of the inbox too."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from chalicelib.kernel import entropy
from chalicelib.kernel.samples import Body, Maker, OutsideThing, Samples, Text

_API_VERSION = "2026-10"


def deliver(maker: Maker, payload: Body, topic: str = "orders/create") -> None:
    """Sends a webhook of the connected shop, signed with the secret that it was connected with."""
    body = json.dumps(payload).encode()
    secret = str(maker.sent["connect_shop"]["client_secret"])
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signature,
        "X-Shopify-Shop-Domain": str(maker.sent["connect_shop"]["shop_domain"]),
        "X-Shopify-API-Version": _API_VERSION,
        "X-Shopify-Webhook-Id": entropy.token_bytes(16).hex(),
    }
    maker.deliver(f"/webhooks/shopify/{maker.ids['connection_id']}", body, headers)


def _connection(maker: Maker) -> Mapping[str, str]:
    return {"connection": maker.ids["connection_id"]}


def _delivery(maker: Maker) -> Mapping[str, str]:
    deliver(maker, maker.filled({"id": 1, "name": Text("#1001")}, "webhook"))
    return {"delivery": maker.get("/v1/integrations/inbox")["data"][0]["id"]}


SAMPLES = Samples(
    things=(
        OutsideThing(("connection",), _connection, needs=("connection_id",)),
        OutsideThing(("delivery",), _delivery, needs=("connection_id",)),
    )
)
