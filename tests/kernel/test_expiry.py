"""Expiry: every write of a table with a rule by TTL carries it, and what is over counts no more while it is there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import modules
from chalicelib.access.tables import AccessState
from chalicelib.egress.tables import Disclosure
from chalicelib.kernel import clock, idempotency, ids
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.actions import Prepared
from chalicelib.kernel.dynamo.attributes import Expiry
from chalicelib.kernel.dynamo.schema import time_to_live
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.quotas import Quota
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import answer
from tests.events.feeds import happen, new_tenant, stopped_clock
from tests.world import Client, World

AT = clock.parse("2026-11-26T08:30:15.500Z")


def in_store(ref: store.Ref) -> dict[str, Any]:
    item = store.get_many([ref])[ref]
    assert item is not None
    return item


def disclosure(tenant: Tenant, at: datetime) -> Disclosure:
    identifier = ids.new("dsc")
    return Disclosure(
        partition=tenant.key(ids.month(identifier)),
        id=identifier,
        about="usr_1",
        fields=["email"],
        recipient="keycloak",
        purpose="a test",
        at=at,
        actor="ada",
        request_id="r",
    )


def quota() -> store.Ref:
    return store.Ref(Quota, new_tenant().key("mails", "2026-11-26"), "usr_1")


def test_a_table_expires_if_and_only_if_its_rule_says_so(world: World) -> None:
    for model in modules.tables():
        rules = [rule for rule in model.retention_rules() if rule.by_ttl]
        assert time_to_live(model) == ("expires_at" if rules else None), model.__name__
        own = [name for name, attribute in model.get_attributes().items() if isinstance(attribute, Expiry)]
        assert own == (["expires_at"] if rules else []), model.__name__


def test_a_row_that_is_put_alone_or_with_others_expires_at_the_end_of_its_days(world: World) -> None:
    tenant = new_tenant()
    rows = [disclosure(tenant, AT) for _ in range(3)]
    rows[0].expires_at = clock.parse("2100-01-01T00:00:00Z")  # a caller has no say in it
    store.write(store.put(rows[0]))
    store.put_many(rows[1:])
    end = str(int((AT + timedelta(days=1095)).timestamp()))
    assert [in_store(store.ref_of(row))["expires_at"] for row in rows] == [{"N": end}] * 3


def test_a_row_without_the_moment_never_expires(world: World) -> None:
    row = AccessState(partition=new_tenant().key("access_state"), subject="tenant", not_before=AT)
    store.write(store.put(row))
    assert "expires_at" not in in_store(store.ref_of(row))
    assert not row.is_over(AT + timedelta(days=10_000))


def test_an_update_that_moves_the_moment_moves_the_expiry_and_no_other_does(world: World) -> None:
    ref = quota()
    for at in (AT, AT + timedelta(hours=5)):
        store.write(store.update(ref, [Quota.used.add(1), Quota.began_at.set(at)]))
        assert in_store(ref)["expires_at"] == {"N": str(int((at + timedelta(days=2)).timestamp()))}
    before = in_store(ref)["expires_at"]
    store.write(store.update(ref, [Quota.used.add(1)]))
    assert in_store(ref)["expires_at"] == before


def test_an_update_that_would_leave_the_expiry_behind_is_refused(world: World) -> None:
    for change in (Quota.began_at.remove(), Quota.began_at.set(Quota.began_at | AT)):
        with pytest.raises(TypeError, match="its expiry follows from it"):
            store.update(quota(), [change])
    with pytest.raises(TypeError, match="use `update`"):
        Prepared(Quota, lambda of: ([Quota.began_at.set(of["at"])], Quota.used > 0), at="S")


def test_a_stored_answer_is_given_again_for_its_days_and_counts_no_more_though_it_is_still_there(world: World) -> None:
    call = replace(Call.system(new_tenant(), "test"), idempotency_key="k", fingerprint="f")

    def asked() -> Answer[str]:
        return answer(call, lambda done: Answer(200, {}, done.encode()), happen, ids.new("thing"))

    with stopped_clock(AT) as now:
        first = asked()
        now.sleep(7 * 86400 - 1)
        kept = idempotency.find(call)
        now.sleep(1)
        assert idempotency.find(call) is None
        assert in_store(idempotency.ref(call))
        second = asked()
        found = idempotency.find(call)
    assert kept is not None and found is not None
    assert (kept.body, found.body) == (first.body, second.body)
    assert second.body != first.body


def test_a_list_shows_no_row_whose_time_is_over_and_fills_its_pages_with_the_others(acme: Client) -> None:
    tenant, now = Tenant(acme.tenant), clock.now()
    over, kept = now - timedelta(days=1096), now - timedelta(days=1094)
    rows = [disclosure(tenant, now) for _ in range(6)]
    rows.sort(key=lambda row: row.id)
    for row, at in zip(rows, (kept, over, over, kept, over, kept), strict=True):
        row.at = at
    store.put_many(rows)
    first = acme.get("/v1/disclosures?limit=2").ok()
    second = acme.get(f"/v1/disclosures?limit=2&cursor={first['next_cursor']}").ok()
    shown = [[entry["id"] for entry in page["data"]] for page in (first, second)]
    assert shown == [[rows[5].id, rows[3].id], [rows[0].id]]
