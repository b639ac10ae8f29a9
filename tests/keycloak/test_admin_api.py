"""The issuer's admin API answers as the real one does: both get the same calls through the product's client."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.access.roles import Role
from chalicelib.identity import admin_api, keycloak
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import PLATFORM, Tenant
from infra.keycloak.organizations import of_member
from infra.local.issuer_directory import Account
from tests.identity.people import address
from tests.keycloak.realm import PASSWORD, Realm
from tests.keycloak.test_product import trusting
from tests.world import World

NOBODY = "00000000-0000-4000-8000-000000000000"
Join = Callable[[str], str]
"""Makes an account that is a member of the organization; its id."""


def story(join: Join) -> Iterator[Any]:
    """What an operator and an administrator see on the way; nothing that differs between any two servers."""
    anybody = Call.system(PLATFORM, "story")
    alias = f"s{secrets.token_hex(5)}"
    yield keycloak.organization(anybody, alias)
    name = f"The {alias.title()} Company"
    tenant = keycloak.create_organization(anybody, name, alias)
    yield keycloak.create_organization(anybody, name, alias) == tenant
    yield keycloak.organization(anybody, alias) == tenant
    yield keycloak.organization(anybody, alias[:4])
    call = Call.system(Tenant(tenant), "story")
    yield from _groups(call)
    yield from _invitations(call, join(tenant))
    yield from _accounts(call)
    yield from _members(call, join(tenant))
    for is_enabled in (False, False, True):
        keycloak.enable_organization(call, is_enabled=is_enabled)
        yield "enabled", is_enabled
    yield _refusal(lambda: keycloak.enable_organization(Call.system(Tenant(NOBODY), "story"), is_enabled=False))


def _groups(call: Call) -> Iterator[Any]:
    yield keycloak.role_groups(call)
    for _ in range(2):
        keycloak.ensure_role_groups(call)
        yield sorted(keycloak.role_groups(call))


def _invitations(call: Call, sub: str) -> Iterator[Any]:
    """The person is of another tenant: here only the address counts."""
    known = keycloak.member(call, sub)
    assert known is not None and known.email is not None
    keycloak.end_membership(call, sub)
    personal = keycloak.disclose(call, "usr_story", email=known.email)
    for _ in range(2):
        keycloak.invite(call, personal)
        yield [(each.email == known.email, each.status) for each in keycloak.invitations(call)]
    (invitation,) = keycloak.invitations(call)
    for _ in range(2):
        keycloak.withdraw(call, invitation.id)
        yield list(keycloak.invitations(call))


def _accounts(call: Call) -> Iterator[Any]:
    username = f"usr_{secrets.token_hex(5)}"
    personal = keycloak.disclose(call, "usr_story", email=address(), firstName="Ida", lastName="Lund")
    yield keycloak.account_of(call, username)
    made = keycloak.create_account(call, username, personal)
    assert made is not None
    yield keycloak.create_account(call, username, personal), keycloak.create_account(call, "usr_another", personal)
    found = keycloak.account_of(call, username)
    assert found is not None
    yield found.id == made, found.is_verified, found.is_enabled, found.given_name, found.family_name
    by_id = keycloak.account(call, made)
    yield by_id is not None and (by_id.id == made, by_id.is_enabled, by_id.given_name, by_id.membership)
    yield keycloak.account(call, NOBODY)
    yield keycloak.organizations_of(call, made)
    for _ in range(2):
        keycloak.add_member(call, made)
        yield keycloak.organizations_of(call, made) == {call.tenant.id}
    member = keycloak.member(call, made)
    assert member is not None
    yield member.is_managed, [each.id for each in keycloak.members(call)] == [made]
    keycloak.send_welcome(call, made)
    keycloak.end_membership(call, made)
    yield keycloak.account_of(call, username) is not None
    keycloak.delete_account(call, made)
    yield keycloak.account_of(call, username), keycloak.organizations_of(call, made)


def _members(call: Call, sub: str) -> Iterator[Any]:
    groups = keycloak.role_groups(call)
    person = keycloak.member(call, sub)
    assert person is not None
    yield person.is_enabled, person.is_verified, person.id == sub
    keycloak.invite(call, keycloak.disclose(call, "usr_story", email=person.email))
    yield list(keycloak.invitations(call))
    yield keycloak.member(call, NOBODY), keycloak.groups_of(call, sub)
    for _ in range(2):
        keycloak.join(call, groups[Role.SALES], sub)
        yield keycloak.groups_of(call, sub)
    for _ in range(2):
        keycloak.leave(call, groups[Role.SALES], sub)
        yield keycloak.groups_of(call, sub)
    yield _refusal(lambda: keycloak.join(call, groups[Role.SALES], NOBODY))
    yield keycloak.organizations_of(call, sub) == {call.tenant.id}
    keycloak.change_account(call, sub, keycloak.disclose(call, "usr_story", firstName="Renamed"), enabled=False)
    changed = keycloak.member(call, sub)
    assert changed is not None
    yield changed.given_name, changed.family_name == person.family_name, changed.email == person.email
    yield changed.is_enabled
    keycloak.end_sessions(call, sub)
    keycloak.end_sessions(call, NOBODY)
    for _ in range(2):
        keycloak.end_membership(call, sub)
        yield keycloak.member(call, sub), keycloak.organizations_of(call, sub)
    for _ in range(2):
        keycloak.delete_account(call, sub)
    keycloak.change_account(call, sub, enabled=True)
    yield keycloak.member(call, sub)


def _refusal(asked: Callable[[], None]) -> Any:
    try:
        asked()
    except admin_api.Refused as refusal:
        return "refused", refusal.status
    return "taken"


def test_the_same_story_is_personal_by_the_issuer_and_by_keycloak(
    world: World, running: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def into_directory(tenant: str) -> str:
        account = Account(secrets.token_hex(8), address(), "Ada", "Berg")
        world.issuer.directory.accounts[account.sub] = account
        world.issuer.directory.organizations[tenant].members[account.sub] = []
        return account.sub

    def into_keycloak(tenant: str) -> str:
        sub, _ = running.person()
        running.operator.post(f"/organizations/{tenant}/members", sub)
        assert of_member(running.operator, sub) == [tenant]
        return sub

    admin_api.forget()
    by_issuer = list(story(into_directory))
    with trusting(world, running.keycloak, monkeypatch):
        by_keycloak = list(story(into_keycloak))
    assert by_issuer == by_keycloak
    assert len(by_issuer) > 25
    assert PASSWORD not in str(by_keycloak)
