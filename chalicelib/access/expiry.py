"""Expiry of tokens. Uses only the standard library, because the authorizer loads it."""

LEEWAY_SECONDS = 30
"""The accepted difference between the clocks of the issuer and of this system."""


def is_over(expires_at: int, now: float) -> bool:
    """Whether a token with this `exp` has expired; both times in seconds since 1970."""
    return now >= expires_at + LEEWAY_SECONDS
