"""Keycloak's admin REST API, as far as we need it: organizations are tenants, their groups are roles.

Everything is said so that it may be said again. Paths and statuses were measured on 26.7 (docs/identity.md). The
service account `novex-admin` has manage-users and manage-organizations, nothing else.
"""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from chalicelib.access.roles import NAMES, Role
from chalicelib.egress import service as egress
from chalicelib.egress.service import Destination, Reply, Unreachable
from chalicelib.kernel import clock, config, secrets
from chalicelib.kernel.call import Call

_PAGE = 100
_SPARE_SECONDS = 10
"""A token is not used in its last seconds."""


class Unavailable(Exception):
    """Keycloak did not answer, failed, or does not know us: nothing is known, and the same may be said again."""


class Refused(Exception):
    """Keycloak will never take this; `status` says what kind of no it was."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Person(msgspec.Struct, frozen=True):
    """An account, as far as it concerns us."""

    id: str
    email: str | None = None
    given_name: str | None = msgspec.field(default=None, name="firstName")
    family_name: str | None = msgspec.field(default=None, name="lastName")
    is_verified: bool = msgspec.field(default=False, name="emailVerified")
    is_enabled: bool = msgspec.field(default=True, name="enabled")


class Invitation(msgspec.Struct, frozen=True):
    id: str
    email: str
    status: str


class _Named(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    alias: str = ""
    enabled: bool = True


class _Token(NamedTuple):
    text: str
    until: float


_lock = threading.Lock()
_tokens: dict[str, _Token] = {}


# --- organizations ----------------------------------------------------------------------------------------------------


def organization(call: Call, alias: str) -> str | None:
    """The id of the organization with this alias."""
    found = _all(call, "/organizations", _Named, search=alias)
    return next((each.id for each in found if each.alias == alias), None)


def create_organization(call: Call, name: str, alias: str) -> str:
    """Makes an organization, or finds the one that was made; Refused(409) when name or alias is another's."""
    reply = _ask(call, "POST", "/organizations", json={"name": name, "alias": alias}, allowed=(201, 409))
    found = organization(call, alias)
    if found is None:
        raise Refused(reply.status)
    return found


def enable_organization(call: Call, *, is_enabled: bool) -> None:
    """Lets the tenant's people in, or nobody: a disabled organization is in no token."""
    path = f"/organizations/{call.tenant.id}"
    known = _ask(call, "GET", path).json()
    if known.get("enabled") is not is_enabled:
        _ask(call, "PUT", path, json={**known, "enabled": is_enabled})


def role_groups(call: Call) -> dict[str, str]:
    """The groups of the tenant's organization that stand for roles: role to group id."""
    found = _all(call, f"/organizations/{call.tenant.id}/groups", _Named)
    return {group.name: group.id for group in found if group.name in NAMES}


def ensure_role_groups(call: Call) -> None:
    """Makes the group of every role that has none, and gives each group its realm role."""
    base = f"/organizations/{call.tenant.id}/groups"
    groups = role_groups(call)
    for role in Role:
        if role not in groups:
            _ask(call, "POST", base, json={"name": role}, allowed=(201, 409))
    for name, group in role_groups(call).items():
        path = f"{base}/{group}/role-mappings/realm"
        free = _ask(call, "GET", f"{path}/available").json()
        wanted = [entry for entry in free if entry["name"] == name]
        if wanted:
            _ask(call, "POST", path, json=wanted)


# --- members ----------------------------------------------------------------------------------------------------------


def invitations(call: Call) -> Iterator[Invitation]:
    """Every invitation of the tenant, pending or not. Not searched by address: addresses do not belong in URLs."""
    yield from _all(call, f"/organizations/{call.tenant.id}/invitations", Invitation)


def withdraw(call: Call, invitation: str) -> None:
    """Makes an invitation worthless."""
    _ask(call, "DELETE", f"/organizations/{call.tenant.id}/invitations/{invitation}", allowed=(204, 404))


def invite(call: Call, about: str, told: Mapping[str, str]) -> None:
    """Has Keycloak write to `email` of `told`: to an account's owner with a link to accept, to anybody else with a link
    to register. Nothing happens to whom it knows as invited or a member."""
    path = f"/organizations/{call.tenant.id}/members/invite-user"
    _ask(call, "POST", path, form={}, about=about, told=told, allowed=(204, 409))


def member(call: Call, sub: str) -> Person | None:
    """The account, if it is a member of the tenant's organization."""
    reply = _ask(call, "GET", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(200, 400, 404))
    return _decoded(reply, Person) if reply.status == 200 else None


def groups_of(call: Call, sub: str) -> set[str]:
    """The names of the groups that a member is in."""
    return {group.name for group in _all(call, f"/organizations/{call.tenant.id}/members/{sub}/groups", _Named)}


def join(call: Call, group: str, sub: str) -> None:
    _ask(call, "PUT", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 409))


def leave(call: Call, group: str, sub: str) -> None:
    _ask(call, "DELETE", f"/organizations/{call.tenant.id}/groups/{group}/members/{sub}", allowed=(204, 404))


def end_membership(call: Call, sub: str) -> None:
    """Takes the person out of the organization, and so out of its groups."""
    _ask(call, "DELETE", f"/organizations/{call.tenant.id}/members/{sub}", allowed=(204, 404))


# --- accounts: they belong to the realm; see users/sync.py for when a tenant may touch one ----------------------------


def organizations_of(call: Call, sub: str) -> set[str]:
    """The ids of all organizations that the account is a member of."""
    return {each.id for each in _all(call, f"/organizations/members/{sub}/organizations", _Named)}


def change_account(call: Call, sub: str, about: str, told: Mapping[str, str], **changes: bool) -> None:
    """Changes what is given of an account: `enabled`, and names in `told`."""
    _ask(call, "PUT", f"/users/{sub}", json=changes, about=about, told=told, allowed=(204, 404))


def end_sessions(call: Call, sub: str) -> None:
    _ask(call, "POST", f"/users/{sub}/logout", allowed=(204, 404))


def delete_account(call: Call, sub: str) -> None:
    _ask(call, "DELETE", f"/users/{sub}", allowed=(204, 404))


# --- asking -----------------------------------------------------------------------------------------------------------


def forget() -> None:
    """Drops the token."""
    with _lock:
        _tokens.clear()


def _all(call: Call, path: str, kind: type[Any], **query: str) -> Iterator[Any]:
    """Every entry of a list, page after page."""
    first = 0
    while True:
        asked = {"first": str(first), "max": str(_PAGE), **query}
        found = _decoded(_ask(call, "GET", path, query=asked), list[kind])  # type: ignore[valid-type]
        yield from found
        first += _PAGE
        if len(found) < _PAGE:
            return


def _ask(call: Call, method: str, path: str, *, allowed: tuple[int, ...] = (200, 201, 204), **content: Any) -> Reply:
    for is_last in (False, True):
        reply = _send(call, method, path, bearer=_token(call), **content)
        if reply.status != 401 or is_last:
            break
        forget()  # the realm's keys, or its opinion of us, have changed
    if reply.status in allowed:
        return reply
    if reply.status in (401, 403, 429) or reply.status >= 500:
        raise Unavailable(f"status {reply.status}")
    raise Refused(reply.status)


def _send(call: Call, method: str, path: str, **content: Any) -> Reply:
    issuer = config.current().token_issuer
    base, realm = issuer.rsplit("/realms/", 1)
    admin = Destination(
        "keycloak",
        f"{base}/admin/realms/{realm}",
        frozenset({"email", "firstName", "lastName"}),
        "The account with which the person logs in",
    )
    try:
        return egress.send(call, admin, method, path, **content)
    except Unreachable as error:
        raise Unavailable(str(error)) from error


def _decoded(reply: Reply, kind: Any) -> Any:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("an answer of another shape") from error


def _token(call: Call) -> str:
    """An access token of the service account, kept until shortly before its end."""
    issuer = config.current().token_issuer
    with _lock:
        held = _tokens.get(issuer)
    if held is None or held.until <= clock.monotonic():
        held = _fetch_token(call, issuer)
        with _lock:
            _tokens[issuer] = held
    return held.text


def _fetch_token(call: Call, issuer: str) -> _Token:
    """With the newest secret that works: while it is being rotated two are stored, and one of them does."""
    tokens = Destination("keycloak", issuer, frozenset(), "")
    for fresh in (False, True):
        stored = secrets.read(secrets.name("keycloak-admin"), fresh=fresh) or {}
        for secret in stored.get("secrets", []):
            form = {"grant_type": "client_credentials", "client_id": stored["client_id"], "client_secret": secret}
            try:
                reply = egress.send(call, tokens, "POST", "/protocol/openid-connect/token", form=form)
            except Unreachable as error:
                raise Unavailable(str(error)) from error
            if reply.status == 200:
                given = reply.json()
                return _Token(given["access_token"], clock.monotonic() + given["expires_in"] - _SPARE_SECONDS)
            if reply.status >= 500:
                raise Unavailable(f"status {reply.status}")
    raise Unavailable("no secret of novex-admin that Keycloak takes")
