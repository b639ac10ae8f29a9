"""What cannot be known lets nobody in."""

import pytest

from chalicelib.access import access_state
from chalicelib.kernel.errors import Contention
from tests.contract.asking import is_problem
from tests.contract.operations import Operation
from tests.contract.sample_tenant import SampleTenant


@pytest.mark.parametrize(
    ("place", "error", "status", "code"),
    [
        ("access_state._rows", Contention("The store does not answer."), 503, "contention"),
        ("access_state._rows", RuntimeError("nobody foresaw this"), 500, "internal"),
        ("permissions.is_allowed", RuntimeError("nobody foresaw this"), 500, "internal"),
        ("scope.require", RuntimeError("nobody foresaw this"), 500, "internal"),
    ],
)
def test_a_check_that_cannot_be_made_opens_no_route(
    ours: SampleTenant,
    routes: list[Operation],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    error: Exception,
    status: int,
    code: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    access_state.forget()
    monkeypatch.setattr(f"chalicelib.access.{place}", fails)
    asked = 0
    for operation in routes:
        self_only = operation.endpoint.permission == "self"
        if not operation.endpoint.is_public and not (place.startswith("permissions") and self_only):
            reply = ours.client.call(operation.method, operation.path(ours.ids), None, operation.headers("k"))
            is_problem(reply, status, code)
            asked += 1
    assert asked > 70
