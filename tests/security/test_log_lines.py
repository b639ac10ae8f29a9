"""One event is one line of JSON, whatever was typed; and nothing that is sent back can begin a header of its own."""

import contextlib
import io
import json
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.edge import index
from tests.contract.sample_tenant import SampleTenant
from tests.contract.watching import access_log, watching
from tests.security import corpora
from tests.world import Reply

HEADERS = (
    *("X-Request-Id", "traceparent", "tracestate", "Idempotency-Key", "If-Match", "User-Agent", "Referer", "Cookie"),
    *("Accept", "Content-Type", "Host", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Origin", "Authorization"),
    *("X-Shopify-Topic", "X-Shopify-Shop-Domain", "X-Shopify-Webhook-Id", "X-Shopify-Hmac-Sha256"),
    *("X-Amzn-Trace-Id", "X-HTTP-Method-Override"),
)
TEXTS = (*corpora.LOG_LINES, *corpora.HEADER_SPLITS)
FORM = "application/x-www-form-urlencoded"
EVIL = ("forged", "X-Evil", "x-evil", "script")


@dataclass
class Storm:
    """What came back and what was written."""

    replies: list[Reply] = field(default_factory=list)
    logs: str = ""
    access: list[dict[str, Any]] = field(default_factory=list)


def shoot(ours: SampleTenant) -> Iterator[Reply]:
    """Every text in every place that could reach a line or a header."""
    item, hook = f"/v1/items/{ours.ids['item_id']}", f"/webhooks/shopify/{ours.ids['connection_id']}"
    call = ours.client.call
    for text in TEXTS:
        quoted = urllib.parse.quote(text, safe="")
        for name in HEADERS:
            yield call("GET", item, None, {name: text})
            yield call("PATCH", item, {"name": ""}, {"If-Match": '"1"', name: text})
            yield call("POST", "/v1/items", {}, {"Idempotency-Key": "k", name: text})
            yield call("POST", hook, b"{}", {"X-Shopify-Hmac-Sha256": "x", name: text})
        for path in (f"/v1/items/{quoted}", f"/{quoted}", f"{item}?{quoted}=1", f"/v1/items?sku={quoted}"):
            yield call("GET", path)
            yield ours.client.world.anonymous().get(path)
        yield call("GET", f"/v1/items?cursor={quoted}")
        yield call("POST", "/v1/items", {"sku": text, "name": text, text: text}, {"Idempotency-Key": "k"})
        yield call("POST", "/v1/items", text.encode(), {"Idempotency-Key": "k"})
        yield call("POST", hook, text.encode(), {"X-Shopify-Hmac-Sha256": text})
        yield call("POST", "/oidc/backchannel-logout", f"logout_token={quoted}".encode(), {"Content-Type": FORM})
        yield call(f"GE{text[:1]}T", item)


@pytest.fixture(scope="module")
def storm(ours: SampleTenant) -> Storm:
    before = len(ours.client.world.access_lines)
    made, printed = Storm(), io.StringIO()
    with watching(ours.client.world) as traces, contextlib.redirect_stdout(printed):
        made.replies = list(shoot(ours))
    made.logs = traces.logs.getvalue() + printed.getvalue()
    made.access = access_log(ours.client.world, before)
    return made


def test_hostile_texts_break_no_line_and_begin_no_header(storm: Storm) -> None:
    assert len(storm.replies) > 2000
    lines = [line for line in storm.logs.split("\n") if line]
    assert len(lines) > 1000
    for line in lines:
        assert isinstance(json.loads(line), dict), line
        assert line.isprintable(), line
    assert not [word for word in EVIL if word in storm.logs or word in str(storm.access)]
    for reply in storm.replies:
        assert reply.status in (200, 400, 401, 404, 409, 412, 415, 422), (reply.status, reply.body)
        for name, value in reply.headers.items():
            assert (name + value).isprintable() and (name + value).isascii(), (name, value)
            assert not [word for word in EVIL if word in name + value], (name, value)


def test_each_request_leaves_one_access_line_with_the_address_that_the_gateway_saw(storm: Storm) -> None:
    assert len(storm.access) == len(storm.replies)
    assert {row["ip"] for row in storm.access} == {"127.0.0.1"}
    routes = {row["route"] for row in storm.access}
    assert routes <= {each.path for _, each in index.endpoints()} | {"unmatched"}
