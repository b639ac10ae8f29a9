"""The groups of a tenant's organization in Keycloak that give roles: one for each role, with the realm role in it."""

from collections.abc import Iterable
from typing import Any, Protocol

from chalicelib.access.roles import Role

ROLES: tuple[str, ...] = tuple(Role)
Content = dict[str, str] | list[dict[str, Any]]
"""What is posted: a new group, or roles as Keycloak has listed them."""


class AdminCalls(Protocol):
    """Calls below `/admin/realms/<realm>`, made with any credentials that may manage organizations."""

    def read_all(self, path: str) -> Iterable[dict[str, Any]]:
        """Every entry of a list that Keycloak gives page by page."""

    def read(self, path: str) -> list[dict[str, Any]]:
        """A list that Keycloak gives as a whole."""

    def create(self, path: str, content: Content) -> None:
        """Posts; nothing happens when it is there already."""


class RealmRoleMissingError(Exception):
    """The realm does not have a role of the product; only an operator of Keycloak can add it."""

    def __init__(self, role: str) -> None:
        super().__init__(f"The realm has no role {role}: python -m infra.keycloak.roles ensure adds it.")


def ensure(calls: AdminCalls, organization: str, roles: Iterable[str] | None = None) -> list[str]:
    """Makes the groups that are missing, gives each group its realm role, and returns the roles that were missing.

    roles: those of the product if None. May be repeated. RealmRoleMissingError when the realm lacks one of them.
    """
    base = f"/organizations/{organization}/groups"
    wanted = ROLES if roles is None else tuple(roles)
    known = {group["name"] for group in calls.read_all(base)}
    for role in wanted:
        if role not in known:
            calls.create(base, {"name": role})
    groups = {group["name"]: group["id"] for group in calls.read_all(base)}
    of_realm: dict[str, dict[str, Any]] = {}
    given = []
    for role in wanted:
        path = f"{base}/{groups[role]}/role-mappings/realm"
        if role in known and any(entry["name"] == role for entry in calls.read(path)):
            continue
        if role not in of_realm:
            # Reading a role by its name takes more rights than reading those that can be mapped.
            of_realm |= {entry["name"]: entry for entry in calls.read(f"{path}/available")}
        if role not in of_realm:
            raise RealmRoleMissingError(role)
        calls.create(path, [of_realm[role]])
        given.append(role)
    return given
