"""A token that nobody gave opens no route; each attempt is in the access log."""

import json

import msgspec
import pytest

from chalicelib.audit.access_log import route
from chalicelib.audit.access_log.schemas import AccessLine
from chalicelib.edge.router import GREEDY
from tests.access import forge
from tests.contract.asking import is_problem
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Reply, World

ORIGIN = "http://localhost:3000"
KINDS = sorted(forge.one_of_each_kind())


def forged(world: World, name: str) -> str:
    """The Authorization header of a case, made by somebody who holds everything but what the case lacks."""
    return forge.header_value(forge.acting_as(world.issuer), name)


def refused(world: World, operation: Operation, ours: SampleTenant, header: str) -> Reply:
    """The answer to a request that looks right but for its token."""
    headers = {"Authorization": header, **operation.headers("forged")}
    method, path = operation.method, operation.path(ours.ids)
    before = len(world.access_lines)
    reply = Reply(*world.gateway.handle(method, path, headers, b"{}" if method != "GET" else b""))
    (line,) = world.access_lines[before:]
    assert (line["status"], line["tenant"], line["actor"]) == ("401", "-", "-"), operation.name
    assert (line["route"], line["method"], line["error"]) == (GREEDY, method, "UNAUTHORIZED")
    assert route.of_line(msgspec.convert(line, AccessLine)) == operation.endpoint.path
    assert line["request_id"] == reply.header("x-request-id")
    return reply


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_token_is_refused_on_every_route_and_logged(
    world: World, ours: SampleTenant, routes: list[Operation], kind: str
) -> None:
    cases = (forged(world, case) for case in forge.CASES if forge.kind_of(case) == kind)
    header = next(case for case in cases if forge.can_be_sent(case))
    bodies = set()
    for operation in routes:
        if not operation.endpoint.is_public:
            reply = refused(world, operation, ours, header)
            problem = is_problem(reply, 401, "unauthorized")
            assert reply.header("access-control-allow-origin") == ORIGIN
            bodies.add(json.dumps({**problem, "request_id": ""}, sort_keys=True))
    assert len(bodies) == 1


def test_every_case_that_can_be_sent_is_refused(world: World, ours: SampleTenant, routes: list[Operation]) -> None:
    operation = next(each for each in routes if each.name == "list_items")
    names = [*forge.CASES, *forge.HEADERS]
    headers = {name: forged(world, name) for name in names}
    sent = {name: header for name, header in headers.items() if forge.can_be_sent(header)}
    assert len(sent) >= 40
    for header in sent.values():
        is_problem(refused(world, operation, ours, header), 401, "unauthorized")


def test_the_same_forger_with_nothing_missing_is_let_in(world: World, ours: SampleTenant) -> None:
    """Else the tests above would prove nothing."""
    by = forge.acting_as(world.issuer)
    claims = {**by.claims(), "organization": {"acme": forge.organization(ours.client.tenant, "admin")}}
    headers = {"Authorization": f"Bearer {forge.signed(by, claims)}"}
    reply = Reply(*world.gateway.handle("GET", "/v1/items", headers))
    assert reply.ok()["data"]


def test_a_query_or_cookie_token_is_no_token(world: World, ours: SampleTenant) -> None:
    token = ours.client.token
    for path, headers in (
        (f"/v1/items?access_token={token}", {}),
        (f"/v1/items?authorization=Bearer%20{token}", {}),
        ("/v1/items", {"Cookie": f"token={token}; Authorization=Bearer {token}"}),
        ("/v1/items", {"X-Authorization": f"Bearer {token}"}),
        ("/v1/items", {"Authorization": token}),
    ):
        is_problem(Reply(*world.gateway.handle("GET", path, headers)), 401, "unauthorized")
