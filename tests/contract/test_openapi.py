"""The specification is valid, complete and leaves nothing open."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.access import permissions
from chalicelib.access.permissions import SELF
from chalicelib.edge.problems import CONTENT_TYPE
from chalicelib.kernel.errors import DomainError
from tests.contract.operations import Operation, resolve
from tests.world import World


@pytest.fixture(scope="module")
def document(world: World) -> Any:
    return world.anonymous().get("/openapi.json").ok()


def nodes(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with its place."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from nodes(member, f"{path}/{name}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from nodes(member, f"{path}/{index}")


def schemas(document: Any) -> Iterator[tuple[str, Any]]:
    """Every schema of the document with its place, at any depth."""
    for place, node in nodes(document):
        for word in ("schema", "items", "additionalProperties", "propertyNames"):
            if word in node and not place.endswith("/properties"):
                yield f"{place}/{word}", node[word]
        for word in ("properties", "schemas"):
            if isinstance(node.get(word), dict) and not place.endswith("/properties"):
                yield from ((f"{place}/{word}/{name}", member) for name, member in node[word].items())
        if isinstance(node.get("anyOf"), list):
            yield from ((f"{place}/anyOf/{index}", member) for index, member in enumerate(node["anyOf"]))


def responses(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Operation, status and answer."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                yield operation["operationId"], status, response


def test_the_document_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_is_in_it_and_says_what_it_is(document: Any, routes: list[Operation]) -> None:
    from app import app

    declared = {(path, method.lower()) for path, methods in app.routes.items() for method in methods}
    written = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert declared == written
    names = [operation.name for operation in routes]
    assert len(names) == len(set(names))
    for operation in routes:
        spec = operation.spec
        assert spec["operationId"] == operation.name
        assert spec["summary"], operation.name
        assert len(spec["tags"]) == 1, operation.name
        assert (spec.get("security") == []) is operation.endpoint.is_public, operation.name
        assert operation.endpoint.is_public or spec["x-permission"] in (SELF, *permissions.declared()), operation.name


def test_every_permission_is_used_by_a_route_or_asked_for_by_a_view(routes: list[Operation]) -> None:
    asked_for_in_views = {"stock.repair"}
    used = {operation.endpoint.permission for operation in routes if not operation.endpoint.is_public}
    assert used | asked_for_in_views == {SELF, *permissions.declared()}


def test_no_schema_is_free_form(document: Any) -> None:
    words = {"$ref", "type", "enum", "const", "anyOf"}
    open_ones = [
        place
        for place, schema in schemas(document)
        if not isinstance(schema, bool) and (not isinstance(schema, dict) or not words & schema.keys())
    ]
    assert open_ones == []


def test_every_object_has_properties_or_says_what_its_values_are(document: Any) -> None:
    bare = [
        place
        for place, schema in schemas(document)
        if isinstance(schema, dict)
        and schema.get("type") == "object"
        and not schema.get("properties")
        and not isinstance(schema.get("additionalProperties"), dict)
    ]
    assert bare == []


def test_every_object_with_properties_is_closed(document: Any) -> None:
    loose = [
        place
        for place, schema in schemas(document)
        if isinstance(schema, dict) and schema.get("properties") and schema.get("additionalProperties") is not False
    ]
    assert loose == []


def test_every_array_says_what_is_in_it(document: Any) -> None:
    bare = [
        place
        for place, schema in schemas(document)
        if isinstance(schema, dict) and schema.get("type") == "array" and not isinstance(schema.get("items"), dict)
    ]
    assert bare == []


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: Any) -> None:
    requested = {node["$ref"] for _, node in nodes(document) if isinstance(node.get("$ref"), str)}
    there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    there |= {f"#/components/headers/{name}" for name in document["components"]["headers"]}
    assert requested - there == set()
    assert there - requested == set()


def test_no_answer_is_a_catch_all_and_every_success_is_described(document: Any) -> None:
    for name, status, response in responses(document):
        assert status.isdigit(), (name, status)
        assert response["description"], (name, status)
        assert {"X-Request-Id", "traceparent"} <= response["headers"].keys(), (name, status)
        if status.startswith("2") and status != "204":
            assert response["content"], (name, status)


def test_every_error_is_a_problem_document(document: Any) -> None:
    wrong = [
        (name, status)
        for name, status, response in responses(document)
        if status >= "400" and list(response["content"]) != [CONTENT_TYPE]
    ]
    assert wrong == []


def test_a_documents_version_comes_with_its_etag(document: Any) -> None:
    for name, status, response in responses(document):
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if status in ("200", "201", "202") and schema:
            versioned = "version" in resolve(schema, document).get("properties", {})
            assert versioned == ("ETag" in response["headers"]), name


def test_the_extra_members_of_every_problem_are_described(document: Any, routes: list[Operation]) -> None:
    problem = set(document["components"]["schemas"]["Problem"]["properties"])
    for operation in routes:
        for status, response in operation.spec["responses"].items():
            if status < "400":
                continue
            described = set()
            schema = response["content"][CONTENT_TYPE]["schema"]
            for option in schema.get("anyOf", [schema]):
                described |= set(resolve(option, document)["properties"])
            assert problem <= described, (operation.name, status)
            for kind in refusals(operation, int(status)):
                assert set(kind.extra) <= described, (operation.name, kind.__name__)


def test_every_kind_of_refusal_declares_the_extra_members_that_it_gives(world: World) -> None:
    silent = [kind.__name__ for kind in kinds(DomainError) if "members" in vars(kind) and not kind.extra]
    assert silent == ["DomainError"]


def test_every_error_code_is_distinct(world: World) -> None:
    codes: dict[str, str] = {}
    for kind in kinds(DomainError):
        if "code" in vars(kind):
            assert codes.setdefault(kind.code, kind.__name__) == kind.__name__, kind.code


def test_required_headers_are_parameters(routes: list[Operation]) -> None:
    for operation in routes:
        names = {each["name"] for each in operation.spec["parameters"] if each["in"] == "header" and each["required"]}
        requested = {"Idempotency-Key"} if operation.endpoint.command else set()
        assert names == requested | ({"If-Match"} if operation.endpoint.change else set()), operation.name


def kinds(base: type[DomainError]) -> Iterator[type[DomainError]]:
    """The class and all below it, of the product."""
    yield base
    for below in base.__subclasses__():
        if below.__module__.startswith("chalicelib."):
            yield from kinds(below)


def refusals(operation: Operation, status: int) -> list[type[DomainError]]:
    from chalicelib.edge import openapi

    return [kind for kind in openapi.refusals(operation.endpoint) if kind.status == status]
