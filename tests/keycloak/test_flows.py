"""What the realm's settings keep the real Keycloak from doing at all."""

import urllib.parse

import pytest

from infra.local.browser import LoginFailedError, TokenRefusedError, ask_token, machine_token
from tests.keycloak.realm import PASSWORD, Realm, claims_of


def asked(realm: Realm, **parameters: str) -> dict[str, str]:
    """Where an authorization request ends that is not as it should be: the parameters, or the page's text."""
    frontend = realm.frontend()
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "the-state", "the-nonce", **parameters))
    fragment = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).fragment))
    return page.query | fragment if page.url.startswith(frontend.redirect_uri) else {"page": page.text}


def test_a_request_without_pkce_is_refused(realm: Realm) -> None:
    assert asked(realm, code_challenge="", code_challenge_method="")["error"] == "invalid_request"


def test_pkce_without_a_digest_is_refused(realm: Realm) -> None:
    assert asked(realm, code_challenge_method="plain")["error"] == "invalid_request"


def test_a_code_is_worth_nothing_without_its_verifier(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    frontend = realm.frontend()
    exchange = frontend.exchange
    monkeypatch.setattr(frontend, "exchange", lambda code, verifier, nonce: exchange(code, "w" * 43, nonce))
    with pytest.raises(TokenRefusedError, match="400 invalid_grant"):
        frontend.login(realm.person(acme="sales")[1], PASSWORD)


@pytest.mark.parametrize("response_type", ["token", "id_token", "id_token token", "code token"])
def test_no_token_comes_through_the_address_bar(realm: Realm, response_type: str) -> None:
    said = asked(realm, response_type=response_type)
    assert said["error"] in ("unauthorized_client", "unsupported_response_type", "invalid_request")
    assert "access_token" not in said


@pytest.mark.parametrize(
    "address",
    ["http://localhost:3000/callback/evil", "http://localhost:3000/", "http://evil.example/callback"],
)
def test_nobody_is_sent_anywhere_but_to_the_callback(realm: Realm, address: str) -> None:
    frontend = realm.frontend()
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n", redirect_uri=address))
    assert page.status == 400
    assert page.url.startswith(realm.issuer)


@pytest.mark.parametrize("client", ["novex-web", "admin-cli", "account-console"])
def test_no_client_takes_a_password(realm: Realm, client: str) -> None:
    address = realm.person(acme="sales")[1]
    form = {"grant_type": "password", "client_id": client, "username": address, "password": PASSWORD}
    with pytest.raises(TokenRefusedError) as refusal:
        ask_token(realm.issuer, form)
    assert refusal.value.error in ("unauthorized_client", "invalid_client", "invalid_grant", "access_denied")


def test_a_client_that_allows_passwords_is_refused_by_the_realm(realm: Realm) -> None:
    """The realm's policy holds for clients that somebody makes later, too."""
    with pytest.raises(Exception, match="400"):
        realm.operator.post("/clients", {"clientId": "lax", "publicClient": True, "directAccessGrantsEnabled": True})
    with pytest.raises(Exception, match="400"):
        realm.operator.post("/clients", {"clientId": "lax", "publicClient": True, "implicitFlowEnabled": True})


def test_offline_access_cannot_be_asked_for(realm: Realm) -> None:
    assert asked(realm, scope="openid offline_access")["error"] == "invalid_scope"


def test_a_refresh_token_used_twice_ends_the_session(realm: Realm) -> None:
    frontend = realm.login(realm.person(acme="sales")[1])
    stolen = frontend.tokens["refresh_token"]
    frontend.refresh()
    newer = frontend.tokens["refresh_token"]
    with pytest.raises(TokenRefusedError, match="400 invalid_grant"):
        frontend.refresh(stolen)
    with pytest.raises(TokenRefusedError, match="400 invalid_grant"):
        frontend.refresh(newer)


def test_guessing_a_password_locks_the_account_for_a_while(realm: Realm) -> None:
    address = realm.person(acme="sales")[1]
    for number in range(11):
        with pytest.raises(LoginFailedError, match="login_refused"):
            realm.frontend().login(address, f"wrong {number}")
    with pytest.raises(LoginFailedError, match="login_refused"):
        realm.frontend().login(address, PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 129])
def test_a_poor_password_is_refused(realm: Realm, password: str) -> None:
    sub = realm.person()[0]
    with pytest.raises(Exception, match="400"):
        realm.operator.put(f"/users/{sub}/reset-password", {"type": "password", "value": password})


def test_a_person_with_a_temporary_password_must_choose_one(realm: Realm) -> None:
    sub, address = realm.person(acme="sales")
    path = f"/users/{sub}/reset-password"
    realm.operator.put(path, {"type": "password", "value": "handed out by phone", "temporary": True})
    frontend = realm.frontend()
    frontend.login(address, "handed out by phone", new_password="chosen by herself")
    assert claims_of(frontend.access_token)["sub"] == sub
    with pytest.raises(LoginFailedError, match="login_refused"):
        realm.frontend().login(address, "handed out by phone")


def test_a_wrong_secret_is_no_secret(realm: Realm) -> None:
    realm.machine("acme")
    with pytest.raises(TokenRefusedError, match="401"):
        machine_token(realm.issuer, "novex-machine-acme", "guess")
