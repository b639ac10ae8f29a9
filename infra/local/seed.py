"""Demo data."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.issuer import Issuer


def seed(url: str, issuer: Issuer, say: Callable[[str], None]) -> None:
    """Placeholder until the routes exist."""
