"""The specification is valid, complete and leaves nothing open."""

import json
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
from infra.gateway_responses import GATEWAY_RESPONSES
from tests import listed
from tests.contract.asking import required_query
from tests.contract.operations import Operation, closed, resolve, response_of
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
        for word in ("anyOf", "oneOf"):
            if isinstance(node.get(word), list):
                yield from ((f"{place}/{word}/{index}", member) for index, member in enumerate(node[word]))


def responses(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Operation, status and answer."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                yield operation["operationId"], status, response_of(document, response)


def statuses_of(document: Any, name: str) -> set[str]:
    return {status for each, status, _ in responses(document) if each == name}


def test_the_document_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_document_fits_the_schema_that_it_has_of_itself(document: Any) -> None:
    schema = document["components"]["schemas"]["OpenApiDocument"]
    whole = closed({**schema, "components": document["components"]})
    assert [error.message for error in jsonschema.Draft202012Validator(whole).iter_errors(document)] == []


def test_every_route_is_in_it_and_says_what_it_is(document: Any, routes: list[Operation]) -> None:
    from app import app

    declared = {(endpoint.path, endpoint.method.lower()) for endpoint in app.endpoints()}
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


def described(document: Any) -> Iterator[tuple[str, str]]:
    """What the document must describe, and the description that it has."""
    for tag in document["tags"]:
        yield f"tag {tag['name']}", tag.get("description", "")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation.get("description", "")
            for each in operation["parameters"]:
                yield f"{each['name']} in the {each['in']} of {operation['operationId']}", each.get("description", "")
    for name, header in document["components"]["headers"].items():
        yield f"header {name}", header.get("description", "")
    for name, schema in document["components"]["schemas"].items():
        yield name, schema.get("description", "")
        for field, member in schema.get("properties", {}).items():
            yield f"{name}.{field}", member.get("description", "")


def test_everything_has_a_description_in_sentences(document: Any) -> None:
    assert sum(1 for _ in described(document)) > 1000
    wrong = [what for what, text in described(document) if len(text.split()) < 3 or not text.endswith(".")]
    assert not wrong, "\n".join(wrong)


def test_an_answers_field_that_may_be_null_says_what_null_means(document: Any) -> None:
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, member in schema.get("properties", {}).items()
        if "additionalProperties" not in schema and not name.startswith("OpenApi")  # where null is a value like others
        if {"type": "null"} in member.get("anyOf", ())
        if not re.search(r"\bnull\b", member.get("description", ""), re.IGNORECASE)
    ]
    assert not silent, "\n".join(silent)


def examples(document: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every example beside a schema or in it, with its place and its schema."""
    for place, schema in schemas(document):
        if isinstance(schema, dict):
            yield from ((place, value, schema) for value in schema.get("examples", ()))
    for place, node in nodes(document):
        if "example" in node and "schema" in node and not place.endswith("/properties"):
            yield place, node["example"], node["schema"]


def test_every_example_fits_its_schema(document: Any) -> None:
    shared = closed(document["components"])
    wrong = [
        f"{place}: {error.message}"
        for place, value, schema in examples(document)
        for error in jsonschema.Draft202012Validator({**schema, "components": shared}).iter_errors(value)
    ]
    assert not wrong, "\n".join(wrong)
    assert len({place for place, *_ in examples(document)}) > 200


def test_every_permission_is_asked_for_by_a_route(routes: list[Operation]) -> None:
    used = {operation.endpoint.permission for operation in routes if not operation.endpoint.is_public}
    used |= {extra.permission for operation in routes for extra in operation.endpoint.extra_permissions}
    used |= {permission for operation in routes for permission in operation.endpoint.hidden_without}
    assert used == {SELF, *permissions.declared()}


def test_no_schema_is_free_form(document: Any) -> None:
    words = {"$ref", "type", "enum", "const", "anyOf", "oneOf"}
    open_ones = [
        place
        for place, schema in schemas(document)
        if not isinstance(schema, bool) and (not isinstance(schema, dict) or not words & schema.keys())
    ]
    assert open_ones == []


def test_every_object_has_properties_or_says_what_its_values_are(document: Any) -> None:
    """Only the specification itself has objects that are defined elsewhere: by OpenAPI."""
    bare = [
        place
        for place, schema in schemas(document)
        if isinstance(schema, dict)
        and schema.get("type") == "object"
        and not schema.get("properties")
        and not isinstance(schema.get("additionalProperties"), dict)
        and "/OpenApiDocument/" not in place
    ]
    assert bare == []


def named_below(value: Any, document: Any) -> set[str]:
    """The names of all shared schemas that a part of the document refers to, directly or not."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        for _, node in nodes(waiting.pop()):
            _, of_schema, name = str(node.get("$ref", "")).rpartition("/schemas/")
            if of_schema and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def test_what_is_taken_is_closed_and_what_is_sent_is_open(document: Any, routes: list[Operation]) -> None:
    taken = named_below([operation.spec.get("requestBody", {}) for operation in routes], document)
    sent = named_below([operation.spec["responses"] for operation in routes], document)
    assert {"NewSalesOrder", "NewSalesOrderLine", "AddressInput"} <= taken - sent
    assert {"SalesOrder", "Address", "NotFoundProblem"} <= sent - taken
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            assert (name in taken) is not (name in sent), name
            assert schema.get("additionalProperties") == (False if name in taken else None), name


def test_every_field_of_what_is_sent_is_required(document: Any, routes: list[Operation]) -> None:
    """It is always there, but for names that nobody asked for; and a problem leaves out what does not apply."""
    sent = named_below([operation.spec["responses"] for operation in routes], document)
    for name in sent:
        schema = document["components"]["schemas"][name]
        if "properties" in schema:
            left_out = ["client_request_id", "detail", "errors"] if name.endswith("Problem") else ["included"]
            assert {each for each in schema["properties"] if each not in schema["required"]} <= set(left_out), name


def test_no_body_has_a_default_because_generators_would_require_the_field(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert not [member for member in schema.get("properties", {}).values() if "default" in member], name
    reservation = document["components"]["schemas"]["NewSalesOrder"]["properties"]["reservation"]
    assert "`partial` by default" in reservation["description"]


def test_every_answer_has_the_fields_that_its_schema_requires(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.method == "GET" and not operation.endpoint.is_public and operation.endpoint.returns is not str:
            reply = ours.client.get(required_query(operation, ours))
            content = operation.spec["responses"]["200"]["content"]
            if "application/json" not in content:
                assert reply.header("content-type").partition(";")[0] in content, operation.name
                continue
            schema = content["application/json"]["schema"]
            whole = {**schema, "components": closed(operation.document["components"])}
            errors = list(jsonschema.Draft202012Validator(whole).iter_errors(reply.ok()))
            assert not errors, (operation.name, errors)


def test_no_default_is_null_and_every_enumeration_has_a_type(document: Any) -> None:
    for place, schema in schemas(document):
        if isinstance(schema, dict):
            assert schema.get("default", "") is not None, place
            assert "type" in schema or "enum" not in schema, place


def test_every_example_fits_its_schema_and_every_default_too(document: Any) -> None:
    components = document["components"]
    seen = 0
    for place, schema in schemas(document):
        if isinstance(schema, dict):
            shown = [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]
            for example in shown:
                validator = jsonschema.Draft202012Validator({**schema, "components": components})
                assert [error.message for error in validator.iter_errors(example)] == [], place
                seen += 1
    for place, node in nodes(document):
        if "example" in node and "schema" in node:
            validator = jsonschema.Draft202012Validator({**node["schema"], "components": components})
            assert [error.message for error in validator.iter_errors(node["example"])] == [], place
            seen += 1
    assert seen > 200


def test_every_shared_schema_has_one_name(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["title"] == name
        assert re.fullmatch("[A-Z][A-Za-z]+", name), name
    assert {"Item", "ItemPage"} <= document["components"]["schemas"].keys()


def test_two_types_of_one_name_are_an_error() -> None:
    first, second = (msgspec.defstruct("Line", [("id", str)], module=module) for module in ("sales", "purchasing"))
    with pytest.raises(TypeError, match=r"purchasing\.Line, sales\.Line"):
        Components([first], [], [second], [])
    line = msgspec.defstruct("Line", [("id", str)])
    line_input = msgspec.defstruct("LineInput", [("id", str)])
    with pytest.raises(TypeError, match="LineInput"):
        Components([line, line_input], [], [line], [])
    refusals = [type("Taken", (DomainError,), {"extra": {"by": str}, "__module__": name}) for name in ("a", "b")]
    with pytest.raises(TypeError, match="Taken"):
        Components([], [], [], refusals)


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
    for kind in ("headers", "responses"):
        there |= {f"#/components/{kind}/{name}" for name in document["components"][kind]}
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


def test_every_read_and_every_documents_version_comes_with_an_etag(document: Any, routes: list[Operation]) -> None:
    reads = {operation.name for operation in routes if operation.method == "GET"}
    for name, status, response in responses(document):
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if status in ("200", "201", "202") and schema:
            only_dry = "Dry-Run" in response["headers"] and "201" in statuses_of(document, name)
            versioned = "version" in resolve(schema, document).get("properties", {}) and not only_dry
            assert (versioned or name in reads) == ("ETag" in response["headers"]), name


def problems(response: Any, document: Any) -> dict[str, Any]:
    """The schemas of the problems of a response by code."""
    schema = response["content"][CONTENT_TYPE]["schema"]
    found = [resolve(option, document) for option in schema.get("oneOf", [schema])]
    return {each["properties"]["code"]["const"]: each for each in found}


def test_every_problem_is_told_by_its_code_and_has_its_own_members(document: Any, routes: list[Operation]) -> None:
    for operation in routes:
        for status, response in operation.spec["responses"].items():
            if status < "400":
                continue
            schemas = problems(response, document)
            schema = response["content"][CONTENT_TYPE]["schema"]
            if "oneOf" in schema:
                assert schema["discriminator"]["propertyName"] == "code", (operation.name, status)
                mapped = {code: ref.rpartition("/")[2] for code, ref in schema["discriminator"]["mapping"].items()}
                assert mapped == {code: each["title"] for code, each in schemas.items()}, (operation.name, status)
            kinds = {kind.code: kind for kind in refusals(operation, int(status))}
            assert schemas.keys() == kinds.keys(), (operation.name, status)
            for code, each in schemas.items():
                assert each["properties"]["status"] == {
                    "description": "The HTTP status of the response.",
                    "type": "integer",
                    "const": int(status),
                }
                assert each["properties"]["code"]["type"] == "string", code
                assert kinds[code].extra.keys() <= set(each["required"]), code


def test_what_the_gateway_answers_by_itself_is_listed_too(document: Any, routes: list[Operation]) -> None:
    for answer in GATEWAY_RESPONSES.values():
        needs_token, needs_body = answer.status in (401, 403), answer.status == 415
        for operation in routes:
            is_for_unknown_paths = answer.status == 404
            if is_for_unknown_paths or (needs_token and operation.endpoint.is_public):
                continue
            if needs_body and operation.body_schema is None:
                continue
            assert answer.code in problems(operation.spec["responses"][str(answer.status)], document), operation.name


def test_a_response_that_its_operation_does_not_list_fails_the_test_that_gets_it(world: World) -> None:
    problem = {"type": "t", "title": "T", "status": 409, "code": "insufficient_stock", "request_id": "r"}
    listed.check("GET", "/v1/nothing", (418, {}, b""))
    listed.check("POST", "/v1/stock/receipts?dry_run=true", (200, {}, b""))
    for method, path, status in (("GET", "/v1/items", 409), ("POST", "/v1/items/", 409), ("GET", "/v1/items/x", 201)):
        with pytest.raises(AssertionError, match="does not list"):
            listed.check(method, path, (status, {}, json.dumps(problem).encode()))
    with pytest.raises(jsonschema.ValidationError, match="'shortages' is a required property"):
        listed.check("POST", "/v1/stock/adjustments", (409, {}, json.dumps(problem).encode()))


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
    from chalicelib.edge.refusals import refusals as refusals_of

    return [kind for kind in refusals_of(operation.endpoint) if kind.status == status]
