"""Organizations as tenants: each with one group for each role, whose members have that role in it and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from chalicelib.access.roles import Role
from infra.keycloak.operator import Operator, OperatorError

ALIAS = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PAGE = 100


@dataclass(frozen=True)
class Organization:
    """A tenant; `groups` by the role that each one gives."""

    id: str
    alias: str
    groups: dict[str, str]


def existing(operator: Operator, alias: str) -> Organization:
    """The organization with exactly this alias, with all its groups. Raises OperatorError when there is none."""
    if not ALIAS.fullmatch(alias):
        raise OperatorError("An alias is small letters, digits and inner hyphens, 63 at most.")
    found = _find(operator, alias)
    if found is None:
        raise OperatorError(f"There is no organization with the alias {alias}.")
    return _with_groups(operator, found, alias)


def create(operator: Operator, alias: str, name: str) -> Organization:
    """The organization, which is there afterwards with a group for each role; doing it twice is no error."""
    found = _find(operator, alias)
    made = found or operator.post("/organizations", {"name": name, "alias": alias})
    return _with_groups(operator, made, alias)


def add_member(operator: Operator, organization: Organization, user: str, role: str) -> None:
    """Makes the user a member with that role; doing it twice is no error."""
    path = f"/organizations/{organization.id}"
    if organization.id not in of_member(operator, user):
        operator.post(f"{path}/members", user)
    operator.put(f"{path}/groups/{organization.groups[role]}/members/{user}")


def of_member(operator: Operator, user: str) -> list[str]:
    """The ids of the organizations that the user belongs to."""
    return [each["id"] for each in operator.get(f"/organizations/members/{user}/organizations")]


def _find(operator: Operator, alias: str) -> str | None:
    # Keycloak's own search looks at names and domains too, so it is asked for all and the alias compared here.
    return next((each["id"] for each in _all(operator, "/organizations") if each["alias"] == alias), None)


def _with_groups(operator: Operator, organization: str, alias: str) -> Organization:
    """Makes the groups that are missing, and maps the realm role that is missing in one."""
    base = f"/organizations/{organization}/groups"
    groups = {group["name"]: group["id"] for group in _all(operator, base)}
    requested = {}
    for role in Role:
        requested[role.value] = groups.get(role.value) or operator.post(base, {"name": role.value})
        path = f"{base}/{requested[role.value]}/role-mappings/realm"
        # Reading a role by its name takes more rights than being offered it here.
        free = [each for each in operator.get(f"{path}/available") if each["name"] == role.value]
        if free:
            operator.post(path, free)
    return Organization(organization, alias, requested)


def _all(operator: Operator, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = operator.get(path, first=str(len(found)), max=str(_PAGE))
        found += page
        if len(page) < _PAGE:
            return found
