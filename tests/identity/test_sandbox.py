"""A sandbox: its clock, which everything of the tenant goes by and nobody else, and the errors that it asks for."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.access.sandbox import time_of
from chalicelib.access.tables import AccessState, user_ref
from chalicelib.edge.forced_errors import HEADER
from chalicelib.edge.refusals import refusals
from chalicelib.identity.tenants import service as tenants
from chalicelib.integrations.connections import sweep
from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from tests.contract import operations
from tests.factories import shop
from tests.integrations.shops import Shop
from tests.privacy.policy.injected import user
from tests.world import Client, Reply, World

CLOCK = "/v1/sandbox/clock"


@pytest.fixture
def sandbox(world: World) -> Client:
    """The administrator of a fresh sandbox."""
    return world.tenant(is_sandbox=True)


def after(**period: float) -> str:
    """The real time and a period, in whole seconds."""
    return (clock.real() + timedelta(**period)).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_passed(moment: str, since: str) -> bool:
    """Whether the time is one of the seconds that the real time has needed since."""
    begun = clock.parse(since)
    return begun <= clock.parse(moment) <= begun + timedelta(minutes=5)


def frozen_at(client: Client, moment: str) -> None:
    assert shown(client.post(CLOCK, {"at": moment, "is_frozen": True})) == (moment, True)


def shown(reply: Reply) -> tuple[str, bool]:
    """The time that the clock was set to, and whether it is frozen."""
    clock_ = reply.ok()
    return clock_["at"], clock_["is_frozen"]


def named(number: int) -> dict[str, str]:
    return {"sku": f"SANDBOX-{number}", "name": "A thing"}


def test_a_new_sandbox_shows_the_real_time(sandbox: Client) -> None:
    earliest = clock.real()
    made = sandbox.post("/v1/items", named(1)).ok()["created_at"]
    assert earliest <= clock.parse(made) <= clock.real()
    found = sandbox.get(CLOCK).ok()
    assert found["at"] == found["since"]
    assert found["is_frozen"] is False
    assert sandbox.get("/v1/tenant").ok()["is_sandbox"] is True


def test_what_is_made_while_the_clock_is_frozen_has_exactly_its_time(sandbox: Client) -> None:
    moment = after(days=100)
    frozen_at(sandbox, moment)
    order = shop(sandbox).order((shop(sandbox).item()["id"], 1))
    assert order["created_at"] == order["updated_at"] == order["ordered_at"] == moment
    assert ids.month(order["id"]) == moment[:7]
    assert order["number"].startswith(f"SO-{moment[:4]}-")
    assert shown(sandbox.get(CLOCK)) == (moment, True)
    assert [each["id"] for each in sandbox.get("/v1/sales-orders").ok()["data"]] == [order["id"]]


def test_a_clock_that_is_not_frozen_goes_on_from_the_time_that_it_was_set_to(sandbox: Client) -> None:
    moment = after(days=3)
    sandbox.post(CLOCK, {"at": moment, "is_frozen": False}).ok()
    made = sandbox.post("/v1/items", named(1)).ok()["created_at"]
    assert has_passed(made, since=moment)


def test_a_thawed_clock_goes_on_from_where_it_stood(sandbox: Client) -> None:
    moment = after(days=3)
    frozen_at(sandbox, moment)
    thawed = sandbox.post(CLOCK, {"is_frozen": False}).ok()
    assert thawed["is_frozen"] is False
    assert thawed["at"] == moment
    assert has_passed(sandbox.post("/v1/items", named(1)).ok()["created_at"], since=moment)


def test_the_clock_goes_only_forward_and_not_more_than_two_years(sandbox: Client) -> None:
    frozen_at(sandbox, after(days=2))
    for moment, code in [(after(days=1), "not_forward"), (after(days=740), "too_far_ahead")]:
        problem = sandbox.post(CLOCK, {"at": moment}).refused(422, "invalid")
        assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/at", code)]
    for moment in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        sandbox.post(CLOCK, {"at": moment}).refused(422, "invalid")


def test_a_dry_run_leaves_the_clock_as_it_is(sandbox: Client) -> None:
    moment = after(days=2)
    tried = sandbox.post(f"{CLOCK}?dry_run=true", {"at": moment, "is_frozen": True})
    assert shown(tried) == (moment, True)
    assert shown(sandbox.get(CLOCK))[0] < moment


def test_setting_the_clock_is_journaled_at_the_new_time(sandbox: Client) -> None:
    moment = after(days=40)
    frozen_at(sandbox, moment)
    sandbox.world.settle()
    (change,) = sandbox.get("/v1/changes").ok()["data"]
    assert (change["event"], change["at"]) == ("tenant.clock_set", moment)


def test_the_command_can_be_repeated_after_it_has_set_the_clock_months_ahead(sandbox: Client) -> None:
    body = {"at": after(days=90), "is_frozen": False}
    first = sandbox.post(CLOCK, body, key="ahead")
    again = sandbox.post(CLOCK, body, key="ahead")
    assert again.header("Idempotent-Replayed") == "true"
    assert again.ok() == first.ok()


def test_only_administrators_set_the_clock(sandbox: Client) -> None:
    sandbox.as_("sales").post(CLOCK, {"is_frozen": True}).refused(403, "forbidden")
    sandbox.as_("sales").get(CLOCK).ok()


def test_other_tenants_have_no_clock(acme: Client) -> None:
    acme.get(CLOCK).refused(409, "not_a_sandbox")
    acme.post(CLOCK, {"is_frozen": True}).refused(409, "not_a_sandbox")
    assert acme.get("/v1/tenant").ok()["is_sandbox"] is False


def test_the_time_of_others_is_untouched_also_after_an_error(sandbox: Client, acme: Client) -> None:
    frozen_at(sandbox, after(days=100))
    seen = []
    for number, fails in enumerate((False, True)):
        earliest = after()
        reply = sandbox.post("/v1/items", {"sku": ""} if fails else named(number))
        assert (reply.status == 422) is fails
        made = acme.post("/v1/items", named(number)).ok()["created_at"]
        seen.append(has_passed(made, since=earliest))
    assert seen == [True, True]
    assert clock.setting() is None


def test_a_tenant_that_was_looked_at_before_it_was_made_is_a_sandbox_all_the_same(world: World) -> None:
    tenant = Tenant(str(uuid.uuid4()))
    with time_of(tenant):
        assert clock.setting() is None
    tenants.found(tenant, "Later", f"later-{tenant.id}", is_sandbox=True)
    with time_of(tenant):
        assert clock.setting() is not None


def test_two_tenants_at_once_have_each_their_own_time(sandbox: Client, acme: Client) -> None:
    moment, made = after(days=100), {}
    frozen_at(sandbox, moment)

    def make(client: Client) -> None:
        made[client.tenant] = [client.post("/v1/items", named(n)).ok()["created_at"] for n in range(10)]

    threads = [threading.Thread(target=make, args=(client,)) for client in (sandbox, acme)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made[sandbox.tenant]) == {moment}
    assert max(made[acme.tenant]) < after(days=1)


def test_a_stored_answer_ends_after_seven_days_of_the_sandbox(sandbox: Client) -> None:
    first = sandbox.post("/v1/items", named(1), key="once").ok()
    sandbox.post(CLOCK, {"at": after(days=6, hours=23)}).ok()
    assert sandbox.post("/v1/items", named(1), key="once").ok() == first
    sandbox.post(CLOCK, {"at": after(days=7, hours=1)}).ok()
    sandbox.post("/v1/items", named(1), key="once").refused(409, "already_exists")


def test_a_token_counts_at_the_real_time(sandbox: Client) -> None:
    frozen_at(sandbox, after(days=300))
    user = sandbox.post("/v1/users", {"email": "ada@example.com", "roles": ["sales"]})
    user.ok()
    sandbox.post(f"/v1/users/{user.json['id']}/remove", etag=user.etag).ok()


def test_changed_roles_take_effect_at_the_real_time(sandbox: Client) -> None:
    """The access state says since when tokens count; at the time of the sandbox no token would count for months."""
    from chalicelib.access import access_state
    from chalicelib.kernel.call import Call
    from chalicelib.kernel.tenant import Tenant
    from chalicelib.kernel.work import Work

    setting = clock.Setting(clock.real() + timedelta(days=300), clock.real(), is_frozen=True)
    with clock.shown_by(setting):
        work = Work(Call.system(Tenant(sandbox.tenant), "test"))
        access_state.write_user(work, "somebody", is_blocked=False)
    (action,) = work.actions
    set_at = min(value["S"] for value in action.request["ExpressionAttributeValues"].values() if "S" in value)
    assert set_at < after(days=1)


def test_old_secrets_and_pending_connections_end_by_the_clock_of_their_sandbox(sandbox: Client, acme: Client) -> None:
    rotated = [Shop(client) for client in (sandbox, acme)]
    pending = [Shop(client, is_installed=False) for client in (sandbox, acme)]
    for made in rotated:
        made.acme.post(f"{made.path}/rotate-secret", {"client_secret": made.new_secret()}, etag=1).ok()
    sandbox.post(CLOCK, {"at": after(days=8)}).ok()
    sweep.run()
    ends = [made.acme.get(made.path).ok()["old_secret_until"] for made in rotated]
    assert [end is None for end in ends] == [True, False]
    assert [made.acme.get(made.path).ok()["status"] for made in pending] == ["disconnected", "pending"]


def test_a_consumer_works_at_the_time_of_the_sandbox(sandbox: Client) -> None:
    made = shop(sandbox)
    item = made.item()
    order = made.confirmed((item["id"], 1))
    moment = after(days=20)
    frozen_at(sandbox, moment)
    made.receive(item["id"], 1)
    sandbox.world.settle()
    filled = sandbox.get(f"/v1/sales-orders/{order['id']}").ok()
    assert filled["lines"][0]["committed"] == "1"
    assert (filled["updated_at"], filled["updated_by"]) == (moment, "system:inventory.filling")


def test_jobs_work_at_the_time_of_the_sandbox(sandbox: Client) -> None:
    moment = after(days=50)
    frozen_at(sandbox, moment)
    user = sandbox.post("/v1/users", {"email": "grace@example.com", "roles": ["sales"]}).ok()
    sandbox.world.settle()
    (job,) = sandbox.get("/v1/jobs").ok()["data"]
    assert (job["state"], job["created_at"], job["updated_at"]) == ("done", moment, moment)
    assert sandbox.get(f"/v1/users/{user['id']}").ok()["updated_at"] == moment
    assert clock.setting() is None


def test_what_is_journaled_before_the_request_itself_has_the_time_of_the_sandbox(sandbox: Client) -> None:
    moment = after(days=50)
    frozen_at(sandbox, moment)
    person = user(sandbox)
    person.get("/v1/privacy/policy").ok()
    person.get("/v1/items").ok()
    invitation = {"email": "grace@example.com", "roles": ["sales"]}
    user(sandbox, "sales").post("/v1/users", invitation).refused(403, "forbidden")
    store.write(store.update(user_ref(Tenant(sandbox.tenant), str(person.sub)), [AccessState.is_blocked.set(True)]))
    person.post("/v1/users", invitation).refused(403, "user_disabled")
    found = [(entry["event"], clock.text(ids.moment(entry["id"]))) for entry in sandbox.get("/v1/audit").ok()["data"]]
    stood = clock.text(clock.parse(moment))
    assert found.count(("access.refused", stood)) == 2
    assert ("policy.accepted_by_use", stood) in found


def forced(client: Client, method: str, path: str, code: str, body: Any = None) -> Any:
    return client.call(method, path, body, {HEADER: code, "Idempotency-Key": "forced"})


def test_a_forced_error_does_nothing_and_looks_like_a_real_one(sandbox: Client) -> None:
    reply = forced(sandbox, "POST", "/v1/items", "contention", named(1))
    problem = reply.refused(503, "contention")
    assert HEADER in problem["detail"]
    assert reply.header("Retry-After") == "1"
    assert reply.header("Content-Type") == "application/problem+json"
    sandbox.post("/v1/items", named(1), key="forced").ok()


def test_every_error_of_every_operation_can_be_forced(sandbox: Client) -> None:
    for endpoint in operations.endpoints().values():
        if endpoint.is_public:
            continue
        path = endpoint.path.replace("{", "").replace("}", "")
        for kind in refusals(endpoint):
            problem = forced(sandbox, endpoint.method, path, kind.code).refused(kind.status, kind.code)
            assert kind.extra.keys() <= problem.keys()


def test_an_error_that_the_operation_does_not_have_is_refused_with_those_that_it_has(sandbox: Client) -> None:
    problem = forced(sandbox, "GET", "/v1/items", "precondition_failed").refused(400, "bad_request")
    assert problem["errors"][0]["code"] == "unknown_code"
    assert "rate_limited" in problem["detail"]
    assert "precondition_failed" not in problem["detail"]


def test_other_tenants_cannot_force_errors(acme: Client) -> None:
    problem = forced(acme, "POST", "/v1/items", "contention", named(1)).refused(400, "bad_request")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(f"/headers/{HEADER}", "not_a_sandbox")]
    assert acme.get("/v1/items").ok()["data"] == []


def test_a_forced_error_needs_the_permission_of_the_operation(sandbox: Client) -> None:
    forced(sandbox.as_("warehouse"), "POST", CLOCK, "contention").refused(403, "forbidden")


def test_a_tenant_stays_what_it_was_made_as(sandbox: Client) -> None:
    from chalicelib.identity.tenants import service
    from chalicelib.kernel.errors import AlreadyExists
    from chalicelib.kernel.tenant import Tenant

    made = sandbox.get("/v1/tenant").ok()
    with pytest.raises(AlreadyExists):
        service.found(Tenant(sandbox.tenant), made["name"], made["name"])
