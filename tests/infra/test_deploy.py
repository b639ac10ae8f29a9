"""Deploying: what is decided before AWS is asked, and the talk with CloudFormation (moto's, as far as it goes)."""

import argparse
import json
import re
import shlex
import uuid
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import WaiterError

from infra import deploy, package, search_key, tenants
from infra.account import Account, DeployError, Upload
from infra.keycloak import admin_secret
from tests.infra.conftest import Packaged
from tests.world import World


@pytest.fixture
def account(world: World) -> Account:
    """The test world's account; its environment says where it is."""
    return Account(boto3.Session())


@pytest.fixture
def name() -> str:
    """Of the one stack, queue and table of a test: the account is shared."""
    return f"novex-{uuid.uuid4().hex[:12]}"


def simple(name: str) -> dict[str, Any]:
    """A template that moto understands."""
    return {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": name,
                    "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                },
            },
        },
        "Parameters": {"Stage": {"Type": "String"}},
        "Outputs": {"ArtifactsBucket": {"Value": "packages-of-dev"}},
    }


def plan(template: dict[str, Any], stack: str) -> deploy.Plan:
    upload = Upload("templates/x.json", json.dumps(template).encode())
    return deploy.Plan(stack, upload, None, {"Stage": "dev"})


def queues(name: str) -> list[str]:
    urls: list[str] = boto3.client("sqs").list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    return urls


def options(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"review": False, "allow_data_changes": False, **given})


def test_the_template_names_the_uploaded_code_by_its_content(packaged: Packaged) -> None:
    made = deploy.application_plan("dev", packaged.folder, "packages-of-dev")
    assert made.code is not None
    template = json.loads(made.template.body)
    functions = [entry for entry in template["Resources"].values() if entry["Type"] == "AWS::Serverless::Function"]
    assert len(functions) == len(packaged.functions)
    for entry in functions:
        assert entry["Properties"]["CodeUri"] == {"Bucket": "packages-of-dev", "Key": made.code.key}
    again = deploy.application_plan("dev", packaged.folder, "packages-of-dev")
    assert (again.code, again.template) == (made.code, made.template)


def test_a_template_that_is_too_large_is_refused_before_anything_is_uploaded(
    packaged: Packaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploy, "TEMPLATE_LIMIT", 1000)
    with pytest.raises(DeployError, match="CloudFormation takes 1000"):
        deploy.application_plan("dev", packaged.folder, "b")


def test_a_package_whose_addresses_are_placeholders_is_not_deployed(packaged: Packaged, tmp_path: Path) -> None:
    with pytest.raises(DeployError, match="NOVEX_TOKEN_ISSUER, NOVEX_WEB_ORIGIN"):
        deploy.check_settings(packaged.folder)
    text = (packaged.folder / "sam.json").read_text()
    (tmp_path / "sam.json").write_text(text.replace(deploy.PLACEHOLDER, "novex.test"))
    deploy.check_settings(tmp_path)


def test_a_stack_is_made_from_a_change_set(account: Account, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    deploy.deploy(account, plan(simple(name), name), None, options())
    printed = capsys.readouterr().out
    assert re.search(r"Add +AWS::DynamoDB::Table +Table", printed)
    assert len(queues(name)) == 1


def test_the_bootstrap_stacks_output_names_the_bucket_of_packages(account: Account, name: str) -> None:
    parameters = [{"ParameterKey": "Stage", "ParameterValue": "dev"}]
    boto3.client("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps(simple(name)), Parameters=parameters
    )
    assert account.output(name, "ArtifactsBucket") == "packages-of-dev"
    assert account.outputs(name) == {"ArtifactsBucket": "packages-of-dev"}
    with pytest.raises(DeployError, match="has no output"):
        account.output(name, "Other")


def test_a_review_leaves_the_change_set_and_touches_nothing(account: Account, name: str) -> None:
    deploy.deploy(account, plan(simple(name), name), None, options(review=True))
    assert queues(name) == []
    assert boto3.client("cloudformation").list_change_sets(StackName=name)["Summaries"]


def test_deployments_of_the_same_second_are_change_sets_of_their_own(account: Account, name: str) -> None:
    for _ in range(2):
        deploy.deploy(account, plan(simple(name), name), None, options(review=True))
    listed = boto3.client("cloudformation").list_change_sets(StackName=name)["Summaries"]
    assert sum(entry["StackName"] == name for entry in listed) == 2  # moto lists those of all stacks


def test_a_stack_with_data_is_not_taken_apart_unless_asked(account: Account, name: str) -> None:
    template = simple(name)
    deploy.deploy(account, plan(template, name), None, options())
    smaller = plan({**template, "Resources": {"Queue": template["Resources"]["Queue"]}}, name)
    with pytest.raises(DeployError, match="these hold data: Table"):
        deploy.deploy(account, smaller, None, options())
    deploy.deploy(account, smaller, None, options(allow_data_changes=True))


def test_replacing_what_holds_data_counts_as_losing_it() -> None:
    change = {"Action": "Modify", "ResourceType": "AWS::DynamoDB::Table", "LogicalResourceId": "ItemsTable"}
    replaced = [{"ResourceChange": {**change, "Replacement": "True"}}]
    assert deploy.losses(replaced) == ["ItemsTable"]
    assert deploy.summary(replaced) == [f"Modify  {'AWS::DynamoDB::Table':32} ItemsTable (replaced)"]
    assert deploy.losses([{"ResourceChange": {**change, "Replacement": "False"}}]) == []


def test_code_and_template_are_uploaded_once(account: Account, name: str) -> None:
    objects = boto3.client("s3")
    region: Any = objects.meta.region_name
    objects.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    upload = Upload("packages/abc.zip", b"code")
    account.upload(name, upload)
    first = boto3.client("s3").head_object(Bucket=name, Key=upload.key)
    account.upload(name, upload)
    assert boto3.client("s3").head_object(Bucket=name, Key=upload.key) == {
        **first,
        "ResponseMetadata": mock.ANY,
    }


def test_deploying_before_the_bootstrap_says_so(account: Account, name: str) -> None:
    with pytest.raises(DeployError, match="run the bootstrap first"):
        account.output(f"{name}-bootstrap", "ArtifactsBucket")


def test_only_a_stack_that_was_never_created_is_deleted_before_a_deployment(
    account: Account, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = boto3.client("cloudformation").meta.service_model
    dead = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
    alive = {"", *model.shape_for("StackStatus").enum} - dead
    deploy.deploy(account, plan(simple(name), name), None, options())
    for status in sorted(alive):
        with monkeypatch.context() as patched:
            patched.setattr(account, "_status", lambda stack, status=status: status)
            assert account.clear_failed(name) is False
    assert len(queues(name)) == 1
    for status in sorted(dead):
        with monkeypatch.context() as patched:
            patched.setattr(account, "_status", lambda stack, status=status: status)
            assert account.clear_failed(name) is True
        assert queues(name) == []
        deploy.deploy(account, plan(simple(name), name), None, options())


def test_what_was_imported_and_differs_from_the_template_is_told(
    account: Account, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = {"ResourceType": "AWS::DynamoDB::Table", "LogicalResourceId": "Table"}
    monkeypatch.setattr(account, "propose", lambda *_: ("set", [{"ResourceChange": {**change, "Action": "Import"}}]))
    monkeypatch.setattr(account, "execute", lambda *_: None)
    monkeypatch.setattr(account, "outputs", lambda *_: {})
    stacks = boto3.client("cloudformation")
    for status in ("IN_SYNC", "MODIFIED"):
        answer = {"StackResourceDrift": {"LogicalResourceId": "Table", "StackResourceDriftStatus": status}}
        monkeypatch.setattr(stacks, "detect_stack_resource_drift", lambda answer=answer, **_: answer)
        monkeypatch.setattr(account, "_stacks", stacks)
        if status == "IN_SYNC":
            deploy.deploy(account, plan(simple(name), name), None, options())
        else:
            with pytest.raises(DeployError, match="differ from the template: Table"):
                deploy.deploy(account, plan(simple(name), name), None, options())


def test_no_change_is_no_error(account: Account, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "The submitted information didn't contain changes. Submit different information to create a change set."
    _failing(account, monkeypatch, reason)
    assert account.propose(name, {"Stage": "dev"}, {"TemplateBody": json.dumps(simple(name))}) is None


def test_a_refused_change_set_tells_cloudformations_reason(
    account: Account, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing(account, monkeypatch, "Transform AWS::Serverless-2016-10-31 failed")
    with pytest.raises(DeployError, match="Transform AWS::Serverless-2016-10-31 failed"):
        account.propose(name, {"Stage": "dev"}, {"TemplateBody": json.dumps(simple(name))})


def test_a_dry_run_prints_the_plan_and_asks_nobody(
    packaged: Packaged, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boto3, "Session", None)
    assert deploy.main(["app", "--package", str(packaged.folder), "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "stack novex-dev" in printed
    assert "upload packages/" in printed
    assert "AWS::DynamoDB::Table" in printed
    assert deploy.main(["bootstrap", "--dry-run", "--stage", "prod"]) == 0
    assert "stack novex-prod-bootstrap" in capsys.readouterr().out


def test_the_bootstrap_stack_generates_both_keys_and_keeps_them() -> None:
    made = deploy.bootstrap_plan("prod", owns_gateway_role=False)
    assert made.parameters == {"Stage": "prod", "OwnsGatewayRole": "no"}
    resources = json.loads(made.template.body)["Resources"]
    platform = resources["PlatformSecret"]
    generated = platform["Properties"]["GenerateSecretString"]
    assert platform["Properties"]["Name"] == {"Fn::Sub": "novex/${Stage}/platform"}
    assert generated["GenerateStringKey"] == "cursor_key"
    given = json.loads(generated["SecretStringTemplate"]["Fn::Sub"].replace("${LookupKey}", "arn"))
    assert given == {"lookup_key": "{{resolve:secretsmanager:arn:SecretString}}"}
    for name in ("PlatformSecret", "LookupKey", "Artifacts"):
        policies = (resources[name]["DeletionPolicy"], resources[name]["UpdateReplacePolicy"])
        assert policies == ("RetainExceptOnCreate", "Retain")
    assert resources["GatewayAccount"]["Type"] == "AWS::ApiGateway::Account"


def _failing(account: Account, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """moto's change sets never fail; CloudFormation's do."""
    stacks = boto3.client("cloudformation")

    class Waiter:
        def wait(self, **_: Any) -> None:
            raise WaiterError("ChangeSetCreateComplete", "Waiter encountered a terminal failure state", {})

    monkeypatch.setattr(stacks, "get_waiter", lambda name: Waiter())
    monkeypatch.setattr(account, "_stacks", stacks)
    monkeypatch.setattr(account, "_describe", lambda stack, name: [{"Status": "FAILED", "StatusReason": reason}])


def test_the_bootstrap_template_fits_into_a_request() -> None:
    assert Path(deploy.BOOTSTRAP).stat().st_size < 51_200


def test_every_command_of_the_operators_guide_is_one_that_there_is() -> None:
    text = (package.ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    commands = re.findall(r"\.venv/bin/python -m infra\.([\w.]+) ?([^#`\n]*)", text)
    parsers = {"deploy": deploy.parser, "tenants": tenants.parser, "search_key": search_key.parser}
    parsers["keycloak.admin_secret"] = admin_secret.parser
    assert {module for module, _ in commands} == set(parsers)
    for module, arguments in commands:
        assert parsers[module]().parse_args(shlex.split(arguments)).stage == "prod"
    assert 'make package ARGS="--stage prod"' in text
