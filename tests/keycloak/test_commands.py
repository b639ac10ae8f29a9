"""The operator's commands: machine clients, and the secret of novex-admin."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.identity import organization_roles
from infra.keycloak import admin_secret, machines, organizations, roles
from infra.keycloak.operator import Operator, OperatorError
from infra.local.aws import LocalAws
from infra.local.browser import TokenRefusedError, machine_token
from tests.keycloak.realm import Realm, claims_of, context_of

STAGE = "rotation"


@pytest.fixture
def environment(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> Realm:
    """The operator's credentials where the commands look for them."""
    form = realm.operator.credentials.form
    monkeypatch.setenv("NOVEX_KEYCLOAK_URL", realm.operator.url)
    monkeypatch.setenv("NOVEX_KEYCLOAK_USERNAME", form["username"])
    monkeypatch.setenv("NOVEX_KEYCLOAK_PASSWORD", form["password"])
    return realm


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with LocalAws(stage=STAGE) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "local")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        yield aws.client("secretsmanager")


def test_a_machine_is_made_rotated_listed_and_deleted(environment: Realm, capsys: pytest.CaptureFixture[str]) -> None:
    environment.tenant("initech")

    def run(*arguments: str) -> list[str]:
        assert machines.main(list(arguments)) == 0
        return capsys.readouterr().out.splitlines()

    (first,) = run("create", "--tenant", "initech")
    assert context_of(machine_token(environment.issuer, "novex-machine-initech", first))["roles"] == "automation"
    (second,) = run("rotate", "--tenant", "initech")
    context_of(machine_token(environment.issuer, "novex-machine-initech", second))
    with pytest.raises(TokenRefusedError, match="401"):
        machine_token(environment.issuer, "novex-machine-initech", first)
    assert f"novex-machine-initech  {environment.tenant('initech').id}" in run("list")
    run("delete", "--tenant", "initech")
    with pytest.raises(TokenRefusedError, match="401"):
        machine_token(environment.issuer, "novex-machine-initech", second)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["create", "--tenant", "nobody"], "There is no organization with the alias nobody."),
        (["create", "--tenant", "No/Body"], "An alias is small letters, digits and inner hyphens, 63 at most."),
        (["create", "--tenant", "acme"], "exists"),
        (["rotate", "--tenant", "globex"], "There is no client novex-machine-globex."),
    ],
)
def test_what_cannot_be_is_one_clear_line(
    environment: Realm, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    environment.machine("acme")
    environment.tenant("globex")
    capsys.readouterr()
    assert machines.main(arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert line in said.err
    assert len(said.err.splitlines()) == 1


def test_a_role_that_is_added_later_reaches_a_realm_and_a_tenant_that_exist(realm: Realm) -> None:
    tenant, operator = realm.tenant("acme"), realm.operator
    assert roles.ensure(operator) == []
    with pytest.raises(organization_roles.RealmRoleMissingError, match="tester"):
        organization_roles.ensure(operator, tenant.id, ["tester"])
    assert roles.ensure(operator, {"tester": "Tests"}) == ["tester"]
    assert roles.ensure(operator, {"tester": "Tests"}) == []
    assert [organization_roles.ensure(operator, tenant.id, ["tester"]) for _ in range(2)] == [["tester"], []]
    sub, address = realm.person(acme="sales")
    groups = organizations.existing(operator, "acme").groups
    operator.put(f"/organizations/{tenant.id}/groups/{groups['tester']}/members/{sub}")
    claim = claims_of(realm.login(address).access_token)["organization"]["acme"]
    assert set(claim["realm_access"]["roles"]) == {"sales", "tester"}


def test_a_machine_of_two_tenants_gets_no_secret(realm: Realm) -> None:
    realm.machine("acme")
    account = realm.operator.get(f"/clients/{realm.operator.client('novex-machine-acme')}/service-account-user")["id"]
    organizations.add_member(realm.operator, realm.tenant("globex"), account, "automation")
    with pytest.raises(OperatorError, match="its secret must open this tenant alone"):
        machines.rotate(realm.operator, "acme")


def test_a_machine_that_cannot_be_finished_is_taken_away(realm: Realm, monkeypatch: pytest.MonkeyPatch) -> None:
    realm.tenant("umbrella")
    monkeypatch.setattr(organizations, "add_member", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        machines.create(realm.operator, "umbrella")
    assert realm.operator.get("/clients", clientId="novex-machine-umbrella") == []


def test_one_of_the_written_secrets_works_at_every_step(environment: Realm, vault: Any) -> None:
    def works() -> list[bool]:
        stored = admin_secret.stored(vault, STAGE)
        return [admin_secret.is_taken(environment.operator, secret) for secret in stored]

    def run(*arguments: str) -> None:
        assert admin_secret.main(["--stage", STAGE, *arguments]) == 0

    run()
    assert works() == [True]
    run("--rotate")
    assert works() == [True, False]
    newest = admin_secret.stored(vault, STAGE)[0]
    assert admin_secret.main(["--stage", STAGE, "--rotate"]) == 1  # the one before was never finished
    assert admin_secret.stored(vault, STAGE)[0] == newest
    run("--finish")
    assert (admin_secret.stored(vault, STAGE), works()) == ([newest], [True])
    scopes = claims_of(machine_token(environment.issuer, "novex-admin", newest))
    assert scopes["preferred_username"] == "service-account-novex-admin"


def test_both_secrets_are_written_before_keycloak_has_the_new_one(
    environment: Realm, vault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_secret.initialise(environment.operator, vault, STAGE)
    with monkeypatch.context() as broken:
        broken.setattr(Operator, "put", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            admin_secret.rotate(environment.operator, vault, STAGE)
    new, old = admin_secret.stored(vault, STAGE)
    assert [admin_secret.is_taken(environment.operator, secret) for secret in (new, old)] == [False, True]
    with pytest.raises(OperatorError, match="does not take the newest secret"):
        admin_secret.finish(environment.operator, vault, STAGE)
    admin_secret.rotate(environment.operator, vault, STAGE)
    assert admin_secret.is_taken(environment.operator, new)


def test_commands_without_credentials_or_over_the_open_network_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NOVEX_KEYCLOAK_URL", raising=False)
    assert machines.main(["list"]) == 1
    monkeypatch.setenv("NOVEX_KEYCLOAK_URL", "http://keycloak.example")
    monkeypatch.setenv("NOVEX_KEYCLOAK_USERNAME", "operator")
    assert machines.main(["list"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("Set NOVEX_KEYCLOAK_URL")
    assert said[1].startswith("Keycloak's address begins with https://")
