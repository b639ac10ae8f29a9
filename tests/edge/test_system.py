"""What the API says about itself."""

import base64
import hashlib
import html
import html.parser
import re
from collections.abc import Iterator

import jsonschema
import pytest

from chalicelib.access import access_state
from chalicelib.edge.system import service
from chalicelib.kernel import config, secrets
from tests.contract.operations import closed
from tests.world import World


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Readiness is remembered for seconds; a test wants to see the present."""
    service.forget()
    yield
    service.forget()
    config.current.cache_clear()


def test_the_specification_names_every_route_and_fits_its_own_schema(world: World) -> None:
    document = world.anonymous().get("/openapi.json").ok()
    from app import app

    routes = {(method.lower(), path) for path, methods in app.routes.items() for method in methods}
    assert routes == {(method, path) for path, methods in document["paths"].items() for method in methods}
    content = document["paths"]["/openapi.json"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": closed(document["components"])}
    jsonschema.Draft202012Validator(schema).validate(document)


def test_health_is_public_and_asks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.kernel.dynamo.store.get_many", None)
    assert world.anonymous().get("/health").ok() == {"status": "ok"}


def test_a_system_route_refuses_a_query_parameter_it_does_not_know(world: World) -> None:
    for path in ("/health", "/ready", "/docs", "/openapi.json"):
        problem = world.anonymous().get(f"{path}?verbose=1").refused(400, "bad_request")
        assert problem["errors"][0]["pointer"] == "/query/verbose"


def test_readiness_asks_everything_the_api_needs(world: World) -> None:
    _platform_secret()
    checks = {"store": "ok", "secrets": "ok", "inbox_queue": "ok", "jobs_queue": "ok"}
    assert world.anonymous().get("/ready").ok() == {"status": "ready", "checks": checks}


@pytest.mark.parametrize(
    ("variable", "check"), [("NOVEX_INBOX_QUEUE_URL", "inbox_queue"), ("NOVEX_JOBS_QUEUE_URL", "jobs_queue")]
)
def test_a_missing_queue_is_not_ready(world: World, monkeypatch: pytest.MonkeyPatch, variable: str, check: str) -> None:
    _platform_secret()
    monkeypatch.setenv(variable, "http://127.0.0.1:9/queue-of-nobody")
    config.current.cache_clear()
    reply = world.anonymous().get("/ready")
    problem = reply.refused(503, "not_ready")
    assert reply.header("retry-after") == "5"
    assert [name for name, outcome in problem["checks"].items() if outcome == "failed"] == [check]


def test_a_store_that_does_not_answer_is_not_ready_and_the_answer_tells_no_detail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _platform_secret()
    monkeypatch.setattr(access_state.AccessState.Meta, "table_name", "novex-local-there-is-no-such-table")
    reply = world.anonymous().get("/ready")
    assert reply.refused(503, "not_ready")["checks"]["store"] == "failed"
    assert b"such-table" not in reply.body
    assert b"Exception" not in reply.body


def test_an_incomplete_platform_secret_is_not_ready(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "read", lambda name, fresh: {"cursor_key": "x"})
    problem = world.anonymous().get("/ready").refused(503, "not_ready")
    assert problem["checks"]["secrets"] == "failed"


def test_many_readiness_requests_ask_the_services_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _platform_secret()
    asked = []
    monkeypatch.setattr(service, "_queue", asked.append)
    for _ in range(20):
        world.anonymous().get("/ready").ok()
    assert len(asked) == 2


def test_checks_that_would_start_too_late_count_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BUDGET_SECONDS", -1.0)
    with pytest.raises(service.NotReady) as refusal:
        service.readiness()
    assert set(refusal.value.members()["checks"].values()) == {"failed"}


class _Page(html.parser.HTMLParser):
    """Collects what a browser would act on, and checks that every element is closed."""

    VOID = ("meta", "br", "hr")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                assert value not in self.ids
                self.ids.add(str(value))
            if name in ("href", "src"):
                self.links.append(str(value))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_reference_shows_every_operation_and_loads_nothing(world: World) -> None:
    reply = world.anonymous().get("/docs")
    text = reply.body.decode()
    assert reply.status == 200
    assert reply.header("content-type") == "text/html; charset=utf-8"
    page = _Page(text)
    assert page.open == []
    document = world.anonymous().get("/openapi.json").ok()
    operations = {entry["operationId"] for methods in document["paths"].values() for entry in methods.values()}
    assert page.ids == operations
    assert sorted(page.links) == sorted(["openapi.json", *(f"#{name}" for name in operations)])
    assert not page.tags & {"script", "link", "img", "iframe", "form"}
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert "url(" not in text
    assert "@import" not in text


def test_the_references_policy_allows_its_own_stylesheet_and_nothing_else(world: World) -> None:
    reply = world.anonymous().get("/docs")
    style = re.findall(r"<style>(.*?)</style>", reply.body.decode(), re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = reply.header("content-security-policy")
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert world.anonymous().get("/health").header("content-security-policy").startswith("default-src 'none'; frame")


def test_the_reference_resolves_schemas_and_gives_commands_that_fit_the_route(world: World) -> None:
    text = html.unescape(world.anonymous().get("/docs").body.decode())
    card = text.partition('<article id="create_item">')[2].partition("</article>")[0]
    assert "item.write" in card
    assert "<code>price.amount</code>" in card
    assert 'curl -X POST "$API/v1/items"' in card
    assert '-H "Idempotency-Key: $(uuidgen)"' in card
    assert '"sku": "BIKE-26-RED"' in card
    changed = text.partition('<article id="update_item">')[2].partition("</article>")[0]
    assert 'curl -X PATCH "$API/v1/items/$item_id"' in changed
    assert "If-Match" in changed
    queried = text.partition('<article id="read_stock_as_of">')[2].partition("</article>")[0]
    assert "&at=2026-01-01T00%3A00%3A00Z" in queried


def _platform_secret() -> None:
    secrets.write(secrets.name("platform"), {"cursor_key": "c" * 32, "lookup_key": "l" * 32}, "_platform")
