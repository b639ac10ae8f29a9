"""The access log: every request, whoever refused it, once."""

import json
from datetime import timedelta
from typing import Any

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
            "request_id": request_id,
            "time_ms": str(moment),
            "ip": "203.0.113.9",
            "method": "GET",
            "route": "/v1/items/{item_id}",
            "status": "200",
            "latency_ms": "12",
            "tenant": tenant,
            "actor": "user-1",
            "error": "-",
            **changes,
        }
    )


def minutes_ago(minutes: int) -> str:
    return clock.text(clock.now() - timedelta(minutes=minutes))


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
    mine = [entry for entry in world.access_lines if entry.get("tenant") == acme.tenant]
    assert mine
    assert service.intake(json.dumps(entry) for entry in mine) == len(mine)
    assert {entry["route"] for entry in acme.get("/v1/access-log").ok()["data"]} >= {"/v1/items"}
