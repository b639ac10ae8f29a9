"""Verification of tokens of the realm: checks of encoding and header, before PyJWT verifies signature and claims.

PyJWT accepts padded base64url and unknown header fields; both are refused here.
"""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from chalicelib.access.encoding import MalformedError, decode_base64url, parse_object
from chalicelib.access.expected import ALGORITHM, Expected, TokenRefusedError

TOKEN_BYTES_MAX = 8 * 1024
KEY_ID_LENGTH_MAX = 128
HEADER_FIELDS = frozenset({"alg", "typ", "kid"})
"""The header fields that Keycloak writes. Any other is refused and not ignored: standard ones (jku, x5u, x5c, jwk,
crit, b64, zip, cty ...) select a key or change how the token is parsed, which a token must not decide."""

KeySource = Callable[[str], RSAPublicKey | None]
"""Returns the realm's key with the key id, or None if the realm has no such key; may raise when this is unknown."""


def verified_claims(token: str, key_for: KeySource, expected: Expected) -> dict[str, Any]:
    """The claims of a token of the realm after verification of signature, audience and times. The identity is checked
    separately (`claims.identity_of`). Claims are not parsed before the signature is verified.

    Raises TokenRefusedError, and exceptions of `key_for`.
    """
    from chalicelib.access import decoder  # noqa: PLC0415 - PyJWT is slow to import, and the API verifies only logout tokens

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
    """The key id in the header of a compact JWS. TokenRefusedError when the encoding or the header is not accepted."""
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
