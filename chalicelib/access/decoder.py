"""Verifies the signature, issuer, audience, times and required claims of a token with PyJWT.

PyJWT accepts duplicate JSON names, and times that are text or fractions, so the claims are parsed here. It uses the
system's clock and not kernel/clock.py, because the clock cannot be replaced.
"""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import exceptions

from chalicelib.access import expiry
from chalicelib.access.encoding import MalformedError, parse_object
from chalicelib.access.expected import ALGORITHM, Expected, TokenRefusedError

TIMES = ("exp", "iat", "nbf", "auth_time")
TIME_MAX = 253_402_300_799
"""The last second of the year 9999."""
_REQUIRED = ("exp", "iat", "iss", "aud", "sub")
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


class _Decoder(jwt.PyJWT):
    """PyJWT with a stricter parser of claims, in the method that PyJWT provides for subclasses."""

    def _decode_payload(self, decoded: dict[str, Any]) -> dict[str, Any]:
        claims = parse_object(decoded["payload"])
        for name in TIMES:
            # `type() is`, because bool is a subclass of int.
            if name in claims and (type(claims[name]) is not int or not 0 < claims[name] <= TIME_MAX):
                raise TokenRefusedError(f"{name}_malformed")
        return claims


_DECODER = _Decoder()


def decode(token: str, key: RSAPublicKey, expected: Expected) -> dict[str, Any]:
    """The claims of a token whose header and encoding have been checked (`tokens.verified_claims`). Raises
    TokenRefusedError."""
    try:
        return _DECODER.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=expected.issuer,
            audience=expected.audience,
            leeway=expiry.LEEWAY_SECONDS,
            options={"require": [*_REQUIRED, *expected.required]},
        )
    except MalformedError as error:
        raise TokenRefusedError("token_malformed") from error
    except jwt.MissingRequiredClaimError as error:
        raise TokenRefusedError(_MISSING.get(error.claim, f"{error.claim}_malformed")) from error
    except jwt.InvalidTokenError as error:
        raise TokenRefusedError(_REASONS.get(type(error), "token_malformed")) from error
