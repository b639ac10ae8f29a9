"""The part of Keycloak's admin REST API that the product uses, with the responses of 26.7 (docs/identity.md).

tests/keycloak/test_admin_api.py sends the same requests to the real server and to this one.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from infra.local import realm
from infra.local.issuer_directory import INVITATION_SECONDS, Account, Directory, Invitation, Organization

Body = Any


class Answer(NamedTuple):
    status: int
    body: Any = None
    location: str = ""


NOTHING = Answer(204)
MISSING = Answer(404, {"error": "HTTP 404 Not Found"})
_ID = r"([^/]+)"


class AdminApi:
    """Handles requests to Keycloak's paths below `/admin/realms/<realm>`."""

    def __init__(self, directory: Directory, end_sessions: Callable[[str], None]) -> None:
        self._directory = directory
        self._end_sessions = end_sessions
        organization = f"/organizations/{_ID}"
        self._routes: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", "/organizations", self._search),
            ("POST", "/organizations", self._create),
            ("GET", f"/organizations/members/{_ID}/organizations", self._organizations_of),
            ("GET", organization, self._show),
            ("PUT", organization, self._update),
            ("GET", f"{organization}/groups", self._groups),
            ("POST", f"{organization}/groups", self._create_group),
            ("GET", f"{organization}/groups/{_ID}/role-mappings/realm", self._mapped_roles),
            ("GET", f"{organization}/groups/{_ID}/role-mappings/realm/available", self._free_roles),
            ("POST", f"{organization}/groups/{_ID}/role-mappings/realm", self._map_roles),
            ("PUT", f"{organization}/groups/{_ID}/members/{_ID}", self._join),
            ("DELETE", f"{organization}/groups/{_ID}/members/{_ID}", self._leave),
            ("GET", f"{organization}/invitations", self._invitations),
            ("DELETE", f"{organization}/invitations/{_ID}", self._withdraw),
            ("POST", f"{organization}/members/invite-user", self._invite),
            ("GET", f"{organization}/members", self._members),
            ("POST", f"{organization}/members", self._add_member),
            ("GET", f"{organization}/members/{_ID}", self._member),
            ("DELETE", f"{organization}/members/{_ID}", self._end_membership),
            ("GET", f"{organization}/members/{_ID}/groups", self._groups_of),
            ("GET", "/users", self._accounts),
            ("POST", "/users", self._create_account),
            ("GET", f"/users/{_ID}", self._account),
            ("PUT", f"/users/{_ID}", self._change_account),
            ("PUT", f"/users/{_ID}/execute-actions-email", self._welcome),
            ("POST", f"/users/{_ID}/logout", self._logout),
            ("DELETE", f"/users/{_ID}", self._delete_account),
        ]

    def answer(self, method: str, path: str, query: dict[str, str], body: Body) -> Answer:
        """The response to one call; lists are paginated (`first`, `max`)."""
        for requested, pattern, route in self._routes:
            found = re.fullmatch(pattern, path)
            if requested == method and found:
                with self._directory.lock:
                    answer = self._dispatch(route, found.groups(), query, body)
                    self._directory.save()
                return answer
        return MISSING

    def _dispatch(
        self, route: Callable[..., Answer], ids: tuple[str | Any, ...], query: dict[str, str], body: Body
    ) -> Answer:
        arguments: list[Any] = list(ids)
        if route.__name__ not in _ABOUT_ACCOUNTS and ids:
            organization = self._directory.organizations.get(ids[0])
            if organization is None:
                return Answer(404, {"errorMessage": "Organization not found."})
            arguments[0] = organization
        answer = route(*arguments, query if route.__name__ in _ASKED else body)
        if answer.status == 200 and isinstance(answer.body, list) and route.__name__ not in _WHOLE:
            first, size = int(query.get("first", "0")), int(query.get("max", "10"))
            return Answer(200, answer.body[first : first + size])
        return answer

    def _search(self, query: dict[str, str]) -> Answer:
        text = query.get("search", "").casefold()
        found = self._directory.organizations.values()
        return Answer(200, [_representation(each) for each in found if text in each.name.casefold()])

    def _accounts(self, query: dict[str, str]) -> Answer:
        found = self._directory.accounts.values()
        return Answer(200, [_person(each) for each in found if each.username == query.get("username", "").lower()])

    def _create(self, body: Body) -> Answer:
        known = self._directory.organizations.values()
        if any(body["name"] == each.name or body["alias"] == each.alias for each in known):
            return Answer(409, {"errorMessage": "A organization with the same name already exists."})
        identifier = str(uuid.uuid4())
        self._directory.organizations[identifier] = Organization(identifier, body["name"], body["alias"])
        return Answer(201, location=f"/organizations/{identifier}")

    def _show(self, organization: Organization, _: Body) -> Answer:
        return Answer(200, _representation(organization) | {"attributes": {}})

    def _update(self, organization: Organization, body: Body) -> Answer:
        organization.name, organization.is_enabled = body["name"], body["enabled"]
        return NOTHING

    def _groups(self, organization: Organization, _: Body) -> Answer:
        return Answer(200, [_group(organization, name) for name in organization.groups])

    def _create_group(self, organization: Organization, body: Body) -> Answer:
        if body["name"] in organization.groups:
            return Answer(409, {"errorMessage": "Group with the given name already exists."})
        organization.groups[body["name"]] = []
        return Answer(201, _group(organization, body["name"]))

    def _mapped_roles(self, organization: Organization, group: str, _: Body) -> Answer:
        return Answer(200, [_role(role) for role in organization.groups[_name_of(organization, group)]])

    def _free_roles(self, organization: Organization, group: str, _: Body) -> Answer:
        group_roles = organization.groups[_name_of(organization, group)]
        return Answer(200, [_role(role) for role in sorted(self._directory.realm_roles) if role not in group_roles])

    def _map_roles(self, organization: Organization, group: str, body: Body) -> Answer:
        organization.groups[_name_of(organization, group)] += [entry["name"] for entry in body]
        return NOTHING

    def _join(self, organization: Organization, group: str, sub: str, _: Body) -> Answer:
        if sub not in self._directory.accounts:
            return MISSING
        if sub not in organization.members:
            return Answer(400, {"errorMessage": "User is not member of the organization"})
        name = _name_of(organization, group)
        if name in organization.members[sub]:
            return Answer(409, {"errorMessage": "User is already a member of the group"})
        organization.members[sub].append(name)
        return NOTHING

    def _leave(self, organization: Organization, group: str, sub: str, _: Body) -> Answer:
        name = _name_of(organization, group)
        if name in organization.members.get(sub, []):
            organization.members[sub].remove(name)
        return NOTHING

    def _invitations(self, organization: Organization, _: Body) -> Answer:
        found = organization.invitations.values()
        return Answer(200, [{"id": each.id, "email": each.email, "status": each.status} for each in found])

    def _withdraw(self, organization: Organization, invitation: str, _: Body) -> Answer:
        gone = organization.invitations.pop(invitation, None)
        return NOTHING if gone else Answer(404, {"errorMessage": "Invitation not found"})

    def _invite(self, organization: Organization, form: Body) -> Answer:
        email = form["email"]
        account = self._directory.by_email(email)
        if account is not None and account.sub in organization.members:
            return Answer(409, {"errorMessage": "User already a member of the organization"})
        if any(each.email == email and each.status == "PENDING" for each in organization.invitations.values()):
            return Answer(409, {"errorMessage": "User already has a pending invitation"})
        made = Invitation(str(uuid.uuid4()), email, time.time() + INVITATION_SECONDS)
        organization.invitations[made.id] = made
        self._directory.written_to.append(email)
        return NOTHING

    def _members(self, organization: Organization, _: Body) -> Answer:
        return Answer(200, [_person(self._directory.accounts[sub]) for sub in organization.members])

    def _add_member(self, organization: Organization, sub: Body) -> Answer:
        if sub in organization.members:
            return Answer(409, {"errorMessage": "User is already a member of the organization."})
        organization.members[sub] = []
        return Answer(201)

    def _member(self, organization: Organization, sub: str, _: Body) -> Answer:
        account = self._directory.accounts.get(sub)
        return Answer(200, _person(account)) if account and sub in organization.members else MISSING

    def _end_membership(self, organization: Organization, sub: str, _: Body) -> Answer:
        return NOTHING if organization.members.pop(sub, None) is not None else MISSING

    def _groups_of(self, organization: Organization, sub: str, _: Body) -> Answer:
        if sub not in organization.members:
            return MISSING
        return Answer(200, [_group(organization, name) for name in organization.members[sub]])

    def _organizations_of(self, sub: str, _: Body) -> Answer:
        if sub not in self._directory.accounts:
            return MISSING
        return Answer(200, [_representation(each) for each in self._directory.organizations_of(sub)])

    def _account(self, sub: str, _: Body) -> Answer:
        account = self._directory.accounts.get(sub)
        if account is None:
            return MISSING
        return Answer(200, {name: value for name, value in _person(account).items() if name != "membershipType"})

    def _create_account(self, body: Body) -> Answer:
        if self._directory.by_email(body["email"]) is not None:
            return Answer(409, {"errorMessage": "User exists with same username"})
        names = body.get("firstName", ""), body.get("lastName", "")
        made = Account(str(uuid.uuid4()), body["email"], *names, is_verified=body["emailVerified"])
        made.username = body["username"].lower()
        self._directory.accounts[made.sub] = made
        return Answer(201, location=f"/users/{made.sub}")

    def _welcome(self, sub: str, _: Body) -> Answer:
        if sub not in self._directory.accounts:
            return MISSING
        self._directory.written_to.append(self._directory.accounts[sub].email)
        return NOTHING

    def _change_account(self, sub: str, body: Body) -> Answer:
        account = self._directory.accounts.get(sub)
        if account is None:
            return MISSING
        account.given_name = body.get("firstName", account.given_name)
        account.family_name = body.get("lastName", account.family_name)
        account.is_enabled = body.get("enabled", account.is_enabled)
        return NOTHING

    def _logout(self, sub: str, _: Body) -> Answer:
        self._end_sessions(sub)
        return NOTHING if sub in self._directory.accounts else MISSING

    def _delete_account(self, sub: str, _: Body) -> Answer:
        if sub not in self._directory.accounts:
            return MISSING
        self._directory.remove_account(sub)
        return NOTHING


_ABOUT_ACCOUNTS = {"_organizations_of", "_account", "_welcome", "_change_account", "_logout", "_delete_account"}


_ASKED = {"_search", "_accounts"}
_WHOLE = {"_mapped_roles", "_free_roles"}
"""Lists of roles, which Keycloak does not divide into pages."""


def _representation(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "name": organization.name,
        "alias": organization.alias,
        "enabled": organization.is_enabled,
    }


def _group(organization: Organization, name: str) -> dict[str, str]:
    return {"id": organization.group_id(name), "name": name, "path": f"/{name}"}


def _role(name: str) -> dict[str, str]:
    return {"id": realm.stable_id("role", name), "name": name}


def _name_of(organization: Organization, group: str) -> str:
    return next(name for name in organization.groups if organization.group_id(name) == group)


def _person(account: Account) -> dict[str, Any]:
    return {
        "id": account.sub,
        "username": account.username,
        "email": account.email,
        "emailVerified": account.is_verified,
        "firstName": account.given_name,
        "lastName": account.family_name,
        "enabled": account.is_enabled,
        "membershipType": "UNMANAGED",
    }


def decoded(content_type: str, body: bytes) -> Body:
    """The decoded JSON body, or the form as a dictionary."""
    if not body:
        return None
    if content_type.startswith("application/json"):
        return json.loads(body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
