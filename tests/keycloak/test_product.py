"""The whole product on the real Keycloak: tenants, invitations, roles, revocation, as their users go through them."""

import secrets
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.access import access_state, authorizer
from chalicelib.identity import admin_api, keycloak_retry
from chalicelib.kernel import config
from chalicelib.kernel import secrets as vault
from infra.local.browser import Frontend, TokenRefusedError
from infra.local.keycloak import Keycloak
from infra.local.mail import link_in
from tests.identity import logouts
from tests.identity.people import address, manage, settled_at_last
from tests.keycloak.realm import PASSWORD, Realm, claims_of
from tests.world import Client, World


@pytest.fixture
def product(world: World, running: Realm, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The product trusting the real realm."""
    with trusting(world, running.keycloak, monkeypatch):
        yield world


class trusting:  # noqa: N801 - reads as a statement
    """Makes the product believe this Keycloak, and knows novex-admin's secret there."""

    def __init__(self, world: World, server: Keycloak, monkeypatch: pytest.MonkeyPatch) -> None:
        self._world, self._server, self._patched = world, server, monkeypatch.context()

    def __enter__(self) -> None:
        patched = self._patched.__enter__()
        for name, value in self._server.environment().items():
            patched.setenv(name, value)
        patched.setattr(authorizer, "_doors", {})
        # Longer than a worker waits by itself, so that the job goes back to its queue.
        patched.setattr(keycloak_retry, "RETRY_SECONDS", 2.5)
        secret = self._server.operator().client_secret("novex-admin")
        self._world.aws.keep_secret("keycloak-admin", {"client_id": "novex-admin", "secrets": [secret]})
        self._forget()

    def __exit__(self, *_: object) -> None:
        self._patched.__exit__(None, None, None)
        self._world.aws.keep_secret("keycloak-admin", self._world.issuer.admin_secret())
        self._forget()

    def _forget(self) -> None:
        config.current.cache_clear()
        vault.forget()
        admin_api.forget()
        access_state.forget()


def client(world: World, frontend: Frontend) -> Client:
    tenant = next(iter(claims_of(frontend.access_token)["organization"].values()))["id"]
    return Client(world, tenant, token=frontend.access_token)


def registered(realm: Realm, email: str, *mails: int) -> None:
    """The person opens these mails, the first if none are given, follows the links, which prove the address, and fills
    in the forms."""
    browser = realm.frontend().browser
    answers = {"firstName": "Nora", "lastName": "Holm", "password-new": PASSWORD, "password-confirm": PASSWORD}
    for number in mails or (1,):
        page = browser.open(link_in(realm.mail.wait(email, number)))
        for _ in range(5):
            onward = [link for link in page.links if "action-token" in link]
            if page.action:
                page = browser.submit(page, **{name: answers[name] for name in page.fields if name in answers})
            elif onward:
                page = browser.open(urllib.parse.urljoin(page.url, onward[0]))


def refreshed(world: World, frontend: Frontend) -> Client:
    """The frontend with a token that is made in a later second than everything so far."""
    time.sleep(1.1)
    access_state.forget()
    frontend.refresh()
    return client(world, frontend)


def founded(world: World, realm: Realm) -> tuple[str, Frontend]:
    """A tenant that the operator has made; its alias, and its first administrator, logged in and with his role."""
    alias, email = f"t{secrets.token_hex(5)}", address()
    answer = manage("create", name=f"The {alias.title()} Company", alias=alias, email=email)
    assert answer["tenant"]["status"] == "active", answer
    world.settle()
    registered(realm, email)
    frontend = realm.login(email)
    assert client(world, frontend).post("/v1/me/login").ok()["user"]["roles"] == ["admin"]
    world.settle()
    refreshed(world, frontend)
    return alias, frontend


def joined(world: World, realm: Realm, admin: Client, email: str, role: str) -> Any:
    """Invites somebody new; the user when Keycloak has followed."""
    admin.post("/v1/users", {"email": email, "roles": [role]}).ok()
    world.settle()
    registered(realm, email)
    user = client(world, realm.login(email)).post("/v1/me/login").ok()["user"]
    world.settle()
    return admin.get(f"/v1/users/{user['id']}").ok()


def test_an_operator_makes_a_tenant_and_its_administrator_logs_in_and_reads_who_he_is(
    product: World, running: Realm
) -> None:
    alias, frontend = founded(product, running)
    me = client(product, frontend).post("/v1/me/login").ok()
    assert (me["roles"], me["user"]["status"], me["user"]["given_name"]) == (["admin"], "active", "Nora")
    assert claims_of(frontend.access_token)["organization"][alias]["id"] == me["tenant"]
    assert client(product, frontend).get("/v1/items").status == 200


def test_a_person_of_two_tenants_accepts_by_mail_and_has_two_sets_of_roles(product: World, running: Realm) -> None:
    first, first_admin = founded(product, running)
    second, second_admin = founded(product, running)
    email = address()
    joined(product, running, client(product, first_admin), email, "sales")
    client(product, second_admin).post("/v1/users", {"email": email, "roles": ["warehouse"]}).ok()
    product.settle()
    accepting = running.frontend()
    page = accepting.browser.open(link_in(running.mail.wait(email, 2)))
    if page.links and "action-token" in " ".join(page.links):
        accepting.browser.open(urllib.parse.urljoin(page.url, next(li for li in page.links if "action-token" in li)))
    there = running.login(email, second)
    assert client(product, there).post("/v1/me/login").ok()["roles"] == []
    product.settle()
    in_second = refreshed(product, there).post("/v1/me/login").ok()
    in_first = client(product, running.login(email, first)).post("/v1/me/login").ok()
    assert (in_first["roles"], in_second["roles"]) == (["sales"], ["warehouse"])
    assert in_first["subject"] == in_second["subject"]
    assert in_first["tenant"] != in_second["tenant"]
    admin = client(product, first_admin)
    user = admin.get(f"/v1/users/{in_first['user']['id']}").ok()
    admin.post(f"/v1/users/{user['id']}/disable", etag=user["version"]).ok()
    product.settle()
    access_state.forget()
    assert admin.get(f"/v1/users/{user['id']}").ok()["sync"] == "done"
    assert running.operator.get(f"/users/{in_first['subject']}")["enabled"] is True
    assert client(product, running.login(email, second)).get("/v1/items").status == 200
    client(product, running.login(email, first)).get("/v1/items").refused(403, "user_disabled")


def test_an_invitation_outlives_that_of_the_tenant_that_made_the_account(product: World, running: Realm) -> None:
    _, first_admin = founded(product, running)
    _, second_admin = founded(product, running)
    email = address()
    made = client(product, first_admin).post("/v1/users", {"email": email, "roles": ["sales"]}).ok()
    product.settle()
    kept = client(product, second_admin).post("/v1/users", {"email": email, "roles": ["warehouse"]}).ok()
    product.settle()
    invitation = link_in(running.mail.wait(email, 2))
    admin = client(product, first_admin)
    user = admin.get(f"/v1/users/{made['id']}").ok()
    admin.post(f"/v1/users/{user['id']}/remove", etag=user["version"]).ok()
    product.settle()
    assert admin.get(f"/v1/users/{made['id']}").ok()["sync"] == "done"
    (account,) = running.operator.get("/users", email=email, exact="true")
    accepting = running.frontend()
    page = accepting.browser.open(invitation)
    onward = [link for link in page.links if "action-token" in link]
    if onward:
        accepting.browser.open(urllib.parse.urljoin(page.url, onward[0]))
    frontend = with_a_new_password(running, email)
    me = client(product, frontend).post("/v1/me/login").ok()
    assert (me["subject"], me["user"]["id"]) == (account["id"], kept["id"])
    product.settle()
    assert refreshed(product, frontend).get("/v1/me").ok()["roles"] == ["warehouse"]
    user = client(product, second_admin).get(f"/v1/users/{kept['id']}").ok()
    client(product, second_admin).post(f"/v1/users/{kept['id']}/remove", etag=user["version"]).ok()
    product.settle()
    assert running.operator.get("/users", email=email, exact="true") == []


def with_a_new_password(realm: Realm, email: str) -> Frontend:
    """The frontend with somebody logged in who had no password and says that it was forgotten."""
    frontend = realm.frontend()
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n"))
    page = frontend.browser.submit(page, username=email)
    page = frontend.browser.open(urllib.parse.urljoin(page.url, next(li for li in page.links if "reset-cred" in li)))
    frontend.browser.submit(page, username=email)
    registered(realm, email, 3, 4)  # a new password, for which the address has to be proved first
    return realm.login(email)


def test_a_change_of_roles_reaches_the_next_token_and_a_removal_ends_the_account(
    product: World, running: Realm
) -> None:
    _, frontend = founded(product, running)
    admin, email = client(product, frontend), address()
    user = joined(product, running, admin, email, "sales")
    user = admin.patch(f"/v1/users/{user['id']}", {"roles": ["analyst", "auditor"]}, etag=user["version"]).ok()
    product.settle()
    person = running.login(email)
    assert refreshed(product, person).post("/v1/me/login").ok()["roles"] == ["analyst", "auditor"]
    user = admin.get(f"/v1/users/{user['id']}").ok()
    admin.post(f"/v1/users/{user['id']}/remove", etag=user["version"]).ok()
    product.settle()
    gone = admin.get(f"/v1/users/{user['id']}").ok()
    assert (gone["status"], gone["sync"], gone["email"]) == ("removed", "done", None)
    assert running.operator.get("/users", email=email, exact="true") == []


def test_a_logout_in_the_browser_ends_the_tokens_of_that_session(product: World, running: Realm) -> None:
    _, frontend = founded(product, running)
    api = client(product, frontend)
    assert api.get("/v1/items").status == 200
    before = len(running.logouts.received)
    frontend.logout()
    path, _, form = running.logouts.received[before:][-1]
    assert path == logouts.PATH
    assert logouts.send(product, urllib.parse.urlencode(form).encode()).status == 204
    access_state.forget()
    api.get("/v1/items").refused(401, "unauthorized")


def test_nobody_logs_in_to_a_suspended_tenant(product: World, running: Realm) -> None:
    _, frontend = founded(product, running)
    tenant = client(product, frontend).tenant
    assert manage("step", tenant=tenant, step="suspend")["tenant"]["status"] == "suspended"
    access_state.forget()
    client(product, frontend).get("/v1/items").refused(403, "tenant_suspended")
    product.settle()
    with pytest.raises(TokenRefusedError, match="invalid_grant"):
        frontend.refresh()


def test_a_user_disabled_while_keycloak_is_stopped_is_disabled_when_it_is_back(
    world: World, running: Realm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = running.mail.settings()
    server = Keycloak(tmp_path, settings=settings).start()
    port = server.port
    own = Realm(server, running.mail, running.logouts, server.operator())
    try:
        with trusting(world, server, monkeypatch):
            _, frontend = founded(world, own)
            admin, email = client(world, frontend), address()
            user = joined(world, own, admin, email, "sales")
            server.stop()
            pending = admin.post(f"/v1/users/{user['id']}/disable", etag=user["version"])
            assert (pending.status, pending.ok()["sync"]) == (202, "pending")
            world.settle()
            assert admin.get(f"/v1/users/{user['id']}").ok()["sync"] == "pending"
            server = Keycloak(tmp_path, port, settings).start()
            assert settled_at_last(admin, user)["sync"] == "done"
            assert server.operator().get(f"/users/{user['subject']}")["enabled"] is False
    finally:
        server.stop()
