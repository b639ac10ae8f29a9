"""The example of a frontend in docs/frontend/: keycloak-js in Chromium, the real Keycloak and the API."""

import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from chalicelib.access import access_state, errors, step_up
from infra.local import npm
from infra.local.fetched import ROOT
from infra.local.server import serve
from tests.browser import chromium, site
from tests.browser.chromium import PATIENCE_MS
from tests.identity import logouts
from tests.keycloak.realm import PASSWORD, Realm, claims_of
from tests.keycloak.test_product import client, founded, trusting
from tests.world import World

pytestmark = pytest.mark.long
EXAMPLE = ROOT / "docs" / "frontend"
LIBRARY = "node_modules/keycloak-js/lib/keycloak.js"
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Person:
    """The administrator of a tenant, in a browser of her own."""

    email: str
    tabs: BrowserContext
    realm: Realm
    world: World

    def tab(self) -> Page:
        """A tab that shows the frontend, or the login page that it led to."""
        page = self.tabs.new_page()
        page.goto(site.ORIGIN)
        return page

    def log_in(self, page: Page, *, knows_who: bool = False) -> None:
        """Fills in the login page."""
        if not knows_who:
            page.locator("#username").fill(self.email)
        if not page.locator("#password").is_visible():
            page.locator("[type=submit]").first.click()
        page.locator("#password").fill(PASSWORD)
        page.locator("[type=submit]").first.click()
        expect(page.locator("#person")).to_have_text("Nora Holm: admin")

    def tell_api_of_logout(self) -> None:
        """Hands on what Keycloak posts to the API when a session ends."""
        path, _, form = self.realm.logouts.received[-1]
        assert path == logouts.PATH
        assert logouts.send(self.world, urllib.parse.urlencode(form).encode()).status == 204
        access_state.forget()


@pytest.fixture(scope="module")
def product(world: World, running: Realm) -> Iterator[World]:
    """The product trusting the real realm, for all tests of the file."""
    with pytest.MonkeyPatch.context() as patched, trusting(world, running.keycloak, patched):
        yield world


@pytest.fixture(scope="module")
def email(product: World, running: Realm) -> str:
    """The address of a tenant's administrator."""
    _, frontend = founded(product, running)
    return str(client(product, frontend).post("/v1/me/login").ok()["user"]["email"])


@pytest.fixture(scope="module")
def example(product: World, running: Realm) -> Iterator[Browser]:
    """A browser that finds the example at the web origin."""
    packages = npm.install("keycloak-js", EXAMPLE)
    with serve(product.gateway) as api:
        places = {"api": api.url, "keycloak": running.keycloak.base}
        files = {name: (EXAMPLE / name).read_bytes() for name in ("index.html", "app.js")}
        files |= {LIBRARY: Path(packages, LIBRARY).read_bytes(), "config.json": json.dumps(places).encode()}
        with site.serving(files) as flag, chromium.running(flag) as browser:
            yield browser


@pytest.fixture
def person(example: Browser, email: str, running: Realm, product: World) -> Iterator[Person]:
    with chromium.context(example) as tabs:
        yield Person(email, tabs, running, product)


def called(page: Page, button: str, path: str) -> str:
    """Presses a button; the token of the call of the API, once its result is shown."""
    with page.expect_response(lambda each: each.url.endswith(path) and each.request.method != "OPTIONS") as answered:
        page.locator(button).click()
    expect(answer(page)).to_contain_text(f"{answered.value.status}\n")
    assert answered.value.ok, answer(page).inner_text()
    return str(answered.value.request.header_value("authorization"))


def answer(page: Page) -> Locator:
    return page.locator("#answer")


def at_login_page(page: Page, realm: Realm) -> None:
    """Waits until the tab shows Keycloak's login page."""
    page.wait_for_url(f"{realm.issuer}/**")
    expect(page.locator("#password, #username").first).to_be_visible()


def test_a_person_logs_in_calls_refreshes_and_logs_out(person: Person) -> None:
    page = person.tab()
    complaints = chromium.Complaints().of(page, site.ORIGIN)
    at_login_page(page, person.realm)
    person.log_in(page)
    assert page.url == f"{site.ORIGIN}/"
    first = called(page, "#items", "/v1/items")
    page.locator("#refresh").click()
    expect(answer(page)).to_have_text("The token is new.")
    second = called(page, "#items", "/v1/items")
    assert second != first
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert second.removeprefix("Bearer ") not in stored
    assert complaints.console == []
    page.locator("#logout").click()
    at_login_page(page, person.realm)
    person.tell_api_of_logout()
    refused = person.world.gateway.handle("GET", "/v1/items", {"Authorization": second})
    assert refused[0] == 401


def test_two_tabs_refresh_by_themselves_and_a_logout_in_one_ends_both(person: Person) -> None:
    first = person.tab()
    at_login_page(first, person.realm)
    person.log_in(first)
    second = person.tab()
    expect(second.locator("#person")).to_have_text("Nora Holm: admin")
    for page in (first, second):
        page.locator("#refresh").click()
    for page in (first, second):
        expect(answer(page)).to_have_text("The token is new.")
        called(page, "#items", "/v1/items")
    first.locator("#logout").click()
    at_login_page(first, person.realm)
    person.tell_api_of_logout()
    second.locator("#items").click()
    at_login_page(second, person.realm)


def test_a_dangerous_operation_leads_through_a_new_login(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    page = person.tab()
    at_login_page(page, person.realm)
    person.log_in(page)
    before = called(page, "#invite", "/v1/users")
    # Keycloak counts whole seconds: a login of the running second is not yet older than a max_age of 0.
    page.wait_for_function("login => Date.now() / 1000 > login + 1.5", arg=logged_in(before))
    with monkeypatch.context() as later:
        # As if the login had been long ago.
        later.setattr(step_up, "STEP_UP_SECONDS", -3600)
        later.setattr(errors, "STEP_UP_SECONDS", 0)
        page.locator("#invite").click()
        at_login_page(page, person.realm)
    person.log_in(page, knows_who=True)
    after = called(page, "#invite", "/v1/users")
    assert logged_in(after) > logged_in(before)


def logged_in(authorization: str) -> int:
    """When the person with this token logged in."""
    return int(claims_of(authorization.removeprefix("Bearer "))["auth_time"])
