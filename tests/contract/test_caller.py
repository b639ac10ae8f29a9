"""Tokens that were good are judged again behind the door."""

from datetime import timedelta

import pytest

from chalicelib.access import access_state, refusals
from chalicelib.access.errors import STEP_UP_SECONDS
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Contention
from tests.access.realm import later_clock
from tests.contract.access_states import marked
from tests.contract.asking import is_problem, payload
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client


def test_an_expired_token_is_refused_though_the_gateway_still_remembers_it(
    acme: Client, routes: list[Operation], ours: SampleTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert acme.get("/v1/items").status == 200
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr("chalicelib.edge.incoming.clock.real", lambda: later)
    for operation in routes:
        if not operation.endpoint.is_public:
            reply = acme.call(operation.method, operation.path(ours.ids))
            is_problem(reply, 401, "unauthorized")
            assert reply.header("auth-challenge") == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("of", ["tenant", "user", "session", "all sessions"])
def test_a_token_from_before_a_mark_is_refused_on_every_route(
    acme: Client, routes: list[Operation], ours: SampleTenant, of: str
) -> None:
    assert acme.get("/v1/items").status == 200
    marked(acme, of, not_before=clock.now() + timedelta(seconds=60))
    access_state.forget()
    for operation in routes:
        if not operation.endpoint.is_public:
            is_problem(acme.call(operation.method, operation.path(ours.ids)), 401, "unauthorized")
    assert ours.client.get("/v1/items").status == 200
    assert acme.as_("sales").get("/v1/items").status == (401 if of == "tenant" else 200)


@pytest.mark.parametrize(("of", "code"), [("tenant", "tenant_suspended"), ("user", "user_disabled")])
def test_who_is_shut_out_is_refused_every_route_with_a_new_token_too(
    acme: Client, routes: list[Operation], ours: SampleTenant, of: str, code: str
) -> None:
    marked(acme, of, is_blocked=True)
    access_state.forget()
    again = Client(acme.world, acme.tenant, acme.roles, sub=payload(acme.token)["sub"])
    for operation in routes:
        if not operation.endpoint.is_public:
            is_problem(again.call(operation.method, operation.path(ours.ids)), 403, code)


def dangerous(routes: list[Operation]) -> list[Operation]:
    found = [operation for operation in routes if operation.endpoint.dangerous]
    assert len(found) >= 5
    return found


def test_a_mark_counts_at_once_on_dangerous_routes_and_within_30_seconds_on_others(
    acme: Client, routes: list[Operation], ours: SampleTenant
) -> None:
    assert acme.get("/v1/items").status == 200
    marked(acme, "user", is_blocked=True)
    assert acme.get("/v1/items").status == 200
    for operation in dangerous(routes):
        is_problem(acme.call(operation.method, operation.path(ours.ids)), 403, "user_disabled")
    access_state.forget()
    marked(acme, "user")
    assert acme.get("/v1/items").status == 200
    marked(acme, "user", is_blocked=True)
    with later_clock() as later:
        later.ahead = access_state.CACHE_SECONDS
        is_problem(acme.get("/v1/items"), 403, "user_disabled")


def logged_in(client: Client, auth_time: int | None, kind: str = "user") -> Client:
    token = client.world.issuer.token(client.tenant, ("admin",), kind=kind, auth_time=auth_time)
    return Client(client.world, client.tenant, token=token)


def test_a_dangerous_operation_needs_a_recent_login_and_says_so(
    acme: Client, routes: list[Operation], ours: SampleTenant
) -> None:
    now = int(clock.now().timestamp())
    for operation in dangerous(routes):
        for auth_time in (None, now - STEP_UP_SECONDS - 30):
            reply = logged_in(acme, auth_time).call(operation.method, operation.path(ours.ids))
            problem = is_problem(reply, 401, "insufficient_user_authentication")
            assert problem["max_age"] == STEP_UP_SECONDS
            assert reply.header("auth-challenge") == (
                f'Bearer error="insufficient_user_authentication", max_age="{STEP_UP_SECONDS}"'
            )
        recent = logged_in(acme, now - STEP_UP_SECONDS + 60)
        assert recent.call(operation.method, operation.path(ours.ids)).status not in (401, 403), operation.name


def test_a_service_account_passes_no_dangerous_route_whatever_its_roles(
    acme: Client, routes: list[Operation], ours: SampleTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.access.claims.HUMAN_ONLY", frozenset())
    service = logged_in(acme, None, kind="service")
    assert service.get("/v1/integrations/connections").status == 200
    for operation in dangerous(routes):
        is_problem(service.call(operation.method, operation.path(ours.ids)), 403, "forbidden")


def test_a_refusal_of_a_dangerous_operation_is_in_the_journal_and_a_flood_is_not(
    acme: Client, ours: SampleTenant
) -> None:
    path = f"/v1/integrations/connections/{ours.ids['connection_id']}/disconnect"
    sales = acme.as_("sales")
    for _ in range(refusals.PER_HOUR * 2):
        is_problem(sales.post(path, etag=1), 403, "forbidden")
    acme.get("/v1/items").ok()
    is_problem(sales.get("/v1/access-log"), 403, "forbidden")
    told = [row for row in acme.get("/v1/audit?event=access.refused&limit=100").ok()["data"]]
    assert {(row["entity"], row["entity_id"], row["reason"], row["actor"]) for row in told} == {
        ("operation", "disconnect_shop", "forbidden", payload(sales.token)["sub"])
    }
    assert refusals.PER_HOUR <= len(told) <= refusals.PER_HOUR + 1


def test_a_refusal_stands_though_it_cannot_be_journaled(
    acme: Client, ours: SampleTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise Contention("busy")

    monkeypatch.setattr("chalicelib.access.refusals.commit", busy)
    path = f"/v1/integrations/connections/{ours.ids['connection_id']}/disconnect"
    is_problem(acme.as_("sales").post(path, etag=1), 403, "forbidden")
