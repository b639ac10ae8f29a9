"""A connected shop as tests need it, and what the platform would send for it."""

import base64
import hashlib
import hmac
import itertools
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.world import Client, Reply

_numbers = itertools.count(1)


def secret() -> str:
    return "shpss_" + uuid.uuid4().hex


def domain() -> str:
    return f"shop-{uuid.uuid4().hex[:12]}.myshopify.com"


def warehouse(acme: Client) -> str:
    code = f"W{next(_numbers)}"
    return str(acme.post("/v1/warehouses", {"code": code, "name": "Main"}).ok()["id"])


def requested(acme: Client) -> dict[str, Any]:
    """A request to connect a shop that Shopify does not know."""
    return {
        "platform": "shopify",
        "shop_domain": domain(),
        "client_id": uuid.uuid4().hex,
        "client_secret": secret(),
        "warehouse_id": warehouse(acme),
    }


def sign(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


@dataclass
class Shop:
    """A Shopify shop that the tenant has connected, with the tenant's app in it unless `is_installed` is false."""

    acme: Client
    client_secret: str = field(default_factory=secret)
    shop_domain: str = field(default_factory=domain)
    client_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_installed: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    warehouse_id: str = ""
    secrets: list[str] = field(default_factory=list)
    connection: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.warehouse_id = self.warehouse_id or warehouse(self.acme)
        self.secrets.append(self.client_secret)
        if self.is_installed:
            self.install(*self.secrets)
        self.connection = self.acme.post("/v1/integrations/connections", self.requested()).ok()

    @property
    def id(self) -> str:
        return str(self.connection["id"])

    @property
    def path(self) -> str:
        return f"/v1/integrations/connections/{self.id}"

    def install(self, *secrets: str) -> None:
        """Installs the tenant's app in the shop at Shopify, with these client secrets in force."""
        self.acme.world.simulators.shopify.install(self.shop_domain, self.client_id, *secrets)

    def new_secret(self) -> str:
        """Makes another client secret of the app at Shopify; those before stay in force there."""
        self.secrets.append(secret())
        self.install(*self.secrets)
        return self.secrets[-1]

    def requested(self) -> dict[str, Any]:
        return {
            "platform": "shopify",
            "shop_domain": self.shop_domain,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "warehouse_id": self.warehouse_id,
            **self.options,
        }

    def deliver(
        self,
        payload: Any,
        topic: str = "orders/create",
        webhook_id: str | None = None,
        **headers: str | None,
    ) -> Reply:
        """Sends a webhook as Shopify does; a header given as None is left out."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent: dict[str, str | None] = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(self.client_secret, body),
            "X-Shopify-Shop-Domain": self.shop_domain,
            "X-Shopify-API-Version": "2026-10",
            "X-Shopify-Webhook-Id": webhook_id or str(uuid.uuid4()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        given = {name: value for name, value in sent.items() if value is not None}
        return self.acme.world.anonymous().call("POST", f"/webhooks/shopify/{self.id}", body, given)
