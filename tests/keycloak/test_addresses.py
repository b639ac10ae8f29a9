"""What a stranger and an ordinary person of the realm can learn of the addresses of others: nothing but for a disabled
account, and nobody changes an address by himself."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest

from infra.local.browser import LoginFailedError, Page, TokenRefusedError
from tests.keycloak.realm import PASSWORD, Realm, claims_of

UNKNOWN = "nobody.at.all@example.com"


def ask_account_api(realm: Realm, token: str, content: Any = None) -> int:
    """The status of a request to the API of one's own account."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json"}
    body = None if content is None else json.dumps(content).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{realm.issuer}/account", body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def first_page(realm: Realm) -> tuple[Any, Page]:
    frontend = realm.frontend()
    return frontend.browser, frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n"))


def test_the_api_of_accounts_takes_no_token_that_a_person_can_have(realm: Realm) -> None:
    address = realm.person(globex="sales")[1]
    frontend = realm.login(realm.person(acme="sales")[1])
    assert "account" not in claims_of(frontend.access_token)["aud"]
    assert ask_account_api(realm, frontend.access_token) == 401
    assert {ask_account_api(realm, frontend.access_token, {"email": each}) for each in (address, UNKNOWN)} == {401}


@pytest.mark.parametrize("client", ["account-console", "account"])
def test_nobody_logs_in_to_keycloaks_own_pages(realm: Realm, client: str) -> None:
    frontend = realm.frontend(client=client, redirect_uri=f"{realm.issuer}/account/", scope="openid")
    with pytest.raises(
        (LoginFailedError, TokenRefusedError), match="disabled" if client == "account-console" else "401"
    ):
        frontend.login(realm.person(acme="sales")[1], PASSWORD)


def test_a_form_for_ones_own_names_says_nothing_of_an_address_and_changes_none(realm: Realm) -> None:
    known = realm.person(globex="sales")[1]
    sub, address = realm.person(acme="sales")
    answers = []
    for wanted in (known, UNKNOWN):
        frontend = realm.login(address)
        url = frontend.authorization_url("v" * 43, "s", "n", kc_action="UPDATE_PROFILE")
        page = frontend.browser.open(url)
        assert page.fields.keys() == {"firstName", "lastName"}
        answer = frontend.browser.submit(page, email=wanted, username=wanted)
        answers.append((answer.status, answer.text, answer.fields))
    assert answers[0] == answers[1]
    account = realm.operator.get(f"/users/{sub}")
    assert (account["email"], account["username"], account["emailVerified"]) == (address, address, True)


def test_a_person_changes_the_own_names_and_password(realm: Realm) -> None:
    sub, address = realm.person(acme="sales")
    frontend = realm.login(address)
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n", kc_action="UPDATE_PROFILE"))
    frontend.browser.submit(page, firstName="Augusta", lastName="King")
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n", kc_action="UPDATE_PASSWORD"))
    frontend.browser.submit(page, **dict.fromkeys(("password-new", "password-confirm"), "another long password"))
    account = realm.operator.get(f"/users/{sub}")
    assert (account["firstName"], account["lastName"], account["email"]) == ("Augusta", "King", address)
    realm.frontend().login(address, "another long password")


@pytest.mark.parametrize("action", ["UPDATE_EMAIL", "delete_account"])
def test_no_person_changes_the_address_or_deletes_the_account(realm: Realm, action: str) -> None:
    frontend = realm.login(realm.person(acme="sales")[1])
    page = frontend.browser.open(frontend.authorization_url("v" * 43, "s", "n", kc_action=action))
    if "password" in page.fields:  # it asks again who it is
        page = frontend.browser.submit(page, password=PASSWORD)
    assert page.query["kc_action_status"] == "error"


def test_the_pages_of_login_and_forgotten_password_are_alike_for_known_and_unknown_addresses(realm: Realm) -> None:
    known = realm.person(acme="sales")[1]
    seen = []
    for address in (known, UNKNOWN):
        browser, page = first_page(realm)
        asked = browser.submit(page, username=address)
        refused = browser.submit(asked, username=address, password="a wrong password")
        forgot = browser.open(
            urllib.parse.urljoin(asked.url, next(link for link in asked.links if "reset-credentials" in link))
        )
        sent = browser.submit(forgot, username=address)
        seen.append([(each.status, each.text.replace(address, "")) for each in (asked, refused, forgot, sent)])
    assert seen[0] == seen[1]


def test_a_locked_account_looks_like_an_unknown_one(realm: Realm) -> None:
    known, texts = realm.person(acme="sales")[1], []
    for address in (known, "nobody.else@example.com"):
        for number in range(12):
            browser, page = first_page(realm)
            page = browser.submit(page, username=address)
            page = browser.submit(page, username=address, password=f"a wrong password {number}")
        texts.append(page.text.replace(address, ""))
    assert texts[0] == texts[1]


def test_a_disabled_account_is_told_to_whoever_types_its_address(realm: Realm) -> None:
    """Keycloak 26.7 looks at it before the password, and no setting changes that: docs/security.md says so."""
    sub, address = realm.person(acme="sales")
    realm.operator.put(f"/users/{sub}", {"enabled": False})
    browser, page = first_page(realm)
    assert "Account is disabled" in browser.submit(page, username=address).text
