"""Keycloak's admin REST API, as far as the product needs it: organizations are tenants, their groups are roles.

Every call may be repeated. Paths and statuses were measured on 26.7 (docs/identity.md).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from chalicelib.access import logout
from chalicelib.access.roles import NAMES
from chalicelib.egress import service as egress
from chalicelib.egress.service import RecordedDisclosure
from chalicelib.identity import admin_api, organization_roles
from chalicelib.identity.admin_api import PAGE, Refused, ask, decoded, new_id, pages
from chalicelib.kernel.call import Call

WELCOME_SECONDS = 3 * 24 * 3600
"""How long the link in a welcome is valid; for that in an invitation the realm's settings decide."""
_FIRST_ACTIONS = ["VERIFY_EMAIL", "UPDATE_PASSWORD"]
_NO_MAIL = (500,)
"""The answer when its mail server takes no mail: a refusal here, because repeating the call would not help."""


class Person(msgspec.Struct, frozen=True):
    """An account, with the fields that the product reads."""

    id: str
    email: str | None = None
    given_name: str | None = msgspec.field(default=None, name="firstName")
    family_name: str | None = msgspec.field(default=None, name="lastName")
    is_verified: bool = msgspec.field(default=False, name="emailVerified")
    is_enabled: bool = msgspec.field(default=True, name="enabled")
    membership: str = msgspec.field(default="", name="membershipType")

    @property
    def is_managed(self) -> bool:
        """Whether Keycloak deletes the account with the membership."""
        return self.membership == "MANAGED"


class PersonalFields(NamedTuple):
    """Personal fields that Keycloak is sent, and their entry in the disclosure log."""

    fields: Mapping[str, str]
    disclosure: RecordedDisclosure


class Invitation(msgspec.Struct, frozen=True):
    """An invitation to an organization that Keycloak has sent."""

    id: str
    email: str
    status: str


class _Named(msgspec.Struct, frozen=True):
    """An organization or a group."""

    id: str
    name: str = ""
    alias: str = ""
    enabled: bool = True


def disclose(call: Call, about: str, **fields: str | None) -> PersonalFields:
    """Writes to the disclosure log that Keycloak is sent these fields of the person `about`, and returns the fields
    that are not None for the calls that send them."""
    given = {name: value for name, value in fields.items() if value is not None}
    return PersonalFields(given, egress.record(call, admin_api.keycloak(), about, given))


def is_same_address(one: str | None, other: str | None) -> bool:
    """Whether Keycloak takes both for one address; None equals nothing."""
    return (one or "").lower() == (other or "").lower() != ""


# --- organizations ----------------------------------------------------------------------------------------------------


def organization(call: Call, alias: str) -> str | None:
    """The id of the organization with this alias, or None. Keycloak's own search does not look at aliases."""
    return next((each.id for each in pages(call, "/organizations", list[_Named]) if each.alias == alias), None)


def create_organization(call: Call, name: str, alias: str) -> str:
    """The id of the organization with this alias, which is made if need be. Refused(409) when another organization has
    the name."""
    reply = ask(call, "POST", "/organizations", json={"name": name, "alias": alias}, allowed=(201, 409))
    found = new_id(reply) if reply.status == 201 else organization(call, alias)
    if found is None:
        raise Refused(reply.status)
    return found


def enable_organization(call: Call, *, is_enabled: bool) -> None:
    """Enables or disables the tenant's organization; a disabled one is in no token."""
    path = f"/organizations/{call.tenant.id}"
    known = decoded(ask(call, "GET", path), dict[str, Any])
    if known.get("enabled") is not is_enabled:
        ask(call, "PUT", path, json={**known, "enabled": is_enabled})


def role_groups(call: Call) -> dict[str, str]:
    """The ids of the groups of the tenant's organization that give roles, by role."""
    found = pages(call, f"/organizations/{call.tenant.id}/groups", list[_Named])
    return {group.name: group.id for group in found if group.name in NAMES}


class _AdminCalls(NamedTuple):
    """`AdminCalls` of organization_roles.py, made as novex-admin."""

    call: Call

    def read_all(self, path: str) -> Iterator[dict[str, Any]]:
        yield from pages(self.call, path, list[dict[str, Any]])

    def read(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = decoded(ask(self.call, "GET", path), list[dict[str, Any]])
        return found

    def create(self, path: str, content: organization_roles.Content) -> None:
        ask(self.call, "POST", path, json=content, allowed=(200, 201, 204, 409))


def ensure_role_groups(call: Call) -> list[str]:
    """Makes the group of every role that has none, gives each group its realm role, and returns the roles that were
    missing. RealmRoleMissingError when the realm lacks one."""
    return organization_roles.ensure(_AdminCalls(call), call.tenant.id)


# --- members ----------------------------------------------------------------------------------------------------------


def members(call: Call) -> Iterator[Person]:
    """Every member of the tenant's organization. There is no search by address: addresses do not belong in URLs."""
    yield from pages(call, f"/organizations/{call.tenant.id}/members", list[Person])


def member(call: Call, sub: str) -> Person | None:
    """The account, if it is a member of the tenant's organization; else None."""
    reply = ask(call, "GET", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(200, 400, 404))
    return decoded(reply, Person) if reply.status == 200 else None


def add_member(call: Call, sub: str) -> None:
    """Makes an account a member of the tenant's organization. It outlives the membership, unlike accounts of people who
    register at Keycloak through an organization (`is_managed`)."""
    ask(call, "POST", f"/organizations/{call.tenant.id}/members", json=sub, allowed=(201, 204, 409))


def end_membership(call: Call, sub: str) -> None:
    """Takes the person out of the organization, and so out of its groups. Keycloak deletes the account of a managed
    member with it."""
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(204, 404))


def groups_of(call: Call, sub: str) -> set[str]:
    """The names of the groups that a member is in."""
    return {group.name for group in pages(call, f"/organizations/{call.tenant.id}/members/{sub}/groups", list[_Named])}


def join(call: Call, group: str, sub: str) -> None:
    """Puts a member into a group. Refused for who is no member."""
    ask(call, "PUT", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 409))


def leave(call: Call, group: str, sub: str) -> None:
    """Takes a member out of a group."""
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 404))


def invitations(call: Call) -> Iterator[Invitation]:
    """Every invitation of the tenant, pending or not."""
    yield from pages(call, f"/organizations/{call.tenant.id}/invitations", list[Invitation])


def invite(call: Call, personal: PersonalFields) -> None:
    """Has Keycloak send the account of `email` in `personal` a link to accept; nothing happens when it is invited
    already or a member. Refused when the mail cannot be sent."""
    path = f"/organizations/{call.tenant.id}/members/invite-user"
    ask(
        call,
        "POST",
        path,
        form={},
        personal=personal.fields,
        disclosure=personal.disclosure,
        allowed=(204, 409),
        refused=_NO_MAIL,
    )


def withdraw(call: Call, invitation: str) -> None:
    """Deletes an invitation; its link is refused from then on."""
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/invitations/{invitation}", allowed=(204, 404))


# --- accounts: they belong to the realm; users/sync.py says when a tenant may change one ------------------------------


def account_of(call: Call, username: str) -> Person | None:
    """The account with this user name, or None. The product gives an account the id of its user as its user name, never
    an address."""
    query = {"username": username, "exact": "true"}
    found = decoded(ask(call, "GET", "/users", query=query), list[Person])
    return found[0] if found else None


def account(call: Call, sub: str) -> Person | None:
    """The account, whatever organizations it is a member of; None when there is none."""
    reply = ask(call, "GET", f"/users/{sub}", allowed=(200, 404))
    return decoded(reply, Person) if reply.status == 200 else None


def create_account(call: Call, username: str, personal: PersonalFields) -> str | None:
    """Makes an account that nobody can use before the address is proved and a password chosen, and returns its id; None
    when the address has an account already."""
    new = {"username": username, "enabled": True, "emailVerified": False, "requiredActions": _FIRST_ACTIONS}
    fields, disclosure = personal
    reply = ask(call, "POST", "/users", json=new, personal=fields, disclosure=disclosure, allowed=(201, 409))
    return new_id(reply) if reply.status == 201 else None


def send_welcome(call: Call, sub: str) -> None:
    """Has Keycloak send the owner of a new account a link that proves the address and leads to a password. Refused when
    the mail cannot be sent."""
    asked = {"lifespan": str(WELCOME_SECONDS), "client_id": logout.CLIENT}
    ask(call, "PUT", f"/users/{sub}/execute-actions-email", json=_FIRST_ACTIONS, query=asked, refused=_NO_MAIL)


def organizations_of(call: Call, sub: str) -> set[str] | None:
    """The ids of all organizations that the account is a member of; None when there is no such account."""
    path = f"/organizations/members/{sub}/organizations"
    reply = ask(call, "GET", path, query={"max": str(PAGE)}, allowed=(200, 400, 404))
    return {each.id for each in decoded(reply, list[_Named])} if reply.status == 200 else None


def change_account(call: Call, sub: str, personal: PersonalFields | None = None, **changes: bool) -> None:
    """Changes the given fields of an account: `enabled`, and names in `personal`."""
    fields, disclosure = (personal.fields, personal.disclosure) if personal is not None else (None, None)
    ask(call, "PUT", f"/users/{sub}", json=changes, personal=fields, disclosure=disclosure, allowed=(204, 404))


def end_sessions(call: Call, sub: str) -> None:
    """Ends all sessions of an account."""
    ask(call, "POST", f"/users/{sub}/logout", allowed=(204, 404))


def delete_account(call: Call, sub: str) -> None:
    """Deletes an account; nothing happens when there is none."""
    ask(call, "DELETE", f"/users/{sub}", allowed=(204, 404))
