"""What a frontend may send from its browser, and read of the answers."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from chalicelib.edge.system import service
from chalicelib.kernel import secrets
from tests.browser import chromium, site
from tests.world import Client

pytestmark = pytest.mark.long
FETCH = """async ([url, init]) => {
    try {
        const response = await fetch(url, init);
        return {status: response.status, headers: Object.fromEntries(response.headers), body: await response.text()};
    } catch (error) {
        return {status: 0, headers: {}, body: String(error)};
    }
}"""
FOREIGN_ORIGIN = "http://localhost:3001"


@pytest.fixture(scope="module")
def frontend_browser() -> Iterator[Browser]:
    """A browser that finds an empty page at the web origin."""
    page = b'<!doctype html><title>Frontend</title><link rel="icon" href="data:,">'
    with site.serving({"index.html": page}) as flag, chromium.running(flag) as started:
        yield started


@pytest.fixture
def frontend(frontend_browser: Browser, served: str) -> Iterator["Frontend"]:
    """A page of the configured origin."""
    with chromium.context(frontend_browser) as tabs:
        page = tabs.new_page()
        page.goto(site.ORIGIN)
        yield Frontend(page, served)


class Frontend:
    """A page that calls the API with `fetch`."""

    def __init__(self, page: Page, api: str) -> None:
        self.page, self._api = page, api

    def fetch(
        self, path: str, method: str = "GET", body: Any = None, token: str = "", **headers: str
    ) -> dict[str, Any]:
        """Status, headers that the browser shows, and body; status 0 when the browser refuses to tell."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        init = {"method": method, "headers": sent, "body": None if body is None else json.dumps(body)}
        answered: dict[str, Any] = self.page.evaluate(FETCH, [self._api + path, init])
        return answered

    def readable(self, answered: dict[str, Any], status: int, *names: str) -> dict[str, str]:
        """The headers of an answer with this status, which must have those named."""
        assert answered["status"] == status, answered
        missing = [name for name in ("X-Request-Id", *names) if name.lower() not in answered["headers"]]
        assert missing == []
        headers: dict[str, str] = answered["headers"]
        return headers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer none"),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "key-1"),
        ("If-Match", '"1"'),
        ("If-None-Match", '"1"'),
        ("Novex-Version", "2026-11-26"),
        ("X-Request-Id", "desk-7"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ],
)
def test_a_browser_may_send_a_header(frontend: Frontend, name: str, value: str) -> None:
    assert frontend.fetch("/v1/items", **{name: value})["status"] == 401


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_browser_may_use_every_method_of_the_api(frontend: Frontend, method: str) -> None:
    assert frontend.fetch("/v1/items", method)["status"] == 401


def test_what_was_created_is_found_changed_and_asked_for_again_by_its_headers(frontend: Frontend, acme: Client) -> None:
    key, token = uuid.uuid4().hex, acme.token
    new = {"sku": f"CORS-{key[:8]}", "name": "Bell"}
    made = frontend.fetch("/v1/items", "POST", new, token, Idempotency_Key=key)
    headers = frontend.readable(made, 201, "ETag", "Location", "RateLimit-Policy")
    again = frontend.fetch("/v1/items", "POST", new, token, Idempotency_Key=key)
    assert frontend.readable(again, 201, "Idempotent-Replayed")["location"] == headers["location"]
    changed = frontend.fetch(headers["location"], "PATCH", {"name": "Big bell"}, token, If_Match=headers["etag"])
    tag = frontend.readable(changed, 200, "ETag")["etag"]
    assert tag != headers["etag"]
    unchanged = frontend.fetch(headers["location"], token=token, If_None_Match=tag)
    assert frontend.readable(unchanged, 304, "ETag")["etag"] == tag


def test_a_list_shows_the_link_to_its_next_page(frontend: Frontend, acme: Client) -> None:
    for sku in ("CORS-A", "CORS-B"):
        acme.post("/v1/items", {"sku": sku, "name": "Bell"}).ok()
    headers = frontend.readable(frontend.fetch("/v1/items?limit=1", token=acme.token), 200, "Link")
    assert 'rel="next"' in headers["link"]


@pytest.mark.parametrize("token", ["", "forged"], ids=["without a token", "with a bad token"])
def test_a_refused_login_says_what_is_asked_for(frontend: Frontend, token: str) -> None:
    headers = frontend.readable(frontend.fetch("/v1/items", token=token), 401)
    challenges = [headers.get(name, "") for name in ("www-authenticate", "x-amzn-remapped-www-authenticate")]
    assert any(challenge.startswith("Bearer") for challenge in challenges), headers


def test_an_unknown_path_is_not_found(frontend: Frontend, acme: Client) -> None:
    inside = frontend.fetch("/v1/nowhere", token=acme.token)
    frontend.readable(inside, 404)
    assert json.loads(inside["body"])["code"] == "not_found"
    outside = frontend.fetch("/nowhere")
    frontend.readable(outside, 404)
    assert json.loads(outside["body"])["code"] == "not_found"


def test_a_method_that_a_path_does_not_have_is_refused_with_those_it_has(frontend: Frontend, acme: Client) -> None:
    inside = frontend.readable(frontend.fetch("/v1/items", "DELETE", token=acme.token), 405, "Allow")
    assert {"GET", "POST"} <= set(inside["allow"].split(", "))
    outside = frontend.readable(frontend.fetch("/health", "POST"), 405, "Allow")
    assert "GET" in outside["allow"].split(", ")


def test_an_answer_that_asks_for_patience_says_how_long(frontend: Frontend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "read", lambda name, fresh: {})
    service.forget()
    try:
        headers = frontend.readable(frontend.fetch("/ready"), 503, "Retry-After")
    finally:
        service.forget()
    assert headers["retry-after"] == "5"


def test_a_page_of_another_origin_learns_nothing(frontend: Frontend, acme: Client) -> None:
    frontend.page.goto(FOREIGN_ORIGIN)
    assert frontend.fetch("/v1/items", token=acme.token)["status"] == 0
    assert frontend.fetch("/health")["status"] == 0
