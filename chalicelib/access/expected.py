"""What is expected of a token of the realm, and how one that does not fulfil it is refused."""

from typing import NamedTuple

ALGORITHM = "RS256"


class TokenRefusedError(Exception):
    """The token is invalid. `reason` is a code for the security log and contains no part of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Expected(NamedTuple):
    """The expected issuer, audience and header type of a kind of token (RFC 8725 section 3.11). required: claims that
    must exist besides exp, iat, iss, aud and sub."""

    issuer: str
    audience: str
    header_type: str = "JWT"
    required: tuple[str, ...] = ()
