"""The simulated Shopify: what the product is connected to in `make run` and in tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.integrations.simulators import selection
from chalicelib.integrations.simulators.shopify import Answer, Shopify
from chalicelib.kernel import clock
from infra.local.simulators import Simulators

SHOP = "novex-bikes.myshopify.com"
TOKEN = f"/{SHOP}/admin/oauth/access_token"
GRAPHQL = f"/{SHOP}/admin/api/2026-10/graphql.json"
GOOD = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "one"}


@pytest.fixture
def shopify() -> Shopify:
    simulated = Shopify()
    simulated.install(SHOP, "app", "one", "two")
    return simulated


def post(shopify: Shopify, path: str, body: Any, **headers: str) -> Answer:
    sent = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return shopify.handle("POST", path, sent, json.dumps(body).encode())


def token(shopify: Shopify) -> str:
    return str(json.loads(post(shopify, TOKEN, GOOD).body)["access_token"])


def told(answer: Answer) -> tuple[int, Any]:
    return answer.status, json.loads(answer.body)


def test_an_app_gets_a_token_with_each_of_its_secrets_as_json_and_as_a_form(shopify: Shopify) -> None:
    for client_secret in ("one", "two"):
        status, body = told(post(shopify, TOKEN, {**GOOD, "client_secret": client_secret}))
        assert (status, body["expires_in"]) == (200, 86_399)
    form = b"grant_type=client_credentials&client_id=app&client_secret=one"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert shopify.handle("POST", TOKEN, headers, form).status == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "other"}, "application_cannot_be_found"),
        ({"client_secret": "three"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
    ],
)
def test_credentials_that_are_not_good_are_refused_by_name(
    shopify: Shopify, change: dict[str, str], error: str
) -> None:
    status, body = told(post(shopify, TOKEN, GOOD | change))
    assert (status, body["error"]) == (400, error)


def test_an_app_gets_no_token_for_a_shop_where_it_is_not_installed_or_that_is_foreign_or_closed(
    shopify: Shopify,
) -> None:
    shopify.handle("PUT", "/other.myshopify.com", {}, b"")
    assert told(post(shopify, TOKEN.replace("novex-bikes", "other"), GOOD))[1]["error"] == "app_not_installed"
    shopify.handle("PUT", f"/{SHOP}", {}, b'{"is_foreign": true}')
    assert told(post(shopify, TOKEN, GOOD))[1]["error"] == "shop_not_permitted"
    shopify.handle("PUT", f"/{SHOP}", {}, b'{"is_open": false}')
    assert post(shopify, TOKEN, GOOD).status == 404
    assert post(shopify, TOKEN.replace("novex-bikes", "nobody"), GOOD).status == 404


def test_the_shop_is_told_to_its_own_token_only_and_for_a_day(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"query": "{ shop { id myshopifyDomain } }"}
    held = token(shopify)
    status, body = told(post(shopify, GRAPHQL, query, x_shopify_access_token=held))
    assert (status, body) == (200, {"data": {"shop": {"id": "gid://shopify/Shop/1", "myshopifyDomain": SHOP}}})
    assert post(shopify, GRAPHQL, query).status == 401
    assert post(shopify, GRAPHQL, query, x_shopify_access_token="shpat_x").status == 401
    shopify.install("other.myshopify.com", "app", "one")
    elsewhere = GRAPHQL.replace("novex-bikes", "other")
    assert post(shopify, elsewhere, query, x_shopify_access_token=held).status == 401
    assert post(shopify, GRAPHQL.replace("2026-10", "2020-01"), query, x_shopify_access_token=held).status == 404
    now = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: now + 86_400)
    assert post(shopify, GRAPHQL, query, x_shopify_access_token=held).status == 401


def test_a_query_that_is_not_understood_is_an_error_as_graphql_has_it(shopify: Shopify) -> None:
    for query in (
        "{ shop { secret } }",
        "{ orders(first: 1) { id } }",
        "{ shop",
        "shop { id }",
        "{ shop { id } } x",
        "",
    ):
        status, body = told(post(shopify, GRAPHQL, {"query": query}, x_shopify_access_token=token(shopify)))
        assert status == 200
        assert body["errors"][0]["message"]
        assert "data" not in body


def test_a_selection_is_what_was_asked_for_and_no_more() -> None:
    data = {"shop": {"id": 1, "name": "x", "plan": {"name": "basic"}}}
    assert selection.answer("query { shop { plan { name } id } }", data) == {
        "shop": {"plan": {"name": "basic"}, "id": 1}
    }


def test_requests_that_make_no_sense_are_refused(shopify: Shopify) -> None:
    for method, path, body in (
        ("GET", TOKEN, b""),
        ("PUT", f"/{SHOP}/apps/", b"{}"),
        ("PUT", f"/{SHOP}/admin/x", b"{}"),
        ("POST", f"/{SHOP}/admin/x", b"{}"),
    ):
        assert shopify.handle(method, path, {}, body).status == 404
    for path, body in ((f"/{SHOP}", b"["), (f"/{SHOP}/apps/app", b'{"client_secrets": "one"}')):
        assert shopify.handle("PUT", path, {}, body).status == 400
    assert shopify.handle("POST", TOKEN, {}, b"\xff").status == 400


def test_shops_and_apps_survive_a_restart(tmp_path: Path) -> None:
    with Simulators(tmp_path / "simulators") as running:
        running.shopify.install(SHOP, "app", "one")
    with Simulators(tmp_path / "simulators") as running:
        assert post(running.shopify, TOKEN, GOOD).status == 200
        assert running.environment()["NOVEX_PLATFORM_SHOPIFY_URL"].startswith("http://127.0.0.1:")
