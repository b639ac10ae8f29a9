"""What one caller was given opens nothing for another one, not even for a colleague: cursors and idempotency keys.

Keys of uploads do not exist yet: nothing can be uploaded.
"""

import uuid
from typing import Any

import pytest

from chalicelib.kernel import idempotency
from chalicelib.kernel.call import Call
from chalicelib.kernel.tenant import Tenant
from tests.contract import sample_tenant
from tests.contract.asking import body_for, is_problem, required_query
from tests.contract.naming import with_limit
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant
from tests.world import Client, World

SAME_TO_ALL = ("set_prices", "bulk_set_prices", "close_stock_period", "reopen_stock_period", "accept_processor_terms")
"""What sets something that is set already, or accepts what is accepted, says the same to everybody."""


@pytest.fixture(scope="module")
def home(world: World) -> SampleTenant:
    """A tenant with two of everything, so that lists have a second page."""
    made = sample_tenant.settled(world.tenant(is_sandbox=True))
    return sample_tenant.settled(made.client)


@pytest.fixture(scope="module")
def colleague(home: SampleTenant) -> Client:
    """Another administrator of the tenant."""
    return Client(home.client.world, home.client.tenant, ("admin",), sub=str(uuid.uuid4()))


def with_cursor(path: str, cursor: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}cursor={cursor}"


def test_a_cursor_of_a_colleague_opens_no_list(home: SampleTenant, colleague: Client, routes: list[Operation]) -> None:
    opened = 0
    for operation in routes:
        if "cursor" in operation.query and operation.endpoint.returns is not str:
            path = required_query(operation, home)
            cursor = home.client.get(with_limit(path)).ok()["next_cursor"]
            if cursor is not None:
                assert home.client.get(with_cursor(path, cursor)).status == 200, operation.name
                problem = is_problem(colleague.get(with_cursor(path, cursor)), 400, "bad_request")
                assert problem["errors"][0]["code"] == "invalid_cursor", operation.name
                opened += 1
    assert opened >= 10


def test_a_key_of_a_colleague_is_worthless_on_every_command(
    home: SampleTenant, colleague: Client, routes: list[Operation]
) -> None:
    replayed = 0
    for operation in routes:
        if operation.endpoint.command and not operation.endpoint.change:
            path, body = operation.path(home.ids), body_for(operation, home)
            headers = operation.headers(uuid.uuid4().hex)
            first = home.client.call("POST", path, body, headers)
            again = home.client.call("POST", path, body, headers)
            other = colleague.call("POST", path, body, headers)
            assert other.header("idempotent-replayed") == "", operation.name
            # A login that is recorded already stores nothing, because no document would list its answer for an erasure.
            if first.status < 300 and operation.name != "log_in":
                assert (again.header("idempotent-replayed"), again.body) == ("true", first.body), operation.name
                assert other.body != first.body or operation.name in SAME_TO_ALL, operation.name
                replayed += 1
    assert replayed >= 12


def called(**changes: Any) -> Call:
    given: dict[str, Any] = {"actor": "ada", "path": "/v1/items", "method": "POST", "idempotency_key": "k", **changes}
    return Call(
        tenant=Tenant(given.pop("tenant", "t-1")),
        kind="user",
        sid="",
        roles=frozenset(),
        request_id="r",
        traceparent="",
        issued_at=0,
        **given,
    )


def test_a_stored_answer_is_found_by_its_own_tenant_caller_method_path_and_key_only() -> None:
    calls = [
        called(),
        called(tenant="t-2"),
        called(actor="bob"),
        called(method="PATCH"),
        called(path="/v1/customers"),
        called(idempotency_key="l"),
    ]
    refs = [idempotency.ref(call).hash_key for call in calls]
    assert len(set(refs)) == len(refs)
    assert refs[0] == idempotency.ref(called()).hash_key
