"""Keycloak's admin REST API, as far as we need it: organizations are tenants, their groups are roles.

Everything is said so that it may be said again. Paths and statuses were measured on 26.7 (docs/identity.md).
"""

from collections.abc import Iterator, Mapping

import msgspec

from chalicelib.access.roles import NAMES, Role
from chalicelib.identity.admin_api import PAGE, Refused, ask, decoded, pages
from chalicelib.kernel.call import Call

WELCOME_SECONDS = 3 * 24 * 3600
"""How long the link of a welcome is good; an invitation lives as long as the realm says."""
_FIRST_ACTIONS = ["VERIFY_EMAIL", "UPDATE_PASSWORD"]


class Person(msgspec.Struct, frozen=True):
    """An account, as far as it concerns us."""

    id: str
    email: str | None = None
    given_name: str | None = msgspec.field(default=None, name="firstName")
    family_name: str | None = msgspec.field(default=None, name="lastName")
    is_verified: bool = msgspec.field(default=False, name="emailVerified")
    is_enabled: bool = msgspec.field(default=True, name="enabled")
    membership: str = msgspec.field(default="", name="membershipType")

    @property
    def is_managed(self) -> bool:
        """Whether the account ends with the membership."""
        return self.membership == "MANAGED"


class Invitation(msgspec.Struct, frozen=True):
    id: str
    email: str
    status: str


class _Named(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    alias: str = ""
    enabled: bool = True


# --- organizations ----------------------------------------------------------------------------------------------------


def organization(call: Call, alias: str) -> str | None:
    """The id of the organization with this alias."""
    found = pages(call, "/organizations", _Named, search=alias)
    return next((each.id for each in found if each.alias == alias), None)


def create_organization(call: Call, name: str, alias: str) -> str:
    """Makes an organization, or finds the one that was made; Refused(409) when name or alias is another's."""
    reply = ask(call, "POST", "/organizations", json={"name": name, "alias": alias}, allowed=(201, 409))
    found = organization(call, alias)
    if found is None:
        raise Refused(reply.status)
    return found


def enable_organization(call: Call, *, is_enabled: bool) -> None:
    """Lets the tenant's people in, or nobody: a disabled organization is in no token."""
    path = f"/organizations/{call.tenant.id}"
    known = ask(call, "GET", path).json()
    if known.get("enabled") is not is_enabled:
        ask(call, "PUT", path, json={**known, "enabled": is_enabled})


def role_groups(call: Call) -> dict[str, str]:
    """The groups of the tenant's organization that stand for roles: role to group id."""
    found = pages(call, f"/organizations/{call.tenant.id}/groups", _Named)
    return {group.name: group.id for group in found if group.name in NAMES}


def ensure_role_groups(call: Call) -> None:
    """Makes the group of every role that has none, and gives each group its realm role."""
    base = f"/organizations/{call.tenant.id}/groups"
    groups = role_groups(call)
    for role in Role:
        if role not in groups:
            ask(call, "POST", base, json={"name": role}, allowed=(201, 409))
    for name, group in role_groups(call).items():
        path = f"{base}/{group}/role-mappings/realm"
        free = ask(call, "GET", f"{path}/available").json()
        wanted = [entry for entry in free if entry["name"] == name]
        if wanted:
            ask(call, "POST", path, json=wanted)


# --- members ----------------------------------------------------------------------------------------------------------


def members(call: Call) -> Iterator[Person]:
    """Every member of the tenant's organization. Not searched by address: addresses do not belong in URLs."""
    yield from pages(call, f"/organizations/{call.tenant.id}/members", Person)


def member(call: Call, sub: str) -> Person | None:
    """The account, if it is a member of the tenant's organization."""
    reply = ask(call, "GET", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(200, 400, 404))
    return decoded(reply, Person) if reply.status == 200 else None


def add_member(call: Call, sub: str) -> None:
    """Makes an account a member that goes on without the organization; whom Keycloak itself lets register becomes one
    that goes with it (`is_managed`)."""
    ask(call, "POST", f"/organizations/{call.tenant.id}/members", json=sub, allowed=(201, 204, 409))


def end_membership(call: Call, sub: str) -> None:
    """Takes the person out of the organization, and so out of its groups. The account of a managed member goes too."""
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(204, 404))


def groups_of(call: Call, sub: str) -> set[str]:
    """The names of the groups that a member is in."""
    return {group.name for group in pages(call, f"/organizations/{call.tenant.id}/members/{sub}/groups", _Named)}


def join(call: Call, group: str, sub: str) -> None:
    ask(call, "PUT", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 409))


def leave(call: Call, group: str, sub: str) -> None:
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 404))


def invitations(call: Call) -> Iterator[Invitation]:
    """Every invitation of the tenant, pending or not."""
    yield from pages(call, f"/organizations/{call.tenant.id}/invitations", Invitation)


def invite(call: Call, about: str, told: Mapping[str, str]) -> None:
    """Has Keycloak write to the account of `email` in `told`, with a link to accept. Nothing happens to whom it knows
    as invited or a member."""
    path = f"/organizations/{call.tenant.id}/members/invite-user"
    ask(call, "POST", path, form={}, about=about, told=told, allowed=(204, 409))


def withdraw(call: Call, invitation: str) -> None:
    """Makes an invitation worthless."""
    ask(call, "DELETE", f"/organizations/{call.tenant.id}/invitations/{invitation}", allowed=(204, 404))


# --- accounts: they belong to the realm; see users/sync.py for when a tenant may touch one ----------------------------


def create_account(call: Call, about: str, told: Mapping[str, str]) -> str | None:
    """Makes an account that nobody can use before its address is proved and a password chosen; its id. None when the
    address has an account."""
    new = {"username": told["email"], "enabled": True, "emailVerified": False, "requiredActions": _FIRST_ACTIONS}
    reply = ask(call, "POST", "/users", json=new, about=about, told=told, allowed=(201, 409))
    return reply.location.rpartition("/")[2] if reply.status == 201 else None


def send_welcome(call: Call, sub: str) -> None:
    """Has Keycloak write to a new account's owner, with a link that proves the address and leads to a password."""
    lives = {"lifespan": str(WELCOME_SECONDS)}
    ask(call, "PUT", f"/users/{sub}/execute-actions-email", json=_FIRST_ACTIONS, query=lives)


def organizations_of(call: Call, sub: str) -> set[str]:
    """The ids of all organizations that the account is a member of; none for an account that is gone."""
    path = f"/organizations/members/{sub}/organizations"
    reply = ask(call, "GET", path, query={"max": str(PAGE)}, allowed=(200, 400, 404))
    return {each.id for each in decoded(reply, list[_Named])} if reply.status == 200 else set()


def change_account(call: Call, sub: str, about: str, told: Mapping[str, str], **changes: bool) -> None:
    """Changes what is given of an account: `enabled`, and names in `told`."""
    ask(call, "PUT", f"/users/{sub}", json=changes, about=about, told=told, allowed=(204, 404))


def end_sessions(call: Call, sub: str) -> None:
    ask(call, "POST", f"/users/{sub}/logout", allowed=(204, 404))


def delete_account(call: Call, sub: str) -> None:
    ask(call, "DELETE", f"/users/{sub}", allowed=(204, 404))
