"""A simulator of Shopify: shops, the apps that are installed in them, the token endpoint and the Admin API.

`handle` takes the requests that Shopify's hosts would get, as `/<shop's domain>/admin/...`. Shops and apps are made by
`PUT /<shop's domain>` and `PUT /<shop's domain>/apps/<client id>`, which Shopify does not have.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from chalicelib.integrations.simulators import selection
from chalicelib.kernel import clock, entropy, urls

API_VERSIONS = ("2026-10", "2026-07", "2026-04", "2026-01")
TOKEN_SECONDS = 86_399
_JSON, _HTML = "application/json", "text/html"
_ERRORS = {
    "unsupported_grant_type": "The grant type is not supported.",
    "application_cannot_be_found": "Could not find Shopify API application.",
    "invalid_client": "The client secret is wrong.",
    "app_not_installed": "The application is not installed on this shop.",
    "shop_not_permitted": "Client credentials cannot be performed on this shop.",
}


class App(msgspec.Struct):
    """An app: the secrets that are valid, two while they are rotated, and the shops that it is installed in."""

    client_secrets: list[str]
    shops: list[str] = []


class Shop(msgspec.Struct):
    """A shop. myshopify_domain: its present domain; a former one leads to it too. organization: apps of another one
    get no token by client credentials."""

    number: int
    myshopify_domain: str
    is_open: bool = True
    is_foreign: bool = False


class State(msgspec.Struct):
    """All shops by domain, and all apps by client id."""

    shops: dict[str, Shop] = {}
    apps: dict[str, App] = {}


class ShopChange(msgspec.Struct, forbid_unknown_fields=True):
    """Fields of a shop to set. is_foreign: whether it belongs to another organization than the apps."""

    myshopify_domain: str | None = None
    is_open: bool = True
    is_foreign: bool = False


class AppChange(msgspec.Struct, forbid_unknown_fields=True):
    """The secrets of an app, and whether it is installed in the shop."""

    client_secrets: list[str]
    is_installed: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    body: bytes
    content_type: str = _JSON


_NOT_FOUND = Answer(404, b'{"errors":"Not Found"}')


class Shopify:
    """The simulated platform. saved: the state of an earlier one. keep: is given the state after each change."""

    def __init__(self, saved: bytes | None = None, keep: Callable[[bytes], object] = lambda _: None) -> None:
        self.state = msgspec.json.decode(saved, type=State) if saved else State()
        self._keep = keep
        self._tokens: dict[str, tuple[str, float]] = {}

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answers a request. Names of headers are in small letters."""
        domain, _, rest = path.strip("/").partition("/")
        try:
            if method == "PUT":
                return self._put(domain, rest, body)
            return self._post(domain, rest, headers, body) if method == "POST" else _NOT_FOUND
        except (msgspec.MsgspecError, ValueError):
            return _json(400, {"errors": "Bad Request"})

    def install(self, domain: str, client_id: str, *client_secrets: str) -> None:
        """Makes the shop if need be, and an app with these secrets that is installed there."""
        self._put_app(domain, client_id, msgspec.json.encode(AppChange(list(client_secrets))))

    def _put(self, domain: str, rest: str, body: bytes) -> Answer:
        if not rest:
            return self._put_shop(domain, body)
        folder, _, client_id = rest.partition("/")
        return self._put_app(domain, client_id, body) if folder == "apps" and client_id else _NOT_FOUND

    def _post(self, domain: str, rest: str, headers: Mapping[str, str], body: bytes) -> Answer:
        shop = self.state.shops.get(domain)
        if shop is None or not shop.is_open:
            return Answer(404, b"<title>This store is unavailable</title>", _HTML)
        if rest == "admin/oauth/access_token":
            return self._token(domain, shop, headers, body)
        is_graphql = rest in {f"admin/api/{version}/graphql.json" for version in API_VERSIONS}
        return self._graphql(domain, shop, headers, body) if is_graphql else _NOT_FOUND

    def _put_shop(self, domain: str, body: bytes) -> Answer:
        change = msgspec.json.decode(body or b"{}", type=ShopChange)
        shop = self.state.shops.get(domain) or Shop(len(self.state.shops) + 1, domain)
        shop.myshopify_domain = change.myshopify_domain or shop.myshopify_domain
        shop.is_open, shop.is_foreign = change.is_open, change.is_foreign
        self.state.shops[domain] = shop
        return self._kept(shop)

    def _put_app(self, domain: str, client_id: str, body: bytes) -> Answer:
        change = msgspec.json.decode(body, type=AppChange)
        self.state.shops.setdefault(domain, Shop(len(self.state.shops) + 1, domain))
        app = self.state.apps.setdefault(client_id, App([]))
        app.client_secrets = change.client_secrets
        app.shops = sorted({*app.shops, domain} if change.is_installed else {*app.shops} - {domain})
        return self._kept(app)

    def _kept(self, changed: msgspec.Struct) -> Answer:
        self._keep(msgspec.json.encode(self.state))
        return _json(200, changed)

    def _token(self, domain: str, shop: Shop, headers: Mapping[str, str], body: bytes) -> Answer:
        is_json = headers.get("content-type", "").startswith(_JSON)
        given = msgspec.json.decode(body, type=dict[str, str]) if is_json else dict(urls.form_fields(body))
        error = self._refusal(domain, shop, given)
        if error is not None:
            return _json(400, {"error": error, "error_description": _ERRORS[error]})
        token = f"shpat_{entropy.token_bytes(16).hex()}"
        self._tokens[token] = (domain, clock.wall() + TOKEN_SECONDS)
        return _json(200, {"access_token": token, "scope": "read_orders", "expires_in": TOKEN_SECONDS})

    def _refusal(self, domain: str, shop: Shop, given: Mapping[str, str]) -> str | None:
        """The OAuth error for client credentials; None when they are good."""
        app = self.state.apps.get(given.get("client_id", ""))
        secret = given.get("client_secret", "").encode()
        if given.get("grant_type") != "client_credentials":
            return "unsupported_grant_type"
        if app is None:
            return "application_cannot_be_found"
        if not any(hmac.compare_digest(secret, each.encode()) for each in app.client_secrets):
            return "invalid_client"
        if domain not in app.shops:
            return "app_not_installed"
        return "shop_not_permitted" if shop.is_foreign else None

    def _graphql(self, domain: str, shop: Shop, headers: Mapping[str, str], body: bytes) -> Answer:
        of, until = self._tokens.get(headers.get("x-shopify-access-token", ""), ("", 0))
        if of != domain or until <= clock.wall():
            return _json(401, {"errors": "[API] Invalid API key or access token"})
        asked = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        query = msgspec.json.decode(asked.get("query", b'""'), type=str)
        try:
            return _json(200, {"data": selection.answer(query, {"shop": _shown(shop)})})
        except selection.NotUnderstood as error:
            return _json(200, {"errors": [{"message": str(error)}]})


def _shown(shop: Shop) -> dict[str, object]:
    """The shop as the Admin API's type Shop."""
    return {
        "id": f"gid://shopify/Shop/{shop.number}",
        "name": shop.myshopify_domain.partition(".")[0],
        "myshopifyDomain": shop.myshopify_domain,
    }


def _json(status: int, body: object) -> Answer:
    return Answer(status, msgspec.json.encode(body))
