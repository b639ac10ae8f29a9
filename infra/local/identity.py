"""The issuer of tokens of `make run`: the local issuer or the real Keycloak."""

from __future__ import annotations

from typing import Any, Protocol


class Identity(Protocol):
    """What both have in common."""

    @property
    def issuer(self) -> str: ...

    def environment(self) -> dict[str, str]: ...

    def admin_secret(self) -> dict[str, Any]: ...

    def token(self, tenant: str, roles: tuple[str, ...], *, lifetime: int) -> str: ...
