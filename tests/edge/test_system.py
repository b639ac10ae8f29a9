"""What the API says about itself."""

import html.parser
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from chalicelib.access import access_state
from chalicelib.edge.system import probes, reference, service
from chalicelib.kernel import config, secrets
from infra import guides
from infra import reference as scalar
from tests.contract.operations import closed
from tests.world import Reply, World


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

    routes = {(endpoint.method.lower(), endpoint.path) for endpoint in app.endpoints()}
    assert routes == {(method, path) for path, methods in document["paths"].items() for method in methods}
    content = document["paths"]["/openapi.json"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": closed(document["components"])}
    jsonschema.Draft202012Validator(schema).validate(document)


def test_health_is_public_and_asks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.kernel.dynamo.store.get_many", None)
    assert world.anonymous().get("/health").ok() == {"status": "ok"}


def test_the_root_says_where_the_reference_is(world: World) -> None:
    entrance = world.anonymous().get("/").ok()
    assert world.anonymous().get(f"/{entrance['reference']}").header("content-type").startswith("text/html")
    assert world.anonymous().get(f"/{entrance['specification']}").ok()["openapi"].startswith("3.1")


def test_a_system_route_refuses_a_query_parameter_it_does_not_know(world: World) -> None:
    for path in ("/", "/health", "/ready", "/docs", "/openapi.json"):
        problem = world.anonymous().get(f"{path}?verbose=1").refused(400, "bad_request")
        assert problem["errors"][0]["pointer"] == "/query/verbose"


def test_readiness_asks_everything_the_api_needs(world: World) -> None:
    checks = {"store": "ok", "secrets": "ok", "inbox_queue": "ok", "jobs_queue": "ok"}
    assert world.anonymous().get("/ready").ok() == {"status": "ready", "checks": checks}


@pytest.mark.parametrize(
    ("variable", "check"), [("NOVEX_INBOX_QUEUE_URL", "inbox_queue"), ("NOVEX_JOBS_QUEUE_URL", "jobs_queue")]
)
def test_a_missing_queue_is_not_ready(world: World, monkeypatch: pytest.MonkeyPatch, variable: str, check: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9/queue-of-nobody")
    config.current.cache_clear()
    reply = world.anonymous().get("/ready")
    problem = reply.refused(503, "not_ready")
    assert reply.header("retry-after") == "5"
    assert [name for name, outcome in problem["checks"].items() if outcome == "failed"] == [check]


def test_a_store_that_does_not_answer_is_not_ready_and_the_answer_tells_no_detail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    asked = []
    monkeypatch.setattr(probes, "queue", asked.append)
    for _ in range(20):
        world.anonymous().get("/ready").ok()
    assert len(asked) == 2


def test_checks_that_would_start_too_late_count_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BUDGET_SECONDS", -1.0)
    with pytest.raises(service.NotReady) as refusal:
        service.readiness()
    assert set(refusal.value.members()["checks"].values()) == {"failed"}


FOR_GOOD = "public, max-age=31536000, immutable"
FILES = {
    reference.LIBRARY: (FOR_GOOD, b"createApiReference"),
    reference.START: ("no-store", b"Scalar.createApiReference("),
}
"""The scripts of the page: how long each may be kept, and something that is in it."""


class _Page(html.parser.HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: dict[str, list[str]] = {}
        self.inline: list[str] = []
        self.texts: dict[str, str] = {}
        self._tag = self._id = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag, self._id = tag, dict(attrs).get("id") or ""
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(str(value))

    def handle_data(self, data: str) -> None:
        if self._tag in ("script", "style") and data.strip():
            self.inline.append(data)
        elif self._id:
            self.texts[self._id] = self.texts.get(self._id, "") + data


def _page(world: World) -> tuple[Reply, _Page]:
    reply = world.anonymous().get("/docs")
    assert reply.status == 200
    return reply, _Page(reply.body.decode())


def test_the_reference_is_a_page_of_files_of_ours_alone(world: World) -> None:
    reply, page = _page(world)
    assert reply.header("content-type") == "text/html; charset=utf-8"
    assert page.inline == []
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert page.attributes["data-document"] == ["openapi.json"]
    for address in (*page.attributes["src"], *page.attributes["href"]):
        assert address in ("data:,", "openapi.json") or address in FILES


def test_the_references_policy_allows_its_own_files_and_nothing_else(world: World) -> None:
    reply, _ = _page(world)
    assert reply.header("content-security-policy") == (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert reply.header("cache-control") == "no-store"
    assert world.anonymous().get("/health").header("content-security-policy").startswith("default-src 'none'; frame")


def test_every_file_of_the_reference_is_served_with_its_type(world: World) -> None:
    _, page = _page(world)
    addresses = [*page.attributes["src"], *page.attributes["href"]]
    assert sorted(each for each in addresses if each.startswith("docs/")) == sorted(FILES)
    for address, (caching, part) in FILES.items():
        reply = world.anonymous().get(f"/{address}")
        assert reply.status == 200
        assert reply.header("content-type") == "text/javascript; charset=utf-8"
        assert reply.header("cache-control") == caching
        assert reply.header("x-content-type-options") == "nosniff"
        assert part in reply.body
        # Lambda answers with JSON, and with no more than 6 MB of it.
        assert len(json.dumps(reply.body.decode())) < 5e6


def test_the_page_has_the_guides_in_it(world: World) -> None:
    _, page = _page(world)
    assert page.texts["guides"].strip() == guides.made().strip()


def test_the_specification_tells_the_type_of_every_file_of_the_reference(world: World) -> None:
    document = world.anonymous().get("/openapi.json").ok()
    for address, media_type in {"docs": "text/html", **dict.fromkeys(FILES, "text/javascript")}.items():
        told = document["paths"][f"/{address}"]["get"]["responses"]["200"]["content"]
        assert told == {media_type: {"schema": {"type": "string"}}}


def test_the_specification_says_that_the_api_is_where_it_is_itself(world: World) -> None:
    assert [each["url"] for each in world.anonymous().get("/openapi.json").ok()["servers"]] == ["."]


def test_what_the_reference_keeps_for_good_is_named_after_its_version() -> None:
    assert scalar.source()["version"] == reference.VERSION


def test_the_reference_asks_nobody_else_and_keeps_no_token(world: World) -> None:
    _, page = _page(world)
    start = world.anonymous().get(f"/{page.attributes['src'][-1]}").body.decode()
    for setting in ("persistAuth: false", "telemetry: false", "withDefaultFonts: false", "agent: { disabled: true }"):
        assert setting in start
    assert "://" not in start


def test_the_api_reads_no_file_of_the_reference_before_it_is_asked() -> None:
    read = "print(reference.content.cache_info().misses, reference.page.cache_info().misses)"
    command = [sys.executable, "-c", f"import app\nfrom chalicelib.edge.system import reference\n{read}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout == "0 0\n"
