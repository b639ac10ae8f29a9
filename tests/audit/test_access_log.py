"""The access log: every request, whoever refused it, once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit.access_log import service, tables
from chalicelib.events import heads
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM
from tests.world import Client, World


def line(tenant: str, request_id: str, at: str, **changes: str) -> str:
    moment = int(clock.parse(at).timestamp() * 1000)
    return json.dumps(
        {
            "path": "/api/v1/items/itm_secret",
            "request_id": request_id,
            "time_ms": str(moment),
            "ip": "203.0.113.9",
            "method": "GET",
            "route": "/v1/{proxy+}",
            "stage": "api",
            "base_path": "-",
            "status": "200",
            "latency_ms": "12",
            "tenant": tenant,
            "actor": "user-1",
            "authorizer_id": "-",
            "error": "-",
            **changes,
        }
    )


def minutes_ago(minutes: int) -> str:
    return clock.text(clock.now() - timedelta(minutes=minutes))


def routes(client: Client, lines: list[str]) -> list[Any]:
    """The routes that are stored for lines, the newest first."""
    assert service.intake(lines) == len(lines)
    return [entry["route"] for entry in client.get("/v1/access-log?limit=100").ok()["data"]]


def requests(client: Client, query: str = "") -> list[Any]:
    return [entry["request_id"] for entry in client.get(f"/v1/access-log{query}").ok()["data"]]


def test_lines_are_stored_once_however_often_they_come(acme: Client) -> None:
    lines = [line(acme.tenant, f"r{n}", minutes_ago(n)) for n in range(1, 60)]
    assert service.intake(lines) == 59
    assert service.intake([*lines, lines[0]]) == 59
    assert len(requests(acme, "?limit=100")) == 59
    assert requests(acme, "?limit=2") == ["r1", "r2"]
    shown = acme.get("/v1/access-log?limit=1").ok()["data"][0]
    assert (shown["ip"], shown["route"], shown["status"], shown["latency_ms"], shown["error"]) == (
        "203.0.113.9",
        "/v1/items/{item_id}",
        200,
        12,
        None,
    )


def test_the_log_walks_back_over_days_and_is_narrowed(acme: Client) -> None:
    service.intake(
        [
            line(acme.tenant, "today", minutes_ago(1)),
            line(acme.tenant, "refused", minutes_ago(60 * 24), status="403", latency_ms="-", error="ACCESS_DENIED"),
            line(acme.tenant, "older", minutes_ago(60 * 24 * 2), actor="user-2"),
        ]
    )
    assert requests(acme) == ["today", "refused", "older"]
    assert requests(acme, "?status=403") == ["refused"]
    assert requests(acme, "?actor=user-2") == ["older"]
    assert requests(acme, f"?from={minutes_ago(60 * 25)}&to={minutes_ago(5)}") == ["refused"]
    acme.get("/v1/access-log?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z").refused(400, "bad_request")
    acme.as_("sales").get("/v1/access-log").refused(403, "forbidden")


@pytest.mark.parametrize(
    ("changes", "route"),
    [
        ({"path": "/api/v1/items/itm_1"}, "/v1/items/{item_id}"),
        ({"path": "/api/v1/items/"}, "/v1/items"),
        ({"path": "/v1/items/bulk-upsert"}, "/v1/items/bulk-upsert"),
        ({"path": "/erp/one/v1/items/itm_1", "base_path": "erp/one"}, "/v1/items/{item_id}"),
        ({"path": "/v1/v1/me", "stage": "v1"}, "/v1/me"),
        ({"path": "/api/v1/%69tems/itm_1", "method": "OPTIONS"}, "/v1/items/{item_id}"),
        (
            {"path": "/api/v1/items/itm_1%2Frestore", "status": "401", "error": "UNAUTHORIZED"},
            "/v1/items/{item_id}/restore",
        ),
        ({"path": "/api/v1/items/itm_1", "status": "429", "error": "THROTTLED"}, "/v1/items/{item_id}"),
        (
            {"path": "/api/webhooks/shopify/con_1", "route": "/webhooks/shopify/{connection}"},
            "/webhooks/shopify/{connection}",
        ),
        ({"path": "/api/v1/nobody@example.com/x"}, "unmatched"),
        ({"path": "/api/v1//items"}, "unmatched"),
        ({"path": "/api/x/v1/items"}, "unmatched"),
        ({"path": "/other/v1/items"}, "unmatched"),
        ({"path": "/api/nowhere", "route": "-"}, "unmatched"),
        ({"path": "-", "route": "-"}, "unmatched"),
        ({"path": "/api/v1/items", "route": "/gone"}, "unmatched"),
    ],
)
def test_the_route_is_the_template_that_the_path_matches_and_never_the_path(
    acme: Client, changes: dict[str, str], route: str
) -> None:
    assert routes(acme, [line(acme.tenant, "r1", minutes_ago(1), **changes)]) == [route]


def test_a_path_cannot_pretend_to_be_the_values_behind_it(acme: Client) -> None:
    """Whether the gateway escapes quotes is not known, so here it does not."""
    other, at = acme.world.tenant(), minutes_ago(1)
    forged = f'/api/v1/x", "request_id": "forged", "time_ms": "1", "tenant": "{other.tenant}", "status": "200'
    for path in (forged, '/api/v1/x"', '/api/v1/x"}', "/api/v1/\\"):
        text = line(acme.tenant, "true", at, path="<path>").replace("<path>", path)
        assert routes(acme, [text]) == ["unmatched"]
    assert requests(acme) == ["true"]
    assert requests(other) == []


def test_requests_nobody_is_known_for_lie_under_the_platform(acme: Client) -> None:
    at = minutes_ago(1)
    service.intake([line("-", "nobody", at, status="401", actor="-", latency_ms="-")])
    found = store.query_all(tables.AccessLogEntry, tables.AccessLogEntry.partition == PLATFORM.key(at[:10]))
    assert "nobody" in [row.request_id for row in found]
    assert requests(acme) == []


def test_lines_that_cannot_be_read_are_left_out_and_tenants_become_known(acme: Client) -> None:
    bad = [
        "not json",
        "{}",
        line(acme.tenant, "x", minutes_ago(1), status="-"),
        line("a#b", "y", minutes_ago(1)),
        line(acme.tenant, "z", minutes_ago(1), time_ms="9" * 40),
    ]
    assert service.intake([*bad, line(acme.tenant, "good", minutes_ago(1))]) == 1
    assert requests(acme) == ["good"]
    assert acme.tenant in [tenant.id for tenant in heads.tenants()]


def test_what_the_local_gateway_writes_is_understood(acme: Client, world: World) -> None:
    acme.get("/v1/items").ok()
    acme.get("/v1/nowhere").refused(404, "not_found")
    acme.get("/v1/customers/pty_x").refused(404, "not_found")
    mine = [entry for entry in world.access_lines if entry.get("tenant") == acme.tenant]
    assert mine
    assert service.intake(json.dumps(entry) for entry in mine) == len(mine)
    stored = {entry["route"] for entry in acme.get("/v1/access-log").ok()["data"]}
    assert stored == {"/v1/items", "unmatched", "/v1/customers/{customer_id}"}
