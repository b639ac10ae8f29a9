"""Which route a path matches, and the index by which a request imports only its own module."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.access import permissions
from chalicelib.edge import declaration, incoming, index
from chalicelib.edge.endpoint import NoBody, NoQuery, Request
from chalicelib.edge.router import GREEDY, PROTECTED, Route, Router
from chalicelib.edge.versions import history
from chalicelib.kernel.errors import MethodNotAllowed, NotFound
from infra import index as writer
from tests.world import World

ROOT = Path(__file__).parents[2]
ROUTES = [
    ("GET", "/v1/a"),
    ("GET", "/v1/a/{id}"),
    ("PATCH", "/v1/a/{id}"),
    ("POST", "/v1/a/bulk"),
    ("POST", "/v1/a/{id}/send"),
    ("GET", "/v1/a/bulk/{row}/x"),
    ("GET", "/v1/{kind}/{id}/y"),
]


def routed(*routes: tuple[str, str]) -> Router:
    return Router(Route(method, path, "m", False) for method, path in routes or ROUTES)


@pytest.mark.parametrize(
    ("method", "path", "template", "parameters"),
    [
        ("GET", "/v1/a", "/v1/a", {}),
        ("GET", "/v1/a/7", "/v1/a/{id}", {"id": "7"}),
        ("PATCH", "/v1/a/a b%2F", "/v1/a/{id}", {"id": "a b%2F"}),
        ("POST", "/v1/a/bulk", "/v1/a/bulk", {}),
        ("POST", "/v1/a/bulk/send", "/v1/a/{id}/send", {"id": "bulk"}),
        ("GET", "/v1/a/7/y", "/v1/{kind}/{id}/y", {"kind": "a", "id": "7"}),
        ("GET", "/v1/a/bulk/y", "/v1/{kind}/{id}/y", {"kind": "a", "id": "bulk"}),
        ("GET", "/v1/a/{id}", "/v1/a/{id}", {"id": "{id}"}),
    ],
)
def test_literal_segments_come_first_and_a_dead_end_is_left(
    method: str, path: str, template: str, parameters: dict[str, str]
) -> None:
    found = routed().find(method, path)
    assert (found.route.path, found.route.method, found.parameters) == (template, method, parameters)


@pytest.mark.parametrize(
    "path", ["", "/", "/v1", "/v1/", "/v1/b", "/v1//a", "//v1/a", "/v1/a/", "/v1/a//send", "v1/a", "/v1/a/7/z", "/V1/a"]
)
def test_a_path_without_a_route_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        routed().find("GET", path)
    assert routed().template(path) is None


def test_another_method_of_a_path_is_told_the_right_ones() -> None:
    with pytest.raises(MethodNotAllowed) as refusal:
        routed().find("DELETE", "/v1/a/7")
    assert refusal.value.headers == {"Allow": "GET, HEAD, OPTIONS, PATCH"}
    with pytest.raises(MethodNotAllowed) as refusal:
        routed().find("GET", "/v1/a/bulk")
    assert refusal.value.headers == {"Allow": "OPTIONS, POST"}


def test_two_routes_for_the_same_request_are_an_error_however_their_parameters_are_named() -> None:
    with pytest.raises(ValueError, match=r"two routes for GET /v1/a/\{name\}"):
        routed(("GET", "/v1/a/{id}"), ("GET", "/v1/a/{name}"))


@pytest.mark.parametrize(
    ("resource", "parameters", "path"),
    [
        (GREEDY, {"proxy": "items/itm_1"}, "/v1/items/itm_1"),
        (GREEDY, {"proxy": "items/"}, "/v1/items"),
        (GREEDY, {"proxy": "/items"}, "/v1//items"),
        (GREEDY, {"proxy": "items/a/b"}, "/v1/items/a/b"),
        ("/webhooks/shopify/{connection}", {"connection": "con_1"}, "/webhooks/shopify/con_1"),
        ("/webhooks/shopify/{connection}", {"connection": "../../v1/me"}, "/webhooks/shopify/../../v1/me"),
        ("/health", None, "/health"),
    ],
)
def test_the_path_has_neither_stage_nor_base_path_nor_a_second_spelling(
    resource: str, parameters: dict[str, str] | None, path: str
) -> None:
    context = {"httpMethod": "GET", "resourcePath": resource, "extendedRequestId": "r", "path": f"/api/erp{path}"}
    event = {"requestContext": context, "path": f"/erp{path}/", "pathParameters": parameters}
    assert incoming.accept(event).path == path


def test_public_routes_lie_outside_of_what_the_authorizer_guards_and_all_others_inside() -> None:
    found = index.endpoints()
    assert {each.is_public for _, each in found} == {True, False}
    assert all(each.is_public != each.path.startswith(PROTECTED) for _, each in found)

    def public(request: incoming.Incoming) -> None:
        """Do."""

    def guarded(request: Request[NoBody, NoQuery]) -> None:
        """Do."""

    for path, view, permission in (("/v1/x", public, permissions.PUBLIC), ("/x", guarded, permissions.SELF)):
        with pytest.raises(TypeError, match="public routes lie outside"):
            declaration.read("GET", path, view, "Tag", {"permission": permission})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index as `make package` writes it."""
    made = tmp_path_factory.mktemp("index")
    writer.write(made)
    return made


def test_the_index_has_every_route_with_its_module_and_comes_out_the_same_again(folder: Path, tmp_path: Path) -> None:
    read = json.loads((folder / index.ROUTES_FILE).read_text())
    assert read["routes"] == [[each.method, each.path, module, each.is_public] for module, each in index.endpoints()]
    assert {"email", "given_name"} <= set(read["hidden_names"])
    writer.write(tmp_path)
    for name in (index.ROUTES_FILE, *(index.document_file(version.name) for version in history.VERSIONS)):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    document = json.loads(gzip.decompress((folder / index.document_file(history.newest())).read_bytes()))
    declared = {(each.method.lower(), each.path) for _, each in index.endpoints()}
    assert declared == {(method, path) for path, methods in document["paths"].items() for method in methods}


COLD = """
import json, sys
import app
before = set(sys.modules)
answers = [app.app(event, None) for event in json.load(sys.stdin)]
from chalicelib.kernel import privacy
hidden = sorted(privacy.hidden_names())
later = sorted(set(sys.modules) - before)
print(json.dumps({"answers": answers, "modules": sorted(sys.modules), "later": later, "hidden": hidden}))
"""


def cold(folder: Path, *events: dict[str, Any]) -> Any:
    """What a new process of the deployed API answers, and what it imports."""
    environment = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": "novex", "NOVEX_INDEX": str(folder)}
    environment.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    environment |= {"NOVEX_RATE_TENANT": "0", "NOVEX_RATE_CALLER": "0", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COLD],
        input=json.dumps(events),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def event(method: str, path: str, resource: str = GREEDY, **authorizer: str) -> dict[str, Any]:
    parameters = {"proxy": path.removeprefix(PROTECTED)} if resource == GREEDY else None
    context = {
        "httpMethod": method,
        "resourcePath": resource,
        "extendedRequestId": "r",
        "authorizer": authorizer or None,
    }
    shape = {"headers": {}, "multiValueHeaders": {}, "multiValueQueryStringParameters": None, "stageVariables": None}
    return {**shape, "requestContext": context, "pathParameters": parameters, "body": None}


def test_a_cold_start_for_orders_imports_the_routes_of_no_other_area(folder: Path) -> None:
    result = cold(folder, event("POST", "/v1/sales-orders"))
    assert result["answers"][0]["statusCode"] == 401
    routes = {name for name in result["modules"] if re.fullmatch(r"chalicelib\..*routes", name)}
    assert routes == {"chalicelib.sales.orders.routes"}
    # Orders are dated by the clocks of the tenant, which its settings say, and name the user who sells.
    areas = r"fulfilment|integrations|identity\.(?!tenants\.|users\.)|privacy|reporting|functions"
    others = rf"chalicelib\.({areas}).*(service|schemas|tables)"
    assert [name for name in result["modules"] if re.fullmatch(others, name)] == []


def test_a_cold_start_that_finds_no_route_imports_no_routes_and_answers_as_a_warm_one(folder: Path) -> None:
    result = cold(folder, event("GET", "/v1/nothing"), event("PUT", "/v1/items"), event("GET", "/health", "/health"))
    assert [answer["statusCode"] for answer in result["answers"]] == [404, 405, 200]
    assert result["answers"][1]["headers"]["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert [name for name in result["later"] if name.endswith(".routes")] == ["chalicelib.edge.system.routes"]


def test_logs_hide_the_fields_of_tables_that_are_not_imported(folder: Path) -> None:
    result = cold(folder, event("GET", "/v1/jobs"))
    assert not [name for name in result["modules"] if name.startswith("chalicelib.identity.users.tables")]
    attributes = [each for model in modules.tables() for each in model.get_attributes().items()]
    hidden = {name for name, attribute in attributes if attribute.field_class.is_hidden}
    assert {"email", "given_name"} <= hidden <= set(result["hidden"])


def test_the_document_is_served_from_its_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / index.ROUTES_FILE).write_bytes((folder / index.ROUTES_FILE).read_bytes())
    (tmp_path / index.document_file(history.newest())).write_bytes(gzip.compress(b'{"from": "the file"}'))
    result = cold(tmp_path, event("GET", "/openapi.json", "/openapi.json"))
    assert result["answers"][0]["body"] == '{"from": "the file"}'
    assert "chalicelib.edge.openapi" not in result["modules"]


FORGED = {
    "a protected route as a public one": (["GET", "/v1/items", "catalog.items", True], "/v1/items", 401),
    "a protected route as a door": (["GET", "/open", "catalog.items", True], "/open", 404),
    "a route of another module": (["GET", "/v1/items", "edge.system", True], "/v1/items", 404),
    "a module that is none": (["GET", "/v1/items", "os", True], "/v1/items", 404),
    "a method that is not declared": (["DELETE", "/v1/items", "catalog.items", True], "/v1/items", 404),
    "another template": (["GET", "/v1/{name}", "edge.system", True], "/v1/health", 404),
}


@pytest.mark.parametrize("name", FORGED)
def test_an_index_that_disagrees_with_the_declarations_opens_nothing(world: World, name: str, tmp_path: Path) -> None:
    route, path, status = FORGED[name]
    (tmp_path / index.ROUTES_FILE).write_text(json.dumps({"routes": [route], "hidden_names": []}))
    caller = {"tenant": "t", "sub": "u", "kind": "user", "iat": "1", "exp": "99999999999", "roles": ""}
    method = str(route[0])
    answers = cold(tmp_path, event(method, path, path), event(method, path, path, **caller))["answers"]
    assert [answer["statusCode"] for answer in answers] == [status, 403 if status == 401 else status]


def test_an_index_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / index.ROUTES_FILE).write_text("{}")
    with pytest.raises(AssertionError, match="ValidationError"):
        cold(tmp_path)
