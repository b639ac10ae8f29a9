"""The proof that a shop is the tenant's: Shopify gives the app's credentials access to it, and names it itself."""

import msgspec

from chalicelib.integrations.connections.rules import Account, Verdict
from chalicelib.integrations.connections.schemas import PendingReason
from chalicelib.integrations.shopify import admin_api
from chalicelib.kernel.call import Call

_QUERY = "{ shop { id myshopifyDomain } }"
_REASONS = {
    "invalid_client": PendingReason.WRONG_CREDENTIALS,
    "application_cannot_be_found": PendingReason.WRONG_CREDENTIALS,
    "app_not_installed": PendingReason.APP_NOT_INSTALLED,
    "shop_not_permitted": PendingReason.OTHER_ORGANIZATION,
}


class _Shop(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    myshopify_domain: str


class _Data(msgspec.Struct, frozen=True):
    shop: _Shop


class _Answer(msgspec.Struct, frozen=True):
    data: _Data


def verdict(call: Call, account: Account, client_secret: str) -> Verdict:
    """Asks Shopify whether the app has access to the shop. The access token is used for this only, and not kept."""
    to = admin_api.shop(account.shop_domain)
    try:
        token = admin_api.access_token(call, to, account.client_id, client_secret)
        shop = admin_api.query(call, to, token, _QUERY, _Answer).data.shop
    except admin_api.Refused as refused:
        return Verdict(reason=_REASONS[refused.code])
    except admin_api.Unavailable:
        return Verdict(reason=PendingReason.NO_ANSWER)
    if shop.myshopify_domain.lower() != account.shop_domain:
        return Verdict(reason=PendingReason.OTHER_SHOP)
    return Verdict(shop_id=shop.id)
