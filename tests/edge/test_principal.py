"""Who a request is from, as the authorizer's context says."""

from typing import Any

import pytest

from chalicelib.access import expiry
from chalicelib.edge import incoming as edge
from chalicelib.kernel.errors import Unauthorized

CONTEXT = {
    "tenant": "t",
    "sub": "u",
    "sid": "s",
    "iat": "1",
    "exp": "2",
    "auth_time": "1",
    "roles": "sales auditor",
    "kind": "user",
}


def incoming(**context: Any) -> edge.Incoming:
    said = {"httpMethod": "GET", "resourcePath": "/v1/items", "extendedRequestId": "r"}
    return edge.accept({"requestContext": {**said, "authorizer": {**CONTEXT, **context}}})


def test_the_caller_is_told_with_roles_and_the_time_of_the_login() -> None:
    call, expires_at = incoming().principal()
    assert (call.tenant.id, call.actor, call.sid, call.roles) == ("t", "u", "s", {"sales", "auditor"})
    assert (call.issued_at, expires_at, call.auth_time) == (1, 2, 1)


def test_a_machine_has_no_time_of_a_login() -> None:
    assert incoming(auth_time="", sid="").principal()[0].auth_time is None


@pytest.mark.parametrize("name", ["exp", "iat", "auth_time"])
def test_a_context_that_is_not_the_authorizers_is_nobodys(name: str) -> None:
    with pytest.raises(Unauthorized):
        incoming(**{name: "soon"}).principal()


def test_a_token_is_over_when_its_time_and_the_leeway_have_passed() -> None:
    assert not expiry.is_over(100, 100 + expiry.LEEWAY_SECONDS - 1)
    assert expiry.is_over(100, 100 + expiry.LEEWAY_SECONDS)
