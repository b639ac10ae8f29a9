"""Verification of logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.access.authorizer import realm
from chalicelib.access.claims import safe
from chalicelib.access.expected import Expected, TokenRefusedError
from chalicelib.access.jwks import KeysUnavailableError
from chalicelib.access.tokens import verified_claims
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Contention

CLIENT = "novex-web"
"""The frontend's client, whose sessions end by back-channel logout; machine clients have no sessions."""
HEADER_TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST_SECONDS = 300
"""Older logout tokens are refused: the access tokens of their session have expired anyway."""


class Logout(NamedTuple):
    """A logout: the session of the user that has ended (all sessions if `sid` is empty), when, and the token's id."""

    sub: str
    sid: str
    not_before: datetime
    jti: str


def verified(token: str) -> Logout:
    """The content of a logout token of the realm, verified. Raises TokenRefusedError; Contention when the realm's keys
    cannot be fetched."""
    issuer, keys = realm()
    # `sub` is required, although the specification allows `sid` alone: sessions are stored by both.
    expected = Expected(issuer, CLIENT, HEADER_TYPE, required=("jti",))
    try:
        claims = verified_claims(token, keys.key, expected)
    except KeysUnavailableError as error:
        raise Contention("The realm's keys cannot be had; try again.", retry_after=1) from error
    return _logout_of(claims, clock.now())


def _logout_of(claims: dict[str, Any], now: datetime) -> Logout:
    if claims.get("typ") not in (None, "Logout") or "nonce" in claims:
        raise TokenRefusedError("not_a_logout_token")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenRefusedError("not_a_logout_token")
    if now.timestamp() - claims["iat"] > OLDEST_SECONDS:
        raise TokenRefusedError("logout_out_of_time")
    sid = safe(claims, "sid") if "sid" in claims else ""
    # Times in tokens are whole seconds: a token issued in the second of the logout counts as issued before it.
    not_before = datetime.fromtimestamp(claims["iat"], UTC) + timedelta(seconds=1)
    return Logout(safe(claims, "sub"), sid, not_before, safe(claims, "jti"))
