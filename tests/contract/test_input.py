"""What is taken: clean JSON, known fields and parameters, ids that can be."""

import re
import uuid

import pytest

from tests.contract.asking import ask, body_for, is_problem, post, required_query
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant, never
from tests.world import Client


def test_every_wrong_field_is_named_at_once_wherever_it_lies(acme: Client, ours: SampleTenant) -> None:
    line = {"item_id": 5, "quantity": "0", "unit_price": 10, "nope": 1}
    body = {"warehouse_id": "x", "currency": "euro", "lines": [line, {}], "charges": [{"kind": "gift"}], "a/b~c": 1}
    problem = is_problem(acme.post("/v1/sales-orders", body), 422, "invalid")
    assert {error["pointer"] for error in problem["errors"]} == {
        "/warehouse_id",
        "/currency",
        "/lines/0/item_id",
        "/lines/0/quantity",
        "/lines/0/unit_price",
        "/lines/0/nope",
        "/lines/1/quantity",
        "/charges/0/kind",
        "/charges/0/amount",
        "/a~1b~0c",
    }


def test_every_body_refuses_a_field_that_it_does_not_know(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.body_schema is not None:
            body = {**body_for(operation, ours), "surprise": 1}
            headers = operation.headers(uuid.uuid4().hex, '"999999"')
            reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
            problem = is_problem(reply, 422, "invalid")
            assert [error["pointer"] for error in problem["errors"]] == ["/surprise"], operation.name


def test_a_route_without_a_body_refuses_one(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.body_schema is None and not operation.endpoint.is_public:
            headers = operation.headers(uuid.uuid4().hex, '"999999"')
            path = required_query(operation, ours)
            reply = ours.client.call(operation.method, path, {"surprise": 1}, headers)
            is_problem(reply, 422, "invalid")


def test_every_route_refuses_unknown_and_repeated_query_parameters(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.endpoint.is_public and operation.method == "POST":
            continue  # judged by its signature before anything else
        body = body_for(operation, ours)
        headers = operation.headers(uuid.uuid4().hex, '"999999"')
        names = ["surprise", *list(operation.query)[:1]]
        for name in names:
            query = f"?{name}=1" if name == "surprise" else f"?{name}=1&{name}=2"
            reply = ours.client.call(operation.method, operation.path(ours.ids) + query, body, headers)
            problem = is_problem(reply, 400, "bad_request")
            code = "unknown_parameter" if name == "surprise" else "repeated_parameter"
            assert (f"/query/{name}", code) in {(e["pointer"], e["code"]) for e in problem["errors"]}, operation.name


def test_a_body_over_the_limit_is_too_large_on_every_route(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.method != "GET":
            megabytes = 4 if operation.endpoint.large else 1
            big = b'{"a":"' + b"x" * (megabytes * 1024 * 1024) + b'"}'
            headers = operation.headers(uuid.uuid4().hex)
            reply = ours.client.call(operation.method, operation.path(ours.ids), big, headers)
            is_problem(reply, 413, "payload_too_large")


def test_a_body_of_exactly_one_megabyte_is_read(acme: Client) -> None:
    start, end = b'{"sku":"EDGE-2","name":"n","category":"', b'"}'
    body = start + b"x" * (1024 * 1024 - len(start) - len(end)) + end
    is_problem(post(acme, body), 422, "invalid")
    is_problem(post(acme, body + b" "), 413, "payload_too_large")


UNCLEAN = {
    "the same key twice": b'{"sku":"A","name":"a","name":"b"}',
    "the same key twice, deep inside": b'{"sku":"A","name":"a","price":{"amount":"1","amount":"2","currency":"EUR"}}',
    "the same key twice, spelled differently": b'{"sku":"A","name":"a","n\\u0061me":"b"}',
    "NaN": b'{"sku":"A","name":"a","reorder_point":NaN}',
    "Infinity": b'{"sku":"A","name":"a","reorder_point":Infinity}',
    "minus Infinity": b'{"sku":"A","name":"a","reorder_point":-Infinity}',
    "a huge integer": b'{"sku":"A","name":"a","reorder_point":' + b"9" * 5000 + b"}",
    "too many levels": b'{"sku":"A","name":"a","size":' + b"[" * 30 + b"]" * 30 + b"}",
    "far too many levels": b"[" * 200_000,
    "an unpaired surrogate": b'{"sku":"A","name":"\\ud800"}',
    "an unpaired surrogate in a key": b'{"sku":"A","name":"a","\\udfff":1}',
    "a control character": b'{"sku":"A","name":"a\\u0000b"}',
    "a raw control character": b'{"sku":"A","name":"a\x01b"}',
    "another encoding": '{"sku":"A","name":"é"}'.encode("latin-1"),
    "two documents": b'{"sku":"A","name":"a"}{}',
    "no JSON": b"sku=A&name=a",
    "a byte order mark": b"\xef\xbb\xbf" + b'{"sku":"A","name":"a"}',
}


@pytest.mark.parametrize("name", UNCLEAN)
def test_json_is_read_as_strictly_as_it_gets(acme: Client, name: str) -> None:
    is_problem(post(acme, UNCLEAN[name]), 400, "bad_request")
    assert acme.get("/v1/items").ok()["data"] == []


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_a_body_that_is_no_object_is_invalid(acme: Client, body: bytes) -> None:
    problem = is_problem(post(acme, body), 422, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("", "wrong_type")]
    is_problem(post(acme, body, "/v1/items/bulk-upsert"), 422, "invalid")


@pytest.mark.parametrize(
    "value",
    ["1", "1.5", "1e2", "-0.0", "true", '"1e2"', '" 1"', '"+1"', '"01"', '"1."', '"1\\n"', '"1\\u0661"', '"-0"'],
)
def test_a_decimal_is_a_plain_string_and_nothing_else(acme: Client, value: str) -> None:
    body = b'{"sku":"A","name":"a","reorder_point":' + value.encode() + b"}"
    problem = is_problem(post(acme, body), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["/reorder_point"]


def test_a_line_end_does_not_slip_through_a_pattern(acme: Client) -> None:
    for end in ("\\n", "\\u000a", "\\u000A"):
        body = f'{{"warehouse_id":"wh_01k9zq3v5e7r2t8y4w6x1c9b3n{end}","code":"A{end}B","name":"a{end}"}}'
        problem = is_problem(post(acme, body.encode(), "/v1/locations"), 422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == ["/warehouse_id", "/code"]
    is_problem(acme.get("/v1/items?sku=BIKE%0A"), 400, "bad_request")


@pytest.mark.parametrize("null", ["null", "NULL", "Null"])
def test_a_filter_is_never_dropped_without_a_word(ours: SampleTenant, routes: list[Operation], null: str) -> None:
    for operation in routes:
        for name, each in operation.query.items():
            names_things = each["name"] == "ids"  # of which there may be one called null
            if not each["required"] and each["schema"].get("type") != "string" and not names_things:
                path = required_query(operation, ours)
                path = f"{path}{'&' if '?' in path else '?'}{name}={null}"
                reply = ask(operation, ours.client, path, body_for(operation, ours), '"999999"')
                is_problem(reply, 400, "bad_request")
    is_problem(ours.client.get(f"/v1/items?updated_since={null}"), 400, "bad_request")
    is_problem(ours.client.get(f"/v1/items?status={null}"), 400, "bad_request")
    assert ours.client.get(f"/v1/items?name_prefix={null}").ok()["data"] == []


def test_a_body_may_be_left_out_where_nothing_in_it_is_required(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.body_schema is not None:
            reply = ours.client.call(
                operation.method, operation.path(ours.ids), None, operation.headers(uuid.uuid4().hex, '"999999"')
            )
            assert (reply.status == 422) is operation.spec["requestBody"]["required"], operation.name


def test_another_media_type_is_not_supported(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.body_schema is not None:
            headers = {**operation.headers(uuid.uuid4().hex), "Content-Type": "text/plain"}
            reply = ours.client.call(operation.method, operation.path(ours.ids), b"{}", headers)
            is_problem(reply, 415, "unsupported_media_type")


def test_an_id_that_never_was_is_not_found_on_every_route(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation in routes:
        if operation.path_names and not operation.endpoint.is_public:
            ids = {name: never(value) for name, value in ours.ids.items()}
            body = body_for(operation, ours)
            reply = ours.client.call(operation.method, operation.path(ids), body, operation.headers(uuid.uuid4().hex))
            is_problem(reply, 404, "not_found")


@pytest.mark.parametrize(
    "odd", ["%23", "a%23b", "%00", "%0A", "..", "%2e%2e", "%F0%9F%9A%B2", "x" * 2000, "itm_", "*", "%25"]
)
def test_an_odd_id_is_not_found_on_every_route(ours: SampleTenant, routes: list[Operation], odd: str) -> None:
    for operation in routes:
        if operation.path_names and not operation.endpoint.is_public:
            body = body_for(operation, ours)
            path = re.sub(r"{\w+}", odd, operation.endpoint.path)
            reply = ours.client.call(operation.method, path, body, operation.headers(uuid.uuid4().hex))
            assert reply.status == 404, (operation.name, reply.status, reply.body)
