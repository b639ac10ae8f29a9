"""What is too large, too deep or too many is refused with a clear 4xx, soon, and costs no memory that stays."""

import base64
import gc
import json
import re
import time
import tracemalloc
import urllib.parse
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.gateway import MAX_REQUEST_BYTES
from tests.contract.asking import body_for, is_problem, required_query
from tests.contract.operations import Operation, Schema, leaves, put, resolve
from tests.contract.sample_tenant import SampleTenant
from tests.security import corpora
from tests.world import Reply

REFUSED = {400, 413, 422}
SECONDS = 3.0
NUMBERS = {
    "a huge exponent": b"1e999999",
    "a tiny exponent": b"1e-999999",
    "an exponent of a thousand digits": b"1e" + b"9" * 1000,
    "an integer of 100,000 digits": b"9" * 100_000,
    "a fraction of 100,000 digits": b"0." + b"1" * 100_000,
    "an integer beyond 64 bits": b"18446744073709551616",
    "a decimal with a huge exponent": b'"1e999999999"',
    "a decimal of 100,000 digits": b'"' + b"9" * 100_000 + b'"',
    "a decimal of 100,000 places": b'"0.' + b"1" * 100_000 + b'"',
    "infinity as a text": b'"Infinity"',
    "no number as a text": b'"sNaN"',
}
SHAPES = {
    "100,000 levels of arrays": b"[" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000,
    "21 levels": b"[" * 21 + b"]" * 21,
    "an array of 400,000 numbers": b"[" + b"1," * 400_000 + b"1]",
    "an array of 300,000 objects": b"[" + b"{}," * 300_000 + b"{}]",
    "an array of 100,000 texts": b"[" + b'"abcdefg",' * 100_000 + b'""]',
    "an object of 60,000 names": b"{" + b",".join(b'"n%d":1' % number for number in range(60_000)) + b"}",
    "a text of a million letters": b'"' + b"x" * 1_000_000 + b'"',
    "a text of 160,000 escapes": b'"' + b"\\u00e9" * 160_000 + b'"',
    "a name of a million letters": b'{"' + b"x" * 1_000_000 + b'":1}',
}


def timed(reply_of: Any) -> Reply:
    """The answer, which must not have taken long: in CPU time, which no other process lengthens."""
    began = time.process_time()
    reply: Reply = reply_of()
    assert time.process_time() - began < SECONDS
    return reply


def post(ours: SampleTenant, operation: Operation, body: bytes) -> Reply:
    path, headers = operation.path(ours.ids), operation.headers(uuid.uuid4().hex)
    return timed(lambda: ours.client.call(operation.method, path, body, headers))


def writes(routes: list[Operation]) -> list[Operation]:
    return [operation for operation in routes if operation.body_schema is not None]


def planted(operation: Operation, ours: SampleTenant, place: tuple[str, ...], raw: bytes) -> bytes:
    """A good body with raw JSON in one place."""
    body = put(body_for(operation, ours), place, "@@")
    return json.dumps(body).encode().replace(b'"@@"', raw)


def places(operation: Operation, ours: SampleTenant) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Every leaf of the body that a good one fills, with its schema."""
    good = body_for(operation, ours)
    for place, schema in leaves(operation.body_schema or {}, operation.document):
        value = good
        for step in place:
            value = (value or [None])[0] if step == "*" else (value or {}).get(step)
        if value is not None:
            yield place, schema


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_out_of_all_bounds_is_refused_in_every_field_of_every_body(
    ours: SampleTenant, routes: list[Operation], name: str
) -> None:
    asked = 0
    found = [(operation, *each) for operation in writes(routes) for each in places(operation, ours)]
    for operation, place, schema in corpora.third(found, list(NUMBERS).index(name)):
        if not fits(schema, NUMBERS[name]):
            reply = post(ours, operation, planted(operation, ours, place, NUMBERS[name]))
            assert reply.status in REFUSED, (operation.name, place, reply.body)
            asked += 1
    assert asked > 60


def fits(schema: Schema, raw: bytes) -> bool:
    """Whether a text of digits or letters is as good there as any other."""
    if schema.get("type") != "string" or not raw.startswith(b'"') or "enum" in schema:
        return False
    text = raw.decode().strip('"')
    return len(text) <= schema.get("maxLength", 1000) and re.search(schema.get("pattern", ""), text) is not None


@pytest.mark.parametrize("name", SHAPES)
def test_a_value_of_a_monstrous_shape_is_refused_by_every_route_that_takes_a_body(
    ours: SampleTenant, routes: list[Operation], name: str
) -> None:
    for turn, operation in enumerate(corpora.third(writes(routes), list(SHAPES).index(name))):
        first = next(places(operation, ours), None)  # the sample of a body of which everything is null has none
        body = planted(operation, ours, first[0], SHAPES[name]) if turn % 2 and first else SHAPES[name]
        reply = post(ours, operation, body)
        assert reply.status in REFUSED, (operation.name, reply.status, reply.body[:300])
        assert len(reply.body) < 20_000


def test_every_array_of_every_body_has_an_end(routes: list[Operation]) -> None:
    def unbounded(schema: Schema, operation: Operation, place: str) -> Iterator[str]:
        schema = resolve(schema, operation.document)
        for option in schema.get("anyOf", []):
            yield from unbounded(option, operation, place)
        for name, member in schema.get("properties", {}).items():
            yield from unbounded(member, operation, f"{place}/{name}")
        if schema.get("type") == "array":
            if "maxItems" not in schema:
                yield place
            yield from unbounded(schema["items"], operation, f"{place}/*")
        if schema.get("type") == "string" and not {"maxLength", "pattern", "enum", "format"} & schema.keys():
            yield place

    found = [place for each in writes(routes) for place in unbounded(each.body_schema or {}, each, each.name)]
    assert found == []


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "1000000000", "1e9", "9" * 5000, "0x10", "NaN", "null", "%00", " 5"]
)
def test_a_page_of_no_sensible_size_is_refused_by_every_list(
    ours: SampleTenant, routes: list[Operation], limit: str
) -> None:
    for operation in routes:
        if "limit" in operation.query:
            path = required_query(operation, ours)
            path = f"{path}{'&' if '?' in path else '?'}limit={urllib.parse.quote(limit, safe='%')}"
            is_problem(timed(lambda path=path: ours.client.get(path)), 400, "bad_request")


@pytest.mark.parametrize("count", [1, 3_000])
def test_a_crowd_of_parameters_is_refused_by_every_route_and_named_in_bounds(
    ours: SampleTenant, routes: list[Operation], count: int
) -> None:
    query = "&".join(f"p{number}=1" for number in range(count))
    for operation in routes:
        if not operation.endpoint.is_public or operation.method == "GET":
            path = f"{operation.path(ours.ids)}?{query}"
            reply = timed(
                lambda path=path, each=operation: ours.client.call(each.method, path, None, each.headers("k"))
            )
            assert reply.status in (400, 415, 422), (operation.name, reply.status)
            assert len(reply.body) < 30_000, operation.name


@pytest.mark.parametrize("length", [129, 5_000, 100_000])
def test_a_path_that_is_too_long_is_nobodys(ours: SampleTenant, routes: list[Operation], length: int) -> None:
    for operation in routes:
        if operation.path_names and not operation.endpoint.is_public:
            ids = dict.fromkeys(operation.path_names, "x" * length)
            headers = operation.headers("k")
            path, body = operation.path(ids), body_for(operation, ours)
            is_problem(ours.client.call(operation.method, path, body, headers), 404, "not_found")
    is_problem(ours.client.get("/" + "v1/" * length), 404, "not_found")


@pytest.mark.parametrize(
    "name", ["X-Request-Id", "traceparent", "Idempotency-Key", "If-Match", "User-Agent", "Cookie", "Accept", "X-Other"]
)
def test_a_header_that_is_too_long_is_refused_or_passed_over_and_never_sent_back(ours: SampleTenant, name: str) -> None:
    value = "q" * 60_000
    headers = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": '"1"', name: value}
    change = timed(lambda: ours.client.call("PATCH", f"/v1/items/{ours.ids['item_id']}", {"name": ""}, headers))
    command = timed(lambda: ours.client.call("POST", "/v1/items", {}, headers))
    assert (change.status, command.status) in {(422, 422), (400, 422), (422, 400)}
    for reply in (change, command):
        assert value[:200] not in reply.body.decode() + str(reply.headers)


def test_a_cursor_that_holds_a_monster_is_refused_unread(ours: SampleTenant) -> None:
    for inside in (b"[" * 1400, b'{"a":' * 280, b"9" * 1400, b"\x00" * 1400, b"[1e999999,[]]"):
        cursor = base64.urlsafe_b64encode(bytes(16) + inside).decode().rstrip("=")
        problem = is_problem(ours.client.get(f"/v1/items?cursor={cursor}"), 400, "bad_request")
        assert [error["pointer"] for error in problem["errors"]] == ["/query/cursor"]


def test_what_the_gateway_would_not_pass_on_is_too_large(ours: SampleTenant) -> None:
    body = b"x" * (MAX_REQUEST_BYTES + 1)
    reply = ours.client.call("POST", "/v1/items", body, {"Idempotency-Key": "k"})
    is_problem(reply, 413, "payload_too_large")


def test_memory_stays_flat_under_monsters(ours: SampleTenant, routes: list[Operation]) -> None:
    operation = next(each for each in routes if each.name == "create_item")
    bodies = [*SHAPES.values(), *NUMBERS.values()]

    def storm() -> None:
        for body in bodies:
            assert post(ours, operation, body).status in REFUSED

    storm()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(2):
            storm()
        gc.collect()
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    largest = max(map(len, bodies))
    assert after - before < 2 * largest
    assert peak - before < 120 * largest
