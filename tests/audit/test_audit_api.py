"""Changes, the audit trail and its proof through the API."""

from typing import Any

import pytest

from chalicelib.audit import service
from chalicelib.events import feed
from chalicelib.events.tables import Head, Parked
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.tenant import Tenant
from tests import factories
from tests.events.feeds import entries, number, stopped_clock, write
from tests.world import Client


def make_items(acme: Client, count: int) -> list[Any]:
    return [acme.post("/v1/items", {"sku": f"S-{n}", "name": "Canary Name"}).ok() for n in range(count)]


def test_changes_are_dense_and_go_on_where_the_caller_stopped(acme: Client) -> None:
    items = make_items(acme, 5)
    number(Tenant(acme.tenant))
    first = acme.get("/v1/changes?limit=3").ok()
    rest = acme.get(f"/v1/changes?after={first['next_after']}").ok()
    assert [change["number"] for change in first["data"] + rest["data"]] == [1, 2, 3, 4, 5]
    assert [change["entity_id"] for change in first["data"] + rest["data"]] == [item["id"] for item in items]
    assert first["data"][0]["event"] == "item.created"
    end = acme.get(f"/v1/changes?after={rest['next_after']}").ok()
    assert end == {"data": [], "next_after": 5}
    assert "Canary" not in str(first) + str(rest)


def test_changes_of_another_tenant_are_not_seen_and_unnumbered_ones_wait(acme: Client) -> None:
    make_items(acme, 1)
    assert acme.get("/v1/changes").ok() == {"data": [], "next_after": 0}
    number(Tenant(acme.tenant))
    other = acme.world.tenant()
    make_items(other, 2)
    number(Tenant(other.tenant))
    assert len(acme.get("/v1/changes").ok()["data"]) == 1
    acme.get("/v1/changes?after=-1").refused(400, "bad_request")
    acme.as_("warehouse").get("/v1/changes").refused(403, "forbidden")


def test_the_audit_trail_is_narrowed_in_any_combination(acme: Client) -> None:
    items = make_items(acme, 3)
    acme.patch(f"/v1/items/{items[0]['id']}", {"name": "New"}, etag=1).ok()
    acme.as_("purchasing").patch(f"/v1/items/{items[1]['id']}", {"name": "New"}, etag=1).ok()

    def found(query: str) -> list[tuple[str, str]]:
        data = acme.get(f"/v1/audit?{query}").ok()["data"]
        return [(entry["event"], entry["entity_id"]) for entry in data]

    ids = [item["id"] for item in items]
    assert [entity for _, entity in found("")] == [ids[1], ids[0], ids[2], ids[1], ids[0]]
    assert found(f"entity_id={ids[0]}") == [("item.updated", ids[0]), ("item.created", ids[0])]
    assert found("event=item.updated") == [("item.updated", ids[1]), ("item.updated", ids[0])]
    actor = acme.get("/v1/audit?limit=1").ok()["data"][0]["actor"]
    assert found(f"actor={actor}&entity=item") == [("item.updated", ids[1])]
    assert found("from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z") == []
    assert len(found("from=2026-01-01T00:00:00Z")) == 5
    assert len(found(f"to={clock.text(clock.now())}&entity=item")) == 5
    acme.get("/v1/audit?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z").refused(400, "bad_request")


def test_the_audit_of_an_order_shows_its_shipments_page_by_page(acme: Client) -> None:
    here = factories.shop(acme)
    item = here.item(on_hand=10)["id"]
    order = here.confirmed((item, 2))["id"]
    acme.post("/v1/shipments", {"order_id": order, "ship": {}}).ok()
    here.item()
    whole = acme.get(f"/v1/audit?entity_id={order}").ok()["data"]
    events = [entry["event"] for entry in whole]
    assert events[-2:] == ["sales_order.confirmed", "sales_order.created"]
    assert {entry["entity"] for entry in whole} >= {"sales_order", "shipment"}
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = acme.get(f"/v1/audit?entity_id={order}&limit=1{cursor}").ok()
        seen += page["data"]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert seen == whole


def test_the_audit_trail_walks_back_over_months(acme: Client) -> None:
    tenant = Tenant(acme.tenant)
    with stopped_clock(clock.parse("2026-08-15T12:00:00Z")):
        write(tenant, "august")
    with stopped_clock(clock.parse("2026-10-15T12:00:00Z")):
        write(tenant, "october")
    page = acme.get("/v1/audit?limit=1").ok()
    assert [entry["entity_id"] for entry in page["data"]] == ["october"]
    seen = []
    while page["next_cursor"]:
        page = acme.get(f"/v1/audit?limit=1&cursor={page['next_cursor']}").ok()
        seen += [entry["entity_id"] for entry in page["data"]]
    assert seen == ["august"]
    bounded = acme.get("/v1/audit?from=2026-08-01T00:00:00Z&to=2026-09-01T00:00:00Z").ok()
    assert [entry["entity_id"] for entry in bounded["data"]] == ["august"]
    assert bounded["next_cursor"] is None


def test_an_altered_entry_breaks_the_chain_where_it_was_altered(acme: Client) -> None:
    tenant = Tenant(acme.tenant)
    write(tenant, "a", "b", "c", "d")
    number(tenant)
    good = acme.get("/v1/audit/verify").ok()
    assert good == {"intact": True, "first": 1, "last": 4, "head": 4, "first_break": None, "reason": None}
    second = entries(tenant)[1]
    second.actor = "somebody else"
    store.write(store.put(second))
    bad = acme.get("/v1/audit/verify").ok()
    assert (bad["intact"], bad["first_break"], bad["reason"]) == (False, 2, "altered")
    assert acme.get("/v1/audit/verify?from=3&to=4").ok()["intact"]


def test_a_removed_entry_and_a_cut_off_end_are_noticed(acme: Client) -> None:
    tenant = Tenant(acme.tenant)
    write(tenant, "a", "b", "c")
    number(tenant)
    kept = entries(tenant)[1]
    store.write(store.delete(store.ref_of(kept)))
    assert acme.get("/v1/audit/verify").ok()["first_break"] == 2
    store.write(store.put(kept))
    assert acme.get("/v1/audit/verify").ok()["intact"]
    store.write(store.update(store.Ref(Head, tenant.key()), [Head.chain.set(bytes(32))]))
    assert acme.get("/v1/audit/verify").ok()["reason"] == "not_the_head"
    acme.get("/v1/audit/verify?from=5&to=4").refused(400, "bad_request")
    acme.get("/v1/audit/verify?from=1&to=1001").refused(400, "bad_request")


def test_the_trace_of_an_entry_is_part_of_its_proof(acme: Client) -> None:
    tenant = Tenant(acme.tenant)
    write(tenant, "a", "b")
    number(tenant)
    first = entries(tenant)[0]
    first.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    store.write(store.put(first))
    assert acme.get("/v1/audit/verify").ok()["first_break"] == 1


def test_numbers_that_the_index_does_not_show_yet_are_not_called_missing(
    acme: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = Tenant(acme.tenant)
    write(tenant, "a", "b", "c")
    number(tenant)
    dense = feed.dense

    def lagging(tenant: Tenant, after: int, limit: int) -> list[Entry]:
        return [] if after >= 2 else dense(tenant, after, min(limit, 2 - after))

    monkeypatch.setattr(feed, "dense", lagging)
    monkeypatch.setattr(service, "_PAUSE_SECONDS", 0.0)
    late = acme.get("/v1/audit/verify").ok()
    assert (late["intact"], late["last"], late["head"], late["first_break"]) == (True, 2, 3, None)
    assert late["reason"] == "not_visible_yet"
    store.write(store.delete(store.ref_of(entries(tenant)[2])))
    cut = acme.get("/v1/audit/verify").ok()
    assert (cut["intact"], cut["first_break"], cut["reason"]) == (False, 3, "missing")


def test_a_tenant_that_never_wrote_has_an_intact_empty_chain(acme: Client) -> None:
    assert acme.get("/v1/audit/verify").ok()["intact"]
    assert acme.get("/v1/audit/verify?from=7&to=9").ok()["intact"]


def test_parked_changes_are_listed(acme: Client) -> None:
    tenant = Tenant(acme.tenant)
    row = Parked(
        partition=tenant.key("parked"),
        sort_key="r#000000000001",
        consumer="r",
        number=1,
        entry_id="jrn_1",
        event="thing.happened",
        reason="KeyError",
        attempts=5,
        parked_at=clock.now(),
        next_attempt_at=clock.now(),
    )
    store.write(store.put(row))
    data = acme.get("/v1/changes/parked?consumer=r").ok()["data"]
    assert [(entry["consumer"], entry["number"], entry["reason"]) for entry in data] == [("r", 1, "KeyError")]


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/access-log"])
def test_times_far_away_are_refused_or_harmless(acme: Client, path: str) -> None:
    write(Tenant(acme.tenant), "a")
    for year in ("0001", "0999", "1969", "9999"):
        problem = acme.get(f"{path}?from={year}-01-01T00:00:00Z").refused(400, "bad_request")
        assert problem["errors"][0]["pointer"] == "/query/from"
    acme.get(f"{path}?to=9999-12-31T23:59:59-23:00").refused(400, "bad_request")
    page = acme.get(f"{path}?from=1971-01-01T00:00:00Z&to=9998-12-31T00:00:00Z").ok()
    assert len(page["data"]) == (path == "/v1/audit")
    assert acme.get(f"{path}?from=9000-01-01T00:00:00Z").ok() == {"data": [], "next_cursor": None}
