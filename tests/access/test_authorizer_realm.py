"""The authorizer and the local issuer agree: what it mints opens the door, what is forged in its name does not."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.access.authorizer import authorize
from chalicelib.access.roles import Role
from infra.local.issuer import Issuer
from tests.access import forge


@pytest.fixture(scope="module")
def running() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    return running


def context_of(token: str) -> dict[str, Any]:
    arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/v1/items"
    return authorize({"type": "TOKEN", "authorizationToken": f"Bearer {token}", "methodArn": arn}, None)["context"]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_demo_user_of_every_role_is_let_in(issuer: Issuer, role: str) -> None:
    context = context_of(issuer.token("acme", (role,)))
    assert (context["kind"], context["roles"]) == ("user", role)
    assert context["auth_time"] != ""


def test_a_demo_machine_is_let_in_as_a_service(issuer: Issuer) -> None:
    context = context_of(issuer.token("acme", ("automation",), kind="service"))
    assert (context["kind"], context["roles"], context["auth_time"]) == ("service", "automation", "")


def test_keys_rotate_without_anybody_noticing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Issuer() as rotating:
        monkeypatch.setenv("NOVEX_TOKEN_ISSUER", rotating.issuer)
        before = rotating.token()
        context_of(before)
        rotating.rotate()
        context_of(rotating.token())
        context_of(before)


@pytest.mark.parametrize("kind", forge.one_of_each_kind())
def test_a_forgery_of_each_kind_in_the_name_of_the_demo_realm_is_refused(issuer: Issuer, kind: str) -> None:
    token = forge.one_of_each_kind()[kind](forge.acting_as(issuer))
    with pytest.raises(Exception, match=r"\AUnauthorized\Z"):
        context_of(token)


def test_the_forger_could_have_been_let_in(issuer: Issuer) -> None:
    """Otherwise the test above would prove nothing."""
    forger = forge.acting_as(issuer)
    assert context_of(forge.signed(forger, forger.claims()))["kind"] == "user"


def test_a_forgery_of_every_kind_can_be_sent_over_http(issuer: Issuer) -> None:
    forger = forge.acting_as(issuer)
    assert all(forge.can_be_sent(f"Bearer {make(forger)}") for make in forge.one_of_each_kind().values())
