"""The signature of an access token: a compact JWS, RS256 and nothing else (RFC 7515, RFC 8725).

Pure given a key source: no clock, no network, no environment. It stands on `cryptography` alone, because everything
that a JWT library would add is either refused here or must be stricter, and importing PyJWT takes longer than the rest
of the authorizer together (measured: about 100 ms of a cold start).
"""

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

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


def verified_claims(token: str, key_for: KeySource, header_type: str = "JWT") -> dict[str, Any]:
    """The claims of a token that the realm has signed; what they say is still to be judged (`claims.identity_of`).
    `header_type` is what the header must call the token: each kind of token has its own (RFC 8725 section 3.11).

    Raises TokenRefusedError. The claims are not even parsed before the signature has been found good. Exceptions of
    `key_for` pass through.
    """
    if len(token) > TOKEN_BYTES_MAX:
        raise TokenRefusedError("token_too_long")
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenRefusedError("token_malformed")
    try:
        header, claims, signature = (decode_base64url(part) for part in parts)
        key = key_for(_key_id(parse_object(header), header_type))
        if key is None:
            raise TokenRefusedError("key_unknown")
        # decode_base64url has proved that the token is ASCII.
        key.verify(signature, token.rpartition(".")[0].encode("ascii"), PKCS1v15(), SHA256())
        return parse_object(claims)
    except MalformedError as error:
        raise TokenRefusedError("token_malformed") from error
    except InvalidSignature as error:
        raise TokenRefusedError("signature_invalid") from error


def _key_id(header: dict[str, Any], header_type: str) -> str:
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
