"""A token that the realm has signed: what it must look like before PyJWT reads it, and what it must say.

PyJWT accepts padded base64url and header fields that it does not know; both are refused here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chalicelib.access.encoding import MalformedError, decode_base64url, parse_object

ALGORITHM = "RS256"
TOKEN_BYTES_MAX = 8 * 1024
KEY_ID_LENGTH_MAX = 128
HEADER_FIELDS = frozenset({"alg", "typ", "kid"})
"""What Keycloak writes. Any other field is refused rather than ignored: those that exist (jku, x5u, x5c, jwk, crit,
b64, zip, cty ...) either name a key or change how the token must be read, and neither is a token's to say."""

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


def verified_claims(token: str, key_for: KeySource, expected: Expected) -> dict[str, Any]:
    """The claims of a token that the realm has signed, for us and for now; whose they are is still to be judged
    (`claims.identity_of`). Claims are not even parsed before the signature has been found good.

    Raises TokenRefusedError; exceptions of `key_for` pass through.
    """
    from chalicelib.access import decoder  # noqa: PLC0415 - PyJWT is slow to import, and the API verifies nothing but logouts

    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefusedError("token_too_long")
    try:
        key = key_for(_key_id(token, expected.header_type))
    except MalformedError as error:
        raise TokenRefusedError("token_malformed") from error
    if key is None:
        raise TokenRefusedError("key_unknown")
    return decoder.decode(token, key, expected)


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
