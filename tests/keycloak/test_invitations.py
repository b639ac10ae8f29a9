"""Invitations as the API sends them, with the rights of novex-admin, and as people accept them."""

import urllib.parse
import urllib.request

from infra.local.browser import machine_token
from infra.local.mail import link_in
from tests.keycloak.realm import PASSWORD, Realm, claims_of, context_of


def invite(realm: Realm, alias: str, **person: str) -> int:
    token = machine_token(realm.issuer, "novex-admin", realm.operator.client_secret("novex-admin"))
    path = f"/admin/realms/novex/organizations/{realm.tenant(alias).id}/members/invite-user"
    content = urllib.parse.urlencode(person).encode()
    request = urllib.request.Request(realm.operator.url + path, content, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return int(answer.status)


def test_somebody_unknown_registers_proves_the_address_and_belongs_to_the_tenant(realm: Realm) -> None:
    address = "new.colleague@example.com"
    assert invite(realm, "acme", email=address, firstName="New", lastName="Colleague") == 204
    browser = realm.frontend().browser
    page = browser.open(link_in(realm.mail.wait(address)))
    assert {"firstName", "lastName", "email"} <= page.fields.keys()
    browser.submit(page, username="new.colleague", firstName="New", lastName="Colleague")
    page = browser.open(link_in(realm.mail.wait(address, count=2)))
    browser.submit(page, **{"password-new": PASSWORD, "password-confirm": PASSWORD})
    (account,) = realm.operator.get("/users", email=address, exact="true")
    assert (account["emailVerified"], account["requiredActions"], account["username"]) == (True, [], "new.colleague")
    frontend = realm.login(address)
    context = context_of(frontend.access_token)
    assert (context["tenant"], context["roles"]) == (realm.tenant("acme").id, "")


def test_somebody_known_is_asked_and_then_belongs_to_both_tenants(realm: Realm) -> None:
    address = realm.person(globex="sales")[1]
    assert invite(realm, "acme", email=address) == 204
    browser = realm.frontend().browser
    page = browser.open(link_in(realm.mail.wait(address)))
    assert "Acme" in page.text
    browser.open(next(urllib.parse.urljoin(page.url, link) for link in page.links if "action-token" in link))
    frontend = realm.login(address, scope="openid organization:*")
    assert set(claims_of(frontend.access_token)["organization"]) == {"acme", "globex"}


def test_nobody_registers_without_an_invitation(realm: Realm) -> None:
    frontend = realm.frontend()
    address = frontend.authorization_url("v" * 43, "s", "n").replace("/auth?", "/registrations?")
    page = frontend.browser.open(address)
    assert "Registration not allowed" in page.text
