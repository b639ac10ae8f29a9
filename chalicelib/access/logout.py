"""Logout tokens: what one must say to be believed (OpenID Connect Back-Channel Logout 1.0, section 2.6)."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.access import expiry
from chalicelib.access.authorizer import realm
from chalicelib.access.jwks import KeysUnavailableError
from chalicelib.access.tokens import TokenRefusedError, verified_claims
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Contention

CLIENT = "novex-web"
"""The frontend: with whom people log in, and whose sessions end by back-channel logout; machines have none."""
HEADER_TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST_SECONDS = 300
"""A token made longer ago is no news: access tokens of that session are over by themselves."""
_TEXT_MAX = 255


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
    try:
        claims = verified_claims(token, keys.key, HEADER_TYPE)
    except KeysUnavailableError as error:
        raise Contention("The realm's keys cannot be had; try again.", retry_after=1) from error
    return logout_of(claims, issuer, CLIENT, clock.now())


def logout_of(claims: dict[str, Any], issuer: str, client: str, now: datetime) -> Logout:
    """What a logout token, already found to be signed by the realm, says. Raises TokenRefusedError.

    `sub` is required although the specification would do with `sid` alone: sessions are looked up by both.
    """
    audience = claims.get("aud")
    if claims.get("iss") != issuer or client not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefusedError("logout_not_for_us")
    if claims.get("typ") not in (None, "Logout") or "nonce" in claims:
        raise TokenRefusedError("not_a_logout_token")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenRefusedError("not_a_logout_token")
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    moment = now.timestamp()
    if expiry.is_over(expires, moment) or not -expiry.LEEWAY_SECONDS <= moment - issued <= OLDEST_SECONDS:
        raise TokenRefusedError("logout_out_of_time")
    sid = _text(claims, "sid") if "sid" in claims else ""
    # Times in tokens are whole seconds: one made in the second of the logout is of before it.
    not_before = datetime.fromtimestamp(issued, UTC) + timedelta(seconds=1)
    return Logout(_text(claims, "sub"), sid, not_before, _text(claims, "jti"))


def _time(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or value <= 0:
        raise TokenRefusedError(f"{name}_malformed")
    return value


def _text(claims: dict[str, Any], name: str) -> str:
    """No '#', which separates the parts of keys."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX or not value.isascii() or "#" in value:
        raise TokenRefusedError(f"{name}_malformed")
    return value
