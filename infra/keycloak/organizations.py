"""Organizations as tenants: each with one group for each role, whose members have that role in it and nowhere else."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from chalicelib.access.roles import Role
from infra.keycloak.operator import Operator, OperatorError

ALIAS = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def find(operator: Operator, alias: str) -> dict[str, Any] | None:
    """The organization with exactly this alias."""
    # `search` looks at names and domains too, and at aliases only in part of the versions.
    for first in range(0, 100_000, 100):
        page = operator.get("/organizations", first=str(first), max="100", briefRepresentation="true")
        for organization in page:
            if organization["alias"] == alias:
                return dict(organization)
        if len(page) < 100:
            return None
    return None


def existing(operator: Operator, alias: str) -> dict[str, Any]:
    """The organization with exactly this alias. Raises OperatorError when there is none."""
    if not ALIAS.fullmatch(alias):
        raise OperatorError("An alias is small letters, digits and inner hyphens, 63 at most.")
    organization = find(operator, alias)
    if organization is None:
        raise OperatorError(f"There is no organization with the alias {alias}.")
    return organization


def create(operator: Operator, alias: str, name: str) -> str:
    """The id of the organization, which is there afterwards with a group for each role."""
    organization = find(operator, alias)
    made = organization["id"] if organization else operator.post("/organizations", {"name": name, "alias": alias})
    for role in Role:
        role_group(operator, made, role.value)
    return str(made)


def role_group(operator: Operator, organization: str, role: str) -> str:
    """The id of the organization's group of that role, which is there afterwards with the realm role mapped."""
    groups = f"/organizations/{organization}/groups"
    found = [group["id"] for group in operator.get(groups, search=role, exact="true") if group["name"] == role]
    group = found[0] if found else operator.post(groups, {"name": role})
    mapped = operator.get(f"{groups}/{group}/role-mappings/realm")
    if role not in (each["name"] for each in mapped):
        operator.post(f"{groups}/{group}/role-mappings/realm", [operator.get(f"/roles/{quote(role, safe='')}")])
    return str(group)


def add_member(operator: Operator, organization: str, user: str, role: str) -> None:
    """Makes the user a member with that role; doing it twice is no error."""
    if organization not in of_member(operator, user):
        operator.post(f"/organizations/{organization}/members", user)
    operator.put(f"/organizations/{organization}/groups/{role_group(operator, organization, role)}/members/{user}")


def of_member(operator: Operator, user: str) -> list[str]:
    """The ids of the organizations that the user belongs to."""
    return [each["id"] for each in operator.get(f"/organizations/members/{user}/organizations")]
