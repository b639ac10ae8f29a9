"""What the real Keycloak posts to the API when a session ends, and what it does not."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from infra.local.browser import Frontend, TokenRefusedError
from tests.keycloak.realm import Realm, claims_of, context_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOOKS = 1500


def told(realm: Realm, sid: str) -> list[str]:
    """The logout tokens of that session; waits for the first."""
    for _ in range(LOOKS):
        tokens = [form["logout_token"] for _, _, form in realm.logouts.received]
        found = [token for token in tokens if claims_of(token).get("sid") == sid]
        if found:
            return found
        time.sleep(0.02)
    return []


def by_person(realm: Realm, sub: str, frontend: Frontend) -> None:
    frontend.logout()


def by_administrator(realm: Realm, sub: str, frontend: Frontend) -> None:
    realm.operator.post(f"/users/{sub}/logout")


def by_end_of_session(realm: Realm, sub: str, frontend: Frontend) -> None:
    realm.operator.delete(f"/sessions/{claims_of(frontend.access_token)['sid']}")


@pytest.mark.parametrize("end", [by_person, by_administrator, by_end_of_session])
def test_the_api_is_told_of_a_logout(realm: Realm, end: Callable[[Realm, str, Frontend], None]) -> None:
    sub, address = realm.person(acme="sales")
    frontend = realm.login(address)
    sid = claims_of(frontend.access_token)["sid"]
    end(realm, sub, frontend)
    (token,) = told(realm, sid)
    header, claims = jwt.get_unverified_header(token), claims_of(token)
    assert (header["alg"], header["typ"]) == ("RS256", "logout+jwt")
    assert header["kid"] == jwt.get_unverified_header(frontend.access_token)["kid"]
    assert set(claims) == {"exp", "iat", "jti", "iss", "aud", "sub", "typ", "sid", "events"}
    assert (claims["iss"], claims["aud"], claims["sub"], claims["typ"]) == (realm.issuer, "novex-web", sub, "Logout")
    assert claims["exp"] - claims["iat"] == 120
    assert claims["events"] == {EVENT: {}}
    with pytest.raises(TokenRefusedError, match="400 invalid_grant"):
        frontend.refresh()


def test_the_notice_is_a_form_at_the_address_of_the_realm_file(realm: Realm) -> None:
    frontend = realm.login(realm.person(acme="sales")[1])
    frontend.logout()
    (token,) = told(realm, claims_of(frontend.access_token)["sid"])
    (logged_in,) = (each for each in realm.logouts.received if each[2]["logout_token"] == token)
    assert logged_in == ("/oidc/backchannel-logout", "application/x-www-form-urlencoded", {"logout_token": token})


def test_a_logout_token_opens_no_door(realm: Realm) -> None:
    frontend = realm.login(realm.person(acme="admin")[1])
    frontend.logout()
    (token,) = told(realm, claims_of(frontend.access_token)["sid"])
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        context_of(token)


def test_an_access_token_outlives_its_session_so_the_api_must_look_itself(realm: Realm) -> None:
    frontend = realm.login(realm.person(acme="sales")[1])
    frontend.logout()
    assert context_of(frontend.access_token)["roles"] == "sales"


@pytest.mark.parametrize("change", ["disabled", "left"])
def test_nobody_is_told_when_a_person_is_disabled_or_leaves(realm: Realm, change: str) -> None:
    """So the API must end the sessions itself."""
    sub, address = realm.person(acme="sales")
    frontend = realm.login(address)
    sid = claims_of(frontend.access_token)["sid"]
    actions: dict[str, Callable[[], Any]] = {
        "disabled": lambda: realm.operator.put(f"/users/{sub}", {"enabled": False}),
        "left": lambda: realm.operator.delete(f"/organizations/{realm.tenant('acme').id}/members/{sub}"),
    }
    actions[change]()
    by_administrator(realm, sub, frontend)
    assert len(told(realm, sid)) == 1
