"""Invitations as the API sends them, with the rights of novex-admin, and as people accept them."""

import urllib.parse
import urllib.request

from infra.local.browser import machine_token
from infra.local.mail import link_in
from tests.keycloak.realm import Realm, claims_of


def invite(realm: Realm, alias: str, **person: str) -> int:
    token = machine_token(realm.issuer, "novex-admin", realm.operator.client_secret("novex-admin"))
    path = f"/admin/realms/novex/organizations/{realm.tenant(alias).id}/members/invite-user"
    content = urllib.parse.urlencode(person).encode()
    request = urllib.request.Request(realm.operator.url + path, content, {"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(answer.status)


def test_keycloaks_own_invitation_of_an_unknown_address_makes_no_account(realm: Realm) -> None:
    """The product makes accounts itself. One that Keycloak makes would be deleted with the membership, whoever else has
    it; its form lacks the address, which no form shows."""
    address = "new.colleague@example.com"
    assert invite(realm, "acme", email=address, firstName="New", lastName="Colleague") == 204
    browser = realm.frontend().browser
    page = browser.open(link_in(realm.mail.wait(address)))
    assert page.fields.keys() == {"username", "firstName", "lastName"}
    for _ in range(2):
        page = browser.submit(page, username="new.colleague", firstName="New", lastName="Colleague")
    assert page.fields.keys() == {"username", "firstName", "lastName"}
    assert realm.operator.get("/users", username="new.colleague", exact="true") == []
    assert realm.operator.get("/users", email=address, exact="true") == []


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
