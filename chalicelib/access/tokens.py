"""A token that the realm has signed. PyJWT verifies signature, issuer, audience and times; what it lets pass and we do
not is refused here.

PyJWT accepts padded base64url, JSON names that occur twice, header fields that it does not know, and times that are
text or fractions. Its clock is the system's, not kernel/clock.py: it takes no other.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import exceptions

from chalicelib.access import expiry
from chalicelib.access.encoding import MalformedError, decode_base64url, parse_object

ALGORITHM = "RS256"
TOKEN_BYTES_MAX = 8 * 1024
KEY_ID_LENGTH_MAX = 128
HEADER_FIELDS = frozenset({"alg", "typ", "kid"})
"""What Keycloak writes. Any other field is refused rather than ignored: those that exist (jku, x5u, x5c, jwk, crit,
b64, zip, cty ...) either name a key or change how the token must be read, and neither is a token's to say."""
TIMES = ("exp", "iat", "nbf", "auth_time")
TIME_MAX = 253_402_300_799
"""The last second of the year 9999."""

KeySource = Callable[[str], RSAPublicKey | None]
"""From a key id to the realm's key, or None if the realm has no such key; raises what it likes when it cannot know."""


class TokenRefusedError(Exception):
    """The token is not to be believed. `reason` is a code for the security log: no part of the token is in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Expected(NamedTuple):
    """What a kind of token must say: who made it, for whom, and what its header calls it (RFC 8725 section 3.11).
    Claims of `required` must be there besides exp, iat, iss, aud and sub."""

    issuer: str
    audience: str
    header_type: str = "JWT"
    required: tuple[str, ...] = ()


class _Decoder(jwt.PyJWT):
    """PyJWT with our reading of the claims, in the method that it leaves to subclasses for that."""

    def _decode_payload(self, decoded: dict[str, Any]) -> dict[str, Any]:
        claims = parse_object(decoded["payload"])
        for name in TIMES:
            # `type() is`, because True is an int too.
            if name in claims and (type(claims[name]) is not int or not 0 < claims[name] <= TIME_MAX):
                raise TokenRefusedError(f"{name}_malformed")
        return claims


_DECODER = _Decoder()
_REASONS: dict[type[Exception], str] = {
    jwt.InvalidSignatureError: "signature_invalid",
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not_yet_valid",
    jwt.InvalidIssuerError: "issuer_refused",
    jwt.InvalidAudienceError: "audience_refused",
    exceptions.InvalidSubjectError: "sub_malformed",
    exceptions.InvalidJTIError: "jti_malformed",
}
_MISSING = {"iss": "issuer_refused", "aud": "audience_refused"}


def verified_claims(token: str, key_for: KeySource, expected: Expected) -> dict[str, Any]:
    """The claims of a token that the realm has signed, for us and for now; whose they are is still to be judged
    (`claims.identity_of`). Claims are not even parsed before the signature has been found good.

    Raises TokenRefusedError; exceptions of `key_for` pass through.
    """
    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefusedError("token_too_long")
    try:
        key = key_for(_key_id(token, expected.header_type))
        if key is None:
            raise TokenRefusedError("key_unknown")
        return _DECODER.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=expected.issuer,
            audience=expected.audience,
            leeway=expiry.LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub", *expected.required]},
        )
    except MalformedError as error:
        raise TokenRefusedError("token_malformed") from error
    except jwt.MissingRequiredClaimError as error:
        raise TokenRefusedError(_MISSING.get(error.claim, f"{error.claim}_malformed")) from error
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError(_REASONS.get(type(error), "token_malformed")) from error


def _key_id(token: str, header_type: str) -> str:
    """The key id of a compact JWS in its one spelling, of which the header alone is read."""
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenRefusedError("token_malformed")
    raw_header, _, _ = (decode_base64url(part) for part in parts)
    header = parse_object(raw_header)
    if not header.keys() <= HEADER_FIELDS:
        raise TokenRefusedError("header_field_refused")
    if header.get("alg") != ALGORITHM:
        raise TokenRefusedError("algorithm_refused")
    if header.get("typ") != header_type:
        raise TokenRefusedError("header_type_refused")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= KEY_ID_LENGTH_MAX:
        raise TokenRefusedError("key_id_refused")
    return kid
