"""Retention: what is due goes, what is not stays, and the counts are right whatever happens on the way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from chalicelib import modules
from chalicelib.audit.access_log.tables import AccessLogEntry
from chalicelib.bulk.imports import service as imports
from chalicelib.bulk.imports.tables import Import
from chalicelib.events import heads
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.integrations.inbox.schemas import DeliveryState
from chalicelib.integrations.inbox.tables import Delivery
from chalicelib.kernel import clock, config, ids, log, objects
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.idempotency import StoredAnswer
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.privacy.retention import finders, rules, sweep
from chalicelib.privacy.retention.rules import Rule
from chalicelib.privacy.retention.schemas import Report, RetentionRuleCounts
from chalicelib.privacy.retention.tables import RetentionLease
from infra.local.shim import Crash, Faults
from tests.bulk import files
from tests.events.feeds import new_tenant, soon, stopped_clock
from tests.world import Client, World

ANSWERS = rules.of([StoredAnswer])
OVERDUE = timedelta(days=7, seconds=1) + rules.TTL_DELAY
"""The age of a stored answer that DynamoDB should have deleted, and did not."""


@pytest.fixture(autouse=True)
def free(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test finds the sweep free, nothing due, and no other test's tenants, whose days would all be looked at."""
    others, tenants = {each.id for each in heads.tenants()}, heads.tenants
    monkeypatch.setattr(heads, "tenants", lambda after="": (each for each in tenants(after) if each.id not in others))
    forget_runs()
    sweep.run(rules.of(modules.tables()), soon())
    forget_runs()
    yield


def forget_runs() -> None:
    for row in store.query_all(RetentionLease, RetentionLease.partition == PLATFORM.key("leases")):
        store.write(store.delete(store.ref_of(row)))


def answer(tenant: Tenant, age: timedelta) -> StoredAnswer:
    """A stored answer of that age."""
    at = clock.now() - age
    row = StoredAnswer(
        partition=tenant.key(ids.new("key")),
        fingerprint="f",
        status=200,
        content=b"{}\n{}",
        created_at=at,
    )
    store.write(store.put(row))
    return row


def access(tenant: Tenant, at: datetime) -> AccessLogEntry:
    moment = clock.text(at)
    row = AccessLogEntry(
        partition=tenant.key(moment[:10]),
        sort_key=f"{moment}#{ids.new('r')}",
        request_id="r",
        at=at,
        method="GET",
        status=200,
    )
    store.write(store.put(row))
    return row


def delivery(tenant: Tenant, age: timedelta, versions: int = 1) -> Delivery:
    """A delivery whose body lies in the bucket, in several versions."""
    identifier, at = ids.new("dlv"), clock.now() - age
    key = f"{tenant.id}/{identifier}"
    for number in range(versions):
        client.aws("s3").put_object(Bucket=config.current().bucket, Key=key, Body=b"%d" % number)
    row = Delivery(
        partition=tenant.key(),
        id=identifier,
        connection_id="con",
        platform=Platform.SHOPIFY,
        topic="orders/create",
        delivery_id=identifier,
        state=next(iter(DeliveryState)),
        attempts=1,
        body_key=key,
        received_at=at,
        version=1,
        created_at=at,
        created_by="system",
        updated_at=at,
        updated_by="system",
    )
    store.write(store.put(row))
    return row


def is_there(row: Any) -> bool:
    return store.get_many([store.ref_of(row)]).popitem()[1] is not None


def counted(report: Report, rule: str) -> RetentionRuleCounts:
    return next(entry for entry in report.rules if entry.rule == rule)


def of_tenant(report: Report, tenant: Tenant, rule: str) -> RetentionRuleCounts:
    assert report.run_id
    return sweep.counts_of([rule], tenant.key(report.run_id))[0]


def test_what_is_due_goes_and_each_tenant_is_told_its_own_counts(acme: Client, world: World) -> None:
    mine, other = Tenant(acme.tenant), new_tenant()
    old = [answer(mine, OVERDUE + timedelta(seconds=n)) for n in range(3)] + [answer(other, timedelta(days=40))]
    young = [answer(mine, OVERDUE - timedelta(hours=1)), answer(other, timedelta(0))]
    report = sweep.run(rules.of(modules.tables()), soon())
    assert report.outcome == "finished"
    assert [is_there(row) for row in old + young] == [False] * 4 + [True] * 2
    assert counted(report, "idempotency_records") == RetentionRuleCounts(
        rule="idempotency_records", selected=4, deleted=4
    )
    shown = acme.get("/v1/retention/runs").ok()["data"][0]
    assert (shown["id"], shown["state"], shown["dry_run"]) == (report.run_id, "finished", False)
    by_rule = {entry["rule"]: entry for entry in shown["rules"]}
    assert (by_rule["idempotency_records"]["deleted"], by_rule["access_log"]["deleted"]) == (3, 0)
    acme.as_("sales").get("/v1/retention/runs").refused(403, "forbidden")


def test_the_rules_are_told_as_the_tables_declare_them(acme: Client) -> None:
    shown = {entry["rule"]: entry for entry in acme.get("/v1/retention/rules").ok()["data"]}
    declared = {rule.rule: rule for model in modules.tables() for rule in model.retention_rules()}
    assert shown.keys() == declared.keys() >= {"access_log", "idempotency_records", "webhook_bodies"}
    assert (shown["access_log"]["days"], shown["access_log"]["table"]) == (365, "access_log")
    assert shown["webhook_bodies"]["releases"] == "body_key"
    assert (shown["webhook_bodies"]["deleted_by"], shown["access_log"]["deleted_by"]) == ("sweep", "database")


def test_runs_are_listed_newest_first_over_months(acme: Client) -> None:
    first = sweep.run(ANSWERS, soon()).run_id
    second = sweep.run(ANSWERS, soon()).run_id
    page = acme.get("/v1/retention/runs?limit=2").ok()
    assert [entry["id"] for entry in page["data"]] == [second, first]


def test_access_rows_go_by_whole_days_for_every_tenant_and_the_platform(world: World) -> None:
    tenant = new_tenant()
    heads.register(tenant)
    with stopped_clock(clock.parse("2027-03-10T12:00:00Z")) as now:
        old = [access(owner, clock.parse("2026-03-05T23:59:59Z")) for owner in (tenant, PLATFORM) for _ in range(3)]
        young = [access(owner, clock.parse("2026-03-06T00:00:01Z")) for owner in (tenant, PLATFORM)]
        access_rules = rules.of([AccessLogEntry])
        report = sweep.run(access_rules, soon())
        assert [is_there(row) for row in old + young] == [False] * 6 + [True] * 2
        assert of_tenant(report, tenant, "access_log").deleted == 3
        now.sleep(7 * 86400)
        again = sweep.run(access_rules, soon())
        assert counted(again, "access_log").deleted == 2
        row = store.get(RetentionLease, PLATFORM.key("leases"), "retention")
        assert row and row.marks == {"access_log": "2026-03-12"}


def test_what_dynamodb_left_is_looked_for_once_a_week_and_what_only_the_sweep_deletes_every_day(world: World) -> None:
    tenant, declared = new_tenant(), rules.of([StoredAnswer, Delivery])
    with stopped_clock() as now:
        found = []
        for day in range(8):
            left, body = answer(tenant, OVERDUE), delivery(tenant, timedelta(days=31))
            assert sweep.run(declared, soon()).outcome == "finished", day
            kept = store.get(Delivery, body.partition, body.id)
            assert kept is not None and kept.body_key is None, day
            found.append(not is_there(left))
            now.sleep(86400)
    assert found == [True, *[False] * 6, True]


def test_what_dynamodb_left_is_reported_even_without_an_expiry_and_other_deletions_are_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics: list[tuple[str, float]] = []
    monkeypatch.setattr(log, "count", lambda name, value=1: metrics.append((name, value)))
    tenant = new_tenant()
    with_expiry, without, young = answer(tenant, OVERDUE), answer(tenant, OVERDUE), answer(tenant, timedelta(days=8))
    item = without.item()
    del item["expires_at"]  # as a table's rows were before its rule was by TTL
    client.dynamodb().put_item(TableName=StoredAnswer.table_name(), Item=item)
    delivery(tenant, timedelta(days=31))
    declared = rules.of([StoredAnswer, Delivery])
    assert of_tenant(sweep.run(declared, soon(), dry_run=True), tenant, "idempotency_records").selected == 2
    assert metrics == []
    report = sweep.run(declared, soon())
    assert {name for name, _ in metrics} == {"RetentionOverdue"}
    assert sum(value for _, value in metrics) == 2
    assert [is_there(row) for row in (with_expiry, without, young)] == [False, False, True]
    assert of_tenant(report, tenant, "idempotency_records").deleted == 2
    assert of_tenant(report, tenant, "webhook_bodies").released == 1


def test_bodies_go_in_every_version_and_their_rows_stay(world: World) -> None:
    tenant = new_tenant()
    due, young = delivery(tenant, timedelta(days=31), versions=3), delivery(tenant, timedelta(days=29))
    storage, bucket = client.aws("s3"), config.current().bucket
    storage.delete_object(Bucket=bucket, Key=due.body_key)  # leaves a marker
    report = sweep.run(rules.of([Delivery]), soon())
    listed = storage.list_object_versions(Bucket=bucket, Prefix=f"{tenant.id}/")
    assert {entry["Key"] for entry in listed.get("Versions", [])} == {young.body_key}
    assert not listed.get("DeleteMarkers")
    kept = store.get(Delivery, due.partition, due.id)
    assert kept is not None
    assert kept.body_key is None
    assert counted(report, "webhook_bodies") == RetentionRuleCounts(rule="webhook_bodies", selected=1, released=1)
    assert counted(report, "inbox_rows").selected == 0


def test_a_row_that_goes_takes_its_object_along(world: World) -> None:
    tenant = new_tenant()
    row = delivery(tenant, timedelta(days=400))
    sweep.run([rule for rule in rules.of([Delivery]) if rule.name == "inbox_rows"], soon())
    assert not is_there(row)
    listed = client.aws("s3").list_object_versions(Bucket=config.current().bucket, Prefix=f"{tenant.id}/")
    assert not listed.get("Versions")


def test_a_body_that_cannot_be_deleted_keeps_its_row_for_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import EndpointConnectionError

    row = delivery(new_tenant(), timedelta(days=31))

    def broken(key: str) -> None:
        raise EndpointConnectionError(endpoint_url="s3")

    monkeypatch.setattr(objects, "delete", broken)
    report = sweep.run(rules.of([Delivery]), soon())
    assert counted(report, "webhook_bodies") == RetentionRuleCounts(rule="webhook_bodies", selected=1, failed=1)
    monkeypatch.undo()
    assert counted(sweep.run(rules.of([Delivery]), soon()), "webhook_bodies").released == 1
    kept = store.get(Delivery, row.partition, row.id)
    assert kept is not None and kept.body_key is None


def test_a_dry_run_selects_the_same_and_deletes_nothing(world: World) -> None:
    tenant = new_tenant()
    rows = [answer(tenant, OVERDUE) for _ in range(3)]
    body = delivery(tenant, timedelta(days=31))
    dry = sweep.run(rules.of(modules.tables()), soon(), dry_run=True)
    assert all(is_there(row) for row in rows)
    assert objects_of(tenant) == 1
    real = sweep.run(rules.of(modules.tables()), soon())
    assert [entry.rule for entry in dry.rules] == [entry.rule for entry in real.rules]
    assert [entry.selected for entry in dry.rules] == [entry.selected for entry in real.rules]
    assert sum(entry.deleted + entry.released for entry in dry.rules) == 0
    assert of_tenant(dry, tenant, "webhook_bodies").selected == 1
    assert body.body_key


def objects_of(tenant: Tenant) -> int:
    found = client.aws("s3").list_object_versions(Bucket=config.current().bucket, Prefix=f"{tenant.id}/")
    return len(found.get("Versions", []))


def test_the_clock_goes_on_with_a_paused_sweep_and_begins_one_a_day(world: World) -> None:
    declared = rules.of([StoredAnswer])
    with stopped_clock(clock.parse("2026-11-20T22:00:00Z")) as now:
        assert sweep.run_if_due(declared, clock.monotonic() - 1).outcome == "paused"
        assert sweep.run_if_due(declared, soon()).outcome == "finished"
        assert sweep.run_if_due(declared, soon()).outcome == "not_due"
        now.sleep(3 * 3600)
        assert sweep.run_if_due(declared, soon()).outcome == "finished"


def test_an_overlapping_sweep_does_nothing_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = answer(new_tenant(), OVERDUE)
    inner: list[Report] = []
    page = finders.page

    def overlapped(*args: Any) -> finders.Found:
        if not inner:
            inner.append(sweep.run(ANSWERS, soon()))
            assert is_there(row)
        return page(*args)

    monkeypatch.setattr(finders, "page", overlapped)
    outer = sweep.run(ANSWERS, soon())
    assert (inner[0].outcome, outer.outcome) == ("busy", "finished")
    assert counted(outer, "idempotency_records").deleted == 1


def test_a_sweep_whose_lease_was_taken_over_stops(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = answer(new_tenant(), OVERDUE)
    page = finders.page

    def robbed(*args: Any) -> finders.Found:
        found = page(*args)
        lease = store.get(RetentionLease, PLATFORM.key("leases"), "retention")
        assert lease is not None
        lease.owner = "another"
        store.write(store.put(lease))
        return found

    monkeypatch.setattr(finders, "page", robbed)
    assert sweep.run(ANSWERS, soon()).outcome == "busy"
    assert is_there(row)


def test_a_row_that_is_not_due_any_more_is_skipped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = new_tenant()
    changed, gone, due = (answer(tenant, OVERDUE) for _ in range(3))
    page = finders.page

    def meanwhile(*args: Any) -> finders.Found:
        """Each row at the moment in which it has been found: there may be more pages than one."""
        found = page(*args)
        if changed.partition in str(found):
            changed.created_at = clock.now()
            store.write(store.put(changed))
        if gone.partition in str(found):
            store.write(store.delete(store.ref_of(gone)))
        return found

    monkeypatch.setattr(finders, "page", meanwhile)
    report = sweep.run(ANSWERS, soon())
    expected = RetentionRuleCounts(rule="idempotency_records", selected=3, deleted=1, skipped=2)
    assert counted(report, "idempotency_records") == expected
    assert (is_there(changed), is_there(due)) == (True, False)


def test_a_sweep_out_of_time_pauses_and_the_next_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "_SCANNED", 2)
    rows = [answer(new_tenant(), OVERDUE) for _ in range(5)]
    paused = sweep.run(ANSWERS, clock.monotonic() - 1)
    assert paused.outcome == "paused"
    finished = sweep.run(ANSWERS, soon())
    assert (finished.outcome, finished.run_id) == ("finished", paused.run_id)
    assert not any(is_there(row) for row in rows)


@pytest.mark.parametrize("kind", ["crash_before", "crash_after"])
def test_a_sweep_killed_at_any_call_is_finished_by_the_next_and_counts_right(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr(sweep, "CHUNK", 2)
    tenants = [new_tenant(), new_tenant()]
    call = 0
    while True:
        call += 1
        forget_runs()
        rows = [answer(tenant, OVERDUE) for tenant in tenants for _ in range(3)]
        with stopped_clock() as now, Faults(client.dynamodb()) as faults:
            faults.at(call, kind)
            try:
                report = sweep.run(ANSWERS, soon())
            except Crash:
                faults.reset()
                now.sleep(301)
                report = sweep.run(ANSWERS, soon())
            else:
                break
        assert report.outcome == "finished", call
        assert not any(is_there(row) for row in rows), call
        per_tenant = [of_tenant(report, tenant, "idempotency_records").deleted for tenant in tenants]
        total = counted(report, "idempotency_records")
        if total.deleted != 6:  # the crash came after the end, so the next run found nothing
            assert (total.deleted, per_tenant) == (0, [0, 0]), call
        else:
            assert per_tenant == [3, 3], call
    assert call > 8


@pytest.mark.parametrize("kind", ["reply_lost", "timeout", "throttle", "conflict"])
def test_a_store_that_stumbles_is_asked_again_and_counted_once(world: World, kind: Any) -> None:
    tenant = new_tenant()
    rows = [answer(tenant, OVERDUE) for _ in range(3)]
    with Faults(client.dynamodb()) as faults:
        faults.at(2, kind, "TransactWriteItems", times=2)
        report = sweep.run(ANSWERS, soon())
    assert not any(is_there(row) for row in rows)
    assert counted(report, "idempotency_records").deleted == 3
    assert of_tenant(report, tenant, "idempotency_records").deleted == 3


def test_two_rules_of_one_name_or_of_no_attribute_cannot_be_declared(world: World) -> None:
    with pytest.raises(TypeError):
        rules.of([StoredAnswer, StoredAnswer])
    due = Rule(StoredAnswer, StoredAnswer.retention_rules()[0]).due(clock.now())
    assert isinstance(due, Condition)


def test_a_sweep_that_fails_gives_the_lease_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = answer(new_tenant(), OVERDUE)

    def broken(*_: Any) -> finders.Found:
        raise RuntimeError

    monkeypatch.setattr(finders, "page", broken)
    with pytest.raises(RuntimeError):
        sweep.run(ANSWERS, soon())
    monkeypatch.undo()
    assert sweep.run(ANSWERS, soon()).outcome == "finished"
    assert not is_there(row)


def test_files_of_imports_go_after_a_week_and_are_not_shown_any_more(world: World) -> None:
    acme = world.tenant()
    done = files.imported(acme, "sku,name\nA,\n")
    key = imports.ref(Tenant(acme.tenant), done["id"])
    listed = client.aws("s3").list_object_versions(Bucket=config.current().bucket, Prefix=f"bulk/{acme.tenant}/")
    assert len(listed["Versions"]) == 2
    store.write(store.update(key, [Import.created_at.set(clock.now() - timedelta(days=8))]))
    sweep.run(rules.of([Import]), soon())
    listed = client.aws("s3").list_object_versions(Bucket=config.current().bucket, Prefix=f"bulk/{acme.tenant}/")
    assert not listed.get("Versions")
    assert acme.get(f"/v1/imports/{done['id']}").ok()["error_file"] is None
