"""Calls to Shopify's Admin API at a shop's own host, as the app whose client credentials are given."""

import re
from typing import TypeVar

import msgspec

from chalicelib.egress import service as egress
from chalicelib.egress.service import Destination, Reply, Unreachable
from chalicelib.integrations.connections.schemas import SHOP_DOMAIN, Platform
from chalicelib.kernel import config
from chalicelib.kernel.call import Call

T = TypeVar("T")

API_VERSION = "2026-10"
_BASE = "https://{shop}"
_OAUTH_ERROR = re.compile(rb"\b(invalid_client|application_cannot_be_found|app_not_installed|shop_not_permitted)\b")


class Refused(Exception):
    """Shopify gives the app no access token for the shop; `code` is its OAuth error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unavailable(Exception):
    """There is no usable answer: no such shop, a closed one, an outage."""


class _TokenAnswer(msgspec.Struct, frozen=True):
    """The token endpoint's answer, with the field that is read."""

    access_token: str


def shop(domain: str) -> Destination:
    """The host of a shop. ValueError for what is not a domain of Shopify: nothing else is ever called."""
    if not re.fullmatch(SHOP_DOMAIN, domain):
        raise ValueError("this is not a domain of Shopify")
    base = config.current().platform_urls.get(Platform.SHOPIFY, _BASE)
    return Destination.of(Platform.SHOPIFY, base.replace("{shop}", domain))


def access_token(call: Call, to: Destination, client_id: str, client_secret: str) -> str:
    """An access token of the app for the shop, by the client credentials grant. Refused, Unavailable."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    reply = _send(call, to, "/admin/oauth/access_token", form=form)
    if reply.status == 200:
        return _decoded(reply, _TokenAnswer).access_token
    error = _OAUTH_ERROR.search(reply.body) if 400 <= reply.status < 500 else None
    if error is None:
        raise Unavailable(f"status {reply.status}")
    raise Refused(error[0].decode())


def query(call: Call, to: Destination, token: str, text: str, kind: type[T]) -> T:
    """The answer to a GraphQL query as `kind`. Unavailable when it is another one."""
    reply = _send(
        call,
        to,
        f"/admin/api/{API_VERSION}/graphql.json",
        json={"query": text},
        headers={"X-Shopify-Access-Token": token},
    )
    if reply.status != 200:
        raise Unavailable(f"status {reply.status}")
    return _decoded(reply, kind)


def _send(
    call: Call,
    to: Destination,
    path: str,
    *,
    form: dict[str, str] | None = None,
    json: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    try:
        return egress.send(call, to, "POST", path, form=form, json=json, headers=headers)
    except Unreachable as error:
        raise Unavailable(str(error)) from error


def _decoded(reply: Reply, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("an answer of another shape") from error
