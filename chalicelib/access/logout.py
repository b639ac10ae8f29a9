"""Logout tokens: what one must say to be believed (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.access.authorizer import realm
from chalicelib.access.claims import safe
from chalicelib.access.jwks import KeysUnavailableError
from chalicelib.access.tokens import Expected, TokenRefusedError, verified_claims
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Contention

CLIENT = "novex-web"
"""The frontend: with whom people log in, and whose sessions end by back-channel logout; machines have none."""
HEADER_TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST_SECONDS = 300
"""A token made longer ago is no news: access tokens of that session are over by themselves."""


class Logout(NamedTuple):
    """Which session of whom has ended (all of them without `sid`), when, and the token's own id."""

    sub: str
    sid: str
    not_before: datetime
    jti: str


def verified(token: str) -> Logout:
    """What a logout token of our realm says, all of it verified. Raises TokenRefusedError; Contention when the realm's
    keys cannot be had."""
    issuer, keys = realm()
    # `sub` is required although the specification would do with `sid` alone: sessions are looked up by both.
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
    # Times in tokens are whole seconds: one made in the second of the logout is of before it.
    not_before = datetime.fromtimestamp(claims["iat"], UTC) + timedelta(seconds=1)
    return Logout(safe(claims, "sub"), sid, not_before, safe(claims, "jti"))
