"""The only source of randomness in the product; a simulation installs its own."""

import secrets
from typing import Protocol


class Source(Protocol):
    def token_bytes(self, size: int) -> bytes: ...


class SystemSource:
    def token_bytes(self, size: int) -> bytes:
        return secrets.token_bytes(size)


_source: Source = SystemSource()


def install(source: Source) -> Source:
    """Replaces the source and returns the previous one."""
    global _source
    previous, _source = _source, source
    return previous


def token_bytes(size: int) -> bytes:
    """`size` random bytes, suitable for secrets."""
    return _source.token_bytes(size)


def uniform(low: float, high: float) -> float:
    """A number in [low, high), for jitter."""
    return low + (high - low) * (int.from_bytes(_source.token_bytes(4), "big") / 2**32)
