"""When a token is over. Only the standard library: the authorizer loads it."""

LEEWAY_SECONDS = 30
"""How far the clocks of the issuer and of ours may be apart."""


def is_over(expires_at: int, now: float) -> bool:
    """Whether a token's `exp` has passed, both in seconds since 1970."""
    return now >= expires_at + LEEWAY_SECONDS
