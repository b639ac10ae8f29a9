"""Organizations, which are tenants. Each has a group for each role; members of a group have its role only there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.identity import organization_roles
from infra.keycloak.operator import Operator, OperatorError

ALIAS = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Organization:
    """A tenant. groups: role to the id of its group."""

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
    """Creates the organization with a group for each role, as far as they are missing, and returns it."""
    found = _find(operator, alias)
    made = found or operator.post("/organizations", {"name": name, "alias": alias})
    return _with_groups(operator, made, alias)


def add_member(operator: Operator, organization: Organization, user: str, role: str) -> None:
    """Makes the user a member with that role; no error when he is one already."""
    path = f"/organizations/{organization.id}"
    if organization.id not in of_member(operator, user):
        operator.post(f"{path}/members", user)
    operator.put(f"{path}/groups/{organization.groups[role]}/members/{user}")


def of_member(operator: Operator, user: str) -> list[str]:
    """The ids of the organizations that the user belongs to."""
    return [each["id"] for each in operator.get(f"/organizations/members/{user}/organizations")]


def _find(operator: Operator, alias: str) -> str | None:
    # Keycloak's search also matches names and domains, so all results are read and compared by alias.
    return next((each["id"] for each in operator.read_all("/organizations") if each["alias"] == alias), None)


def _with_groups(operator: Operator, organization: str, alias: str) -> Organization:
    """The organization, after creating missing groups. Raises OperatorError when the realm does not have a role."""
    try:
        organization_roles.ensure(operator, organization)
    except organization_roles.RealmRoleMissingError as missing:
        raise OperatorError(str(missing)) from missing
    groups = operator.read_all(f"/organizations/{organization}/groups")
    return Organization(organization, alias, {group["name"]: group["id"] for group in groups})
