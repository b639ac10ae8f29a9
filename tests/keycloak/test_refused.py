"""Tokens that the real Keycloak has signed, and that must not open the door all the same."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.access.claims import MACHINE_CLIENT_PREFIX
from infra.keycloak.operator import Operator
from infra.keycloak.organizations import add_member, create
from infra.keycloak.roles import REALM_FILE
from infra.local.browser import Frontend, TokenRefusedError, machine_token
from tests.access.realm import later_clock
from tests.keycloak.realm import CALLBACK, PASSWORD, Realm, claims_of, context_of, reason_in

Refused = Callable[[str], str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Why the door refuses a token; fails when it does not."""

    def reason(token: str) -> str:
        with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
            context_of(token)
        return reason_in(capsys.readouterr().out)

    return reason


@pytest.fixture
def client(realm: Realm) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes a client that is allowed everything that novex-web is allowed; it is gone afterwards."""
    made = []

    def make(**about: Any) -> dict[str, Any]:
        scopes = {"defaultClientScopes": ["basic", "acr", "novex-api"], "optionalClientScopes": ["organization"]}
        flows = {"implicitFlowEnabled": False, "directAccessGrantsEnabled": False}
        requested: dict[str, Any] = {"clientId": "someone-else", "publicClient": True, "redirectUris": [CALLBACK]}
        requested |= {"attributes": {"pkce.code.challenge.method": "S256"}, **flows, **scopes, **about}
        made.append(realm.operator.post("/clients", requested))
        return requested

    yield make
    for each in made:
        realm.operator.delete(f"/clients/{each}")


def test_the_id_token_of_a_login(realm: Realm, refused: Refused) -> None:
    frontend = realm.login(realm.person(acme="admin")[1])
    assert refused(frontend.tokens["id_token"]) == "audience_refused"


def test_the_refresh_token_of_a_login(realm: Realm, refused: Refused) -> None:
    frontend = realm.login(realm.person(acme="admin")[1])
    assert refused(frontend.tokens["refresh_token"]) == "algorithm_refused"


def test_a_token_that_names_several_tenants(realm: Realm, refused: Refused) -> None:
    address = realm.person(acme="sales", globex="admin")[1]
    frontend = realm.login(address, scope="openid organization:*")
    assert set(claims_of(frontend.access_token)["organization"]) == {"acme", "globex"}
    assert refused(frontend.access_token) == "organization_not_one"


def test_a_token_without_a_tenant(realm: Realm, refused: Refused) -> None:
    frontend = realm.login(realm.person(acme="admin")[1], scope="openid")
    assert refused(frontend.access_token) == "organization_missing"


def test_a_token_of_a_person_who_belongs_to_no_tenant(realm: Realm, refused: Refused) -> None:
    frontend = realm.login(realm.person()[1], scope="openid organization:*")
    assert refused(frontend.access_token) == "organization_missing"


def test_a_token_of_another_public_client(realm: Realm, refused: Refused, client: Callable[..., Any]) -> None:
    """It is as good as one of novex-web in everything but the client's name."""
    client()
    frontend = realm.login(realm.person(acme="admin")[1], client="someone-else")
    assert claims_of(frontend.access_token)["aud"] == "novex-api"
    assert refused(frontend.access_token) == "client_refused"


def test_a_token_that_a_person_gets_through_a_machines_client(
    realm: Realm, refused: Refused, client: Callable[..., Any]
) -> None:
    name = f"{MACHINE_CLIENT_PREFIX}open"
    client(clientId=name)
    frontend = realm.login(realm.person(acme="admin")[1], client=name)
    assert refused(frontend.access_token) == "service_account_refused"


def test_the_tokens_of_our_own_user_administration(realm: Realm, refused: Refused) -> None:
    token = machine_token(realm.issuer, "novex-admin", realm.operator.client_secret("novex-admin"))
    assert refused(token) == "audience_refused"


def test_a_token_of_a_keycloak_administrator(realm: Realm, refused: Refused) -> None:
    assert refused(realm.operator.token()) == "key_unknown"


def test_a_token_of_a_machine_that_got_into_a_second_tenant(realm: Realm, refused: Refused) -> None:
    secret = realm.machine("acme")
    client = realm.operator.client("novex-machine-acme")
    account = realm.operator.get(f"/clients/{client}/service-account-user")["id"]
    add_member(realm.operator, realm.tenant("globex"), account, "automation")
    assert refused(machine_token(realm.issuer, "novex-machine-acme", secret)) == "organization_not_one"


def test_a_token_of_another_realm_that_is_made_alike(realm: Realm, refused: Refused) -> None:
    requested = json.loads(REALM_FILE.read_text().replace('"novex"', '"twin"').replace('-novex"', '-twin"'))
    requested.pop("smtpServer")  # this way in replaces no placeholders
    text = json.dumps(requested).replace("${NOVEX_WEB_ORIGIN:http://localhost:3000}", "http://localhost:3000")
    twin = Operator(realm.operator.url, realm.operator.credentials, "twin")
    Operator(realm.operator.url, realm.operator.credentials, "").post("", json.loads(text))
    try:
        account = {"username": "a@example.com", "email": "a@example.com", "enabled": True, "emailVerified": True}
        account |= {"firstName": "A", "lastName": "B", "credentials": [{"type": "password", "value": PASSWORD}]}
        add_member(twin, create(twin, "acme", "Acme"), twin.post("/users", account), "admin")
        frontend = Frontend(twin.issuer, CALLBACK)
        frontend.login("a@example.com", PASSWORD)
        assert claims_of(frontend.access_token)["organization"]["acme"]["realm_access"] == {"roles": ["admin"]}
        assert refused(frontend.access_token) == "key_unknown"
    finally:
        twin.delete("")


def test_a_person_who_has_left_the_tenant(realm: Realm, refused: Refused) -> None:
    sub, address = realm.person(acme="sales", globex="sales")
    frontend = realm.login(address, "acme")
    realm.operator.delete(f"/organizations/{realm.tenant('acme').id}/members/{sub}")
    with pytest.raises(TokenRefusedError) as refusal:
        frontend.refresh()
    assert (refusal.value.status, refusal.value.error) == (400, "invalid_grant")
    # Only one tenant is left, and nothing asks which.
    assert context_of(realm.login(address).access_token)["tenant"] == realm.tenant("globex").id
    assert refused(realm.login(address, scope="openid organization:acme").access_token) == "organization_missing"


def test_a_person_who_is_disabled_gets_no_token_any_more(realm: Realm) -> None:
    sub, address = realm.person(acme="sales")
    frontend = realm.login(address)
    realm.operator.put(f"/users/{sub}", {"enabled": False})
    with pytest.raises(TokenRefusedError, match="invalid_grant"):
        frontend.refresh()


def test_a_disabled_tenant_is_in_no_token(realm: Realm) -> None:
    address = realm.person(closing="sales")[1]
    frontend = realm.login(address)
    path = f"/organizations/{realm.tenant('closing').id}"
    realm.operator.put(path, {"name": "Closing", "alias": "closing", "enabled": False})
    with pytest.raises(TokenRefusedError, match="invalid_grant"):
        frontend.refresh()


def test_a_key_that_is_not_the_realms_any_more(realm: Realm, refused: Refused) -> None:
    address = realm.person(acme="sales")[1]
    old = realm.login(address).access_token
    with later_clock() as later:
        context_of(old)
        before = _keys(realm)
        added = realm.operator.post("/components", _new_key(realm))
        new = realm.login(address).access_token
        context_of(new)
        context_of(old)  # passive now, and good until it is withdrawn
        for key in before:
            key["config"]["enabled"] = ["false"]
            realm.operator.put(f"/components/{key['id']}", key)
        try:
            later.ahead = 301  # the set is read anew every five minutes
            context_of(new)
            assert refused(old) == "key_unknown"
        finally:
            for key in before:
                key["config"]["enabled"] = ["true"]
                realm.operator.put(f"/components/{key['id']}", key)
            realm.operator.delete(f"/components/{added}")


def _keys(realm: Realm) -> list[dict[str, Any]]:
    found = realm.operator.get("/components", type="org.keycloak.keys.KeyProvider")
    return [key for key in found if key["providerId"] == "rsa-generated"]


def _new_key(realm: Realm) -> dict[str, Any]:
    return {
        "name": "newer",
        "providerId": "rsa-generated",
        "providerType": "org.keycloak.keys.KeyProvider",
        "parentId": realm.operator.get("")["id"],
        "config": {"priority": ["500"], "keySize": ["2048"], "algorithm": ["RS256"]},
    }
