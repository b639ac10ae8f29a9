"""A stage is out of the reach of another stage's roles, even in one account."""

import itertools
from argparse import ArgumentTypeError
from fnmatch import fnmatchcase
from typing import Any

import pytest

from chalicelib import modules
from infra import deploy, package, policies, tenants
from infra.keycloak import admin_secret
from infra.stack.names import STAGE_NAME, plural_of, stage_name

ACCOUNT = {"${AWS::Partition}": "aws", "${AWS::Region}": "r", "${AWS::AccountId}": "1"}
ARN = "arn:aws:{}:r:1:{}"


def patterns(stage: str) -> set[str]:
    """What the roles of a stage may touch by name; the rest they reach through the stack's own resources."""
    found = set()
    for function in policies.POLICIES:
        for statement in policies.document(function)["Statement"]:
            for resource in statement["Resource"]:
                text = resource["Fn::Sub"] if isinstance(resource, dict) else ""
                for name, value in {**ACCOUNT, "${Stage}": stage}.items():
                    text = text.replace(name, value)
                found.add(text)
    return {text for text in found if text.startswith("arn:")}


def belongings(stage: str) -> list[str]:
    """Tables, indexes, streams and secrets of a stage."""
    tables = [ARN.format("dynamodb", f"table/novex-{stage}-{plural_of(model)}") for model in modules.tables()]
    names = ("platform", "search", "keycloak-admin", "bootstrap/lookup-key", "connections/con_1")
    secrets = [ARN.format("secretsmanager", f"secret:novex/{stage}/{name}-AbCdEf") for name in names]
    return [*tables, *(f"{table}/index/a" for table in tables), *(f"{table}/stream/2026" for table in tables), *secrets]


def reached(stage: str, other: str) -> list[str]:
    """What the roles of a stage may touch of another one."""
    mine = patterns(stage)
    return [name for name in belongings(other) if any(fnmatchcase(name, pattern) for pattern in mine)]


def test_no_role_reaches_another_stage_whatever_its_name_begins_with() -> None:
    stages = [stage_name(name) for name in ("prod", "prod1", "prodx", "pro", "dev", "rod")]
    for stage, other in itertools.permutations(stages, 2):
        assert reached(stage, other) == [], (stage, other)
    assert len(reached("prod", "prod")) > len(list(modules.tables()))


@pytest.mark.parametrize("name", ["prod-x", "prod/x", "prod*", "Prod", "p", "1prod", "prod\n", "abcdefghijklm", ""])
def test_a_name_that_could_be_reached_or_is_no_part_of_names_is_refused(name: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no stage"):
        stage_name(name)


def test_a_stage_with_a_hyphen_would_be_reached() -> None:
    """Why it is refused."""
    assert reached("prod", "prod-x")


@pytest.mark.parametrize(
    "command",
    [
        lambda stage: deploy.main(["bootstrap", "--stage", stage]),
        lambda stage: deploy.main(["app", "--stage", stage]),
        lambda stage: package.main(["--stage", stage]),
        lambda stage: tenants.main(["list", "--stage", stage]),
        lambda stage: admin_secret.main(["--stage", stage]),
    ],
)
def test_every_command_refuses_it(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command("prod-x")
    assert "'prod-x' is no stage" in capsys.readouterr().err


def test_the_configured_stages_and_the_bootstrap_stack_keep_to_it() -> None:
    assert [stage_name(name) for name in package.read_config()["stages"]] == ["dev", "prod"]
    assert f'"AllowedPattern": "{STAGE_NAME}"' in deploy.BOOTSTRAP.read_text(encoding="utf-8")
