"""The specification is valid, complete and leaves nothing open."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.access import permissions
from chalicelib.access.permissions import SELF
from chalicelib.edge.components import Components
from chalicelib.edge.problems import CONTENT_TYPE
from chalicelib.kernel.errors import DomainError
from tests.contract.asking import required_query
from tests.contract.operations import Operation, closed, resolve
from tests.contract.sample_tenant import SampleTenant
from tests.world import World


@pytest.fixture(scope="module")
def document(world: World) -> Any:
    return world.anonymous().get("/openapi.json").ok()


def nodes(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with its place; examples are data."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            if name != "example" or "schema" not in value:
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


def statuses_of(document: Any, name: str) -> set[str]:
    return {status for each, status, _ in responses(document) if each == name}


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


def test_every_permission_is_asked_for_by_a_route(routes: list[Operation]) -> None:
    used = {operation.endpoint.permission for operation in routes if not operation.endpoint.is_public}
    used |= {extra.permission for operation in routes for extra in operation.endpoint.extra_permissions}
    assert used == {SELF, *permissions.declared()}


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


def named_below(value: Any, document: Any) -> set[str]:
    """The names of all shared schemas that a part of the document refers to, directly or not."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        for _, node in nodes(waiting.pop()):
            name = str(node.get("$ref", "")).rpartition("/schemas/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def test_what_is_taken_is_closed_and_what_is_only_sent_is_open(document: Any, routes: list[Operation]) -> None:
    taken = named_below([operation.spec.get("requestBody", {}) for operation in routes], document)
    assert {"NewSalesOrder", "NewSalesOrderLine", "Address"} <= taken
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            assert schema.get("additionalProperties") == (False if name in taken else None), name


def test_every_field_of_what_is_only_sent_is_required(document: Any, routes: list[Operation]) -> None:
    """It is always there; but a problem leaves out what does not apply, and so does the specification itself."""
    taken = named_below([operation.spec.get("requestBody", {}) for operation in routes], document)
    for name, schema in document["components"]["schemas"].items():
        may_leave_out = name.endswith("Problem") or name.startswith("OpenApi")
        if "properties" in schema and name not in taken and not may_leave_out:
            assert schema["required"] == list(schema["properties"]), name
            assert not [member for member in schema["properties"].values() if "default" in member], name


def test_every_answer_has_the_fields_that_its_schema_requires(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.method == "GET" and not operation.endpoint.is_public:
            reply = ours.client.get(required_query(operation, ours))
            schema = operation.spec["responses"]["200"]["content"]["application/json"]["schema"]
            whole = {**schema, "components": closed(operation.document["components"])}
            errors = list(jsonschema.Draft202012Validator(whole).iter_errors(reply.ok()))
            assert not errors, (operation.name, errors)


def test_no_default_is_null_and_every_enumeration_has_a_type(document: Any) -> None:
    for place, schema in schemas(document):
        if isinstance(schema, dict):
            assert schema.get("default", "") is not None, place
            assert "type" in schema or "enum" not in schema, place


def test_every_shared_schema_has_one_name(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["title"] == name
        assert re.fullmatch("[A-Z][A-Za-z]+", name), name
    assert {"Item", "ItemPage"} <= document["components"]["schemas"].keys()


def test_two_types_of_one_name_are_an_error() -> None:
    first, second = (msgspec.defstruct("Line", [("id", str)], module=module) for module in ("sales", "purchasing"))
    with pytest.raises(TypeError, match=r"purchasing\.Line, sales\.Line"):
        Components([first], [second], [])
    refusals = [type("Taken", (DomainError,), {"extra": {"by": str}, "__module__": name}) for name in ("a", "b")]
    with pytest.raises(TypeError, match="Taken"):
        Components([], [], refusals)


def test_the_word_by_which_a_dry_run_is_asked_for_is_documented_and_how_it_answers(routes: list[Operation]) -> None:
    for operation in routes:
        may = operation.endpoint.may_be_dry_run
        assert ("dry_run" in operation.query) is may, operation.name
        if may and operation.endpoint.returns is not None:
            assert "Dry-Run" in operation.spec["responses"]["200"]["headers"], operation.name
            assert operation.query["dry_run"]["schema"] == {"type": "boolean", "default": False}


def test_what_only_some_callers_may_ask_or_see_is_documented(routes: list[Operation]) -> None:
    seen = 0
    for operation in routes:
        extra = {each.permission for each in operation.endpoint.extra_permissions}
        assert extra == {each["permission"] for each in operation.spec.get("x-extra-permissions", [])}
        hidden = operation.endpoint.hidden_without
        assert {name: list(fields) for name, fields in hidden.items()} == operation.spec.get("x-hidden-without", {})
        for word in (*extra, *hidden, *(field for fields in hidden.values() for field in fields)):
            assert f"`{word}`" in operation.spec["description"], (operation.name, word)
            seen += 1
    assert seen > 10


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
            only_dry = "Dry-Run" in response["headers"] and "201" in statuses_of(document, name)
            versioned = "version" in resolve(schema, document).get("properties", {}) and not only_dry
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
