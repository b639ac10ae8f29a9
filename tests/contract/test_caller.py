"""Tokens that were good are judged again behind the door."""

from datetime import timedelta

import pytest

from chalicelib.access import revocations
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import PLATFORM, compound
from tests.contract.asking import is_problem, payload
from tests.contract.estate import Estate
from tests.contract.operations import Operation
from tests.world import Client


def test_an_expired_token_is_refused_though_the_gateway_still_remembers_it(
    acme: Client, routes: list[Operation], ours: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert acme.get("/v1/items").status == 200
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr("chalicelib.edge.request.clock.now", lambda: later)
    for operation in routes:
        if not operation.endpoint.is_public:
            reply = acme.call(operation.method, operation.path(ours.ids))
            is_problem(reply, 401, "unauthorized")
            assert reply.header("www-authenticate") == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("mark", ["tenant", "user", "session"])
def test_a_token_from_before_a_revocation_is_refused_on_every_route(
    acme: Client, routes: list[Operation], ours: Estate, mark: str
) -> None:
    claims = payload(acme.token)
    subject = {
        "tenant": compound("tenant", acme.tenant),
        "user": compound("user", acme.tenant, claims["sub"]),
        "session": compound("session", acme.tenant, claims["sub"], claims["sid"]),
    }[mark]
    assert acme.get("/v1/items").status == 200
    row = revocations.Revocation(
        partition=PLATFORM.key("revocations"), subject=subject, not_before=clock.now() + timedelta(seconds=60)
    )
    assert store.write(store.put(row))
    revocations.forget()
    for operation in routes:
        if not operation.endpoint.is_public:
            is_problem(acme.call(operation.method, operation.path(ours.ids)), 401, "unauthorized")
    assert ours.client.get("/v1/items").status == 200
    assert acme.as_("sales").get("/v1/items").status == (401 if mark == "tenant" else 200)


def test_a_dangerous_route_sees_a_revocation_at_once(acme: Client, routes: list[Operation], ours: Estate) -> None:
    assert acme.get("/v1/items").status == 200
    row = revocations.Revocation(
        partition=PLATFORM.key("revocations"),
        subject=compound("tenant", acme.tenant),
        not_before=clock.now() + timedelta(seconds=60),
    )
    assert store.write(store.put(row))
    dangerous = [operation for operation in routes if operation.endpoint.dangerous]
    assert len(dangerous) >= 5
    for operation in dangerous:
        is_problem(acme.call(operation.method, operation.path(ours.ids)), 401, "unauthorized")
