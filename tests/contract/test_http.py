"""HTTP as RFC 9110 has it, on every route: HEAD, conditional requests, links, encodings, media types, preflights."""

import gzip
import json
import re
import uuid
from collections.abc import Iterator

import pytest

from chalicelib.edge.incoming import MAX_BODY_BYTES
from tests.contract.asking import body_for, is_problem, required_query
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, World

CHANGING = {
    "read_entrance",  # as any file
    "read_privacy_form",  # whose link ends when somebody makes another one
    *("list_access_log", "list_audit", "list_changes"),  # by being read, or by what goes on beside
    *("read_readiness", "list_retention_runs"),  # of the whole platform
}
"""Answers that may be other ones a moment later."""


def reads(routes: list[Operation], ours: SampleTenant) -> Iterator[tuple[Operation, str]]:
    """Every GET route with a path that answers 200."""
    found = [operation for operation in routes if operation.method == "GET"]
    assert len(found) > 30
    for operation in found:
        yield operation, operation.path(ours.ids) if operation.path_names else required_query(operation, ours)


def test_head_answers_as_get_does_without_its_body(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation, path in reads(routes, ours):
        got, head = ours.client.get(path), ours.client.call("HEAD", path)
        assert (head.status, head.header("content-type")) == (got.status, got.header("content-type")), operation.name
        assert bool(head.etag) == bool(got.etag)
    assert ours.client.call("HEAD", "/v1/items/itm_none").status == 404
    assert ours.client.call("HEAD", "/v1/stock/receipts").status == 405


def test_what_a_client_has_already_is_not_sent_again(ours: SampleTenant, routes: list[Operation]) -> None:
    for operation, path in reads(routes, ours):
        if operation.name in CHANGING:
            continue
        first = ours.client.get(path)
        assert re.fullmatch(r'(W/)?"[0-9a-f.]+"', first.etag), operation.name
        for known in (first.etag, f'"x", {first.etag}', "*", first.etag.removeprefix("W/")):
            reply = ours.client.get(path, **{"If-None-Match": known})
            assert (reply.status, reply.body, reply.etag) == (304, b"", first.etag), operation.name
        assert ours.client.get(path, **{"If-None-Match": '"other", W/"1x"'}).status == 200
        assert ours.client.get(path, **{"If-None-Match": "other"}).status == 200


def test_a_change_makes_another_tag_and_a_command_has_no_use_for_if_none_match(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": f"N-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
    path = f"/v1/items/{item['id']}"
    acme.patch(path, {"name": "m"}, 1).ok()
    reply = acme.get(path, **{"If-None-Match": '"1"'})
    assert (reply.status, reply.etag) == (200, '"2"')
    assert acme.get(path, **{"If-None-Match": 'W/"2"'}).status == 304
    headers = {"If-None-Match": "*", "If-Match": '"2"'}
    assert acme.call("PATCH", path, {"name": "o"}, headers).ok()["version"] == 3


def test_a_tag_of_a_part_is_another_one_and_still_names_the_version(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": f"T-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
    path = f"/v1/items/{item['id']}"
    part = acme.get(f"{path}?fields=name")
    assert part.etag != '"1"'
    assert acme.get(path, **{"If-None-Match": part.etag}).status == 200
    assert acme.get(f"{path}?fields=name", **{"If-None-Match": part.etag}).status == 304
    assert acme.patch(path, {"name": "m"}, part.etag).ok()["version"] == 2


def test_whoever_may_not_see_a_field_has_another_tag(ours: SampleTenant) -> None:
    path = f"/v1/sales-orders/{ours.ids['order_id']}"
    hidden = ours.client.as_("purchasing").get(path)
    assert hidden.ok()["shipping_address"] is None
    assert ours.client.get(path).etag != hidden.etag
    assert ours.client.get(path, **{"If-None-Match": hidden.etag}).status == 200


def test_a_page_links_to_the_next(acme: Client) -> None:
    for number in range(3):
        acme.post("/v1/items", {"sku": f"L-{number}", "name": "ü & b", "category": "links"}).ok()
    query = "?category=links&limit=1&sort=-sku"
    seen = []
    while query:
        reply = acme.get(f"/v1/items{query}")
        seen += [item["sku"] for item in reply.ok()["data"]]
        found = re.fullmatch(r'<(\?[^>]+)>; rel="next"', reply.header("link"))
        assert bool(found) is (reply.json["next_cursor"] is not None)
        query = found[1] if found else ""
    assert seen == ["L-2", "L-1", "L-0"]


def test_a_compressed_body_is_the_same_command(acme: Client) -> None:
    body = {"sku": f"Z-{uuid.uuid4().hex[:8]}", "name": "n"}
    sent = {"Idempotency-Key": "zipped", "Content-Encoding": "gzip"}
    first = acme.call("POST", "/v1/items", gzip.compress(json.dumps(body).encode()), sent)
    assert (first.ok()["sku"], first.status) == (body["sku"], 201)
    again = acme.post("/v1/items", body, key="zipped")
    assert (again.ok(), again.header("idempotent-replayed")) == (first.json, "true")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd", "x"])
def test_another_encoding_is_refused_and_told_which_there_is(acme: Client, encoding: str) -> None:
    reply = acme.call("POST", "/v1/items", b"{}", {"Idempotency-Key": "e", "Content-Encoding": encoding})
    is_problem(reply, 415, "unsupported_encoding")
    assert reply.header("accept-encoding") == "gzip"


def test_what_is_no_gzip_or_grows_too_large_is_refused(acme: Client) -> None:
    def send(body: bytes) -> int:
        return acme.call("POST", "/v1/items", body, {"Idempotency-Key": "g", "Content-Encoding": "gzip"}).status

    whole = gzip.compress(b'{"sku": "G-1", "name": "n"}')
    assert [send(body) for body in (b"{}", whole[:-9], whole[:20] + b"x" * 20)] == [400, 400, 400]
    assert send(gzip.compress(b" " * (MAX_BODY_BYTES + 1))) == 413


@pytest.mark.parametrize(
    "content_type", ["", "text/json", "application/json; charset=latin-1", "application/problem+json", "application/*"]
)
def test_a_body_must_be_said_to_be_json(ours: SampleTenant, routes: list[Operation], content_type: str) -> None:
    for operation in routes:
        if operation.body_schema is not None:
            headers = {**operation.headers(uuid.uuid4().hex), "Content-Type": content_type}
            body = json.dumps(body_for(operation, ours)).encode()
            reply = ours.client.call(operation.method, operation.path(ours.ids), body, headers)
            is_problem(reply, 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])
def test_json_in_utf_8_may_be_said_in_full(acme: Client, content_type: str) -> None:
    body = json.dumps({"sku": f"U-{uuid.uuid4().hex[:8]}", "name": "ü"}, ensure_ascii=False).encode()
    reply = acme.call("POST", "/v1/items", body, {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": content_type})
    assert reply.ok()["name"] == "ü"


def test_a_browser_is_told_what_it_may_send_also_where_there_is_nothing(world: World, routes: list[Operation]) -> None:
    paths = {operation.endpoint.path for operation in routes} | {"/nowhere", "/v2/items", "/v1/nothing", "/v1"}
    for path in paths:
        reply = world.anonymous().call("OPTIONS", path, headers={"Origin": "http://localhost:3000"})
        assert reply.status == 200, path
        allowed = reply.header("access-control-allow-headers").split(",")
        assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"} <= set(allowed)
        assert {"GET", "POST", "PATCH"} <= set(reply.header("access-control-allow-methods").split(","))


def test_an_id_spelled_otherwise_books_nothing_twice(acme: Client) -> None:
    item = acme.post("/v1/items", {"sku": f"Q-{uuid.uuid4().hex[:8]}", "name": "n"}).ok()
    last = item["id"][-1]
    spelled = [item["id"], item["id"].replace("_", "%5F"), f"{item['id'][:-1]}%{ord(last):x}"]
    paths = [f"/v1/items/{each}/archive" for each in spelled]
    replies = [acme.post(path, key="one", etag='"1"') for path in [*paths, f"{paths[0]}/"]]
    assert [reply.status for reply in replies] == [200] * 4
    assert [reply.header("idempotent-replayed") for reply in replies] == ["", "true", "true", "true"]
