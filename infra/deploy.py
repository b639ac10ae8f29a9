"""Deploys a stage to an AWS account.

    python -m infra.deploy bootstrap --stage dev          once: platform secret, bucket for packages, gateway's log role
    python -m infra.deploy app --stage dev                package, upload, change set, execute

`--dry-run` makes the package and prints what would be done, without calls to AWS; `--review` stops after creating the
change set. Uses the machine's AWS credentials and region, like every AWS tool.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra import package, wheels

BOOTSTRAP = Path(__file__).resolve().parent / "bootstrap.json"
PLACEHOLDER = "example.com"
TEMPLATE_LIMIT = 1_000_000
"""CloudFormation's limit for a template in S3 (1 MB)."""
HOLDS_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup")
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")


class DeployError(Exception):
    """Nothing was changed, or CloudFormation rolled it back; the message states the reason."""


@dataclass(frozen=True)
class Upload:
    """A file for the bucket of packages, named by the hash of its content, so the same code is uploaded only once."""

    key: str
    body: bytes


@dataclass(frozen=True)
class Plan:
    """A deployment, complete before the first call to AWS."""

    stack: str
    template: Upload
    code: Upload | None
    parameters: Mapping[str, str]


def bootstrap_plan(stage: str, *, owns_gateway_role: bool) -> Plan:
    """The plan of the bootstrap stack, which must exist before the application."""
    parameters = {"Stage": stage, "OwnsGatewayRole": "yes" if owns_gateway_role else "no"}
    return Plan(f"novex-{stage}-bootstrap", _upload("templates", BOOTSTRAP.read_bytes(), "json"), None, parameters)


def application_plan(stage: str, folder: Path, bucket: str) -> Plan:
    """The plan of the application stack, from a package. DeployError when CloudFormation would not accept it."""
    code = _upload("packages", (folder / "deployment.zip").read_bytes(), "zip")
    template = package.read_template(folder)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code.key}
    body = json.dumps(template, separators=(",", ":")).encode()
    if len(body) > TEMPLATE_LIMIT:
        raise DeployError(f"The template has {len(body)} bytes; CloudFormation takes {TEMPLATE_LIMIT}.")
    return Plan(f"novex-{stage}", _upload("templates", body, "json"), code, {"Stage": stage})


def check_settings(stage: str) -> None:
    """DeployError while the stage's environment contains the placeholder host."""
    values = package.environment(package.read_config(), stage)
    left = [name for name, value in values.items() if PLACEHOLDER in value]
    if left:
        raise DeployError(f"Set {', '.join(left)} for stage {stage} in .chalice/config.json first.")


class Account:
    """The AWS account of the machine's credentials."""

    def __init__(self, session: boto3.Session) -> None:
        self._stacks: Any = session.client("cloudformation")
        self._objects: Any = session.client("s3")

    def output(self, stack: str, name: str) -> str:
        """An output of a stack. DeployError when there is none."""
        try:
            outputs = self._stacks.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
        except ClientError as error:
            raise DeployError(f"There is no stack {stack}: run the bootstrap first.") from error
        for output in outputs:
            if output["OutputKey"] == name:
                return str(output["OutputValue"])
        raise DeployError(f"The stack {stack} has no output {name}.")

    def upload(self, bucket: str, upload: Upload) -> None:
        """Uploads the file unless it exists."""
        try:
            self._objects.head_object(Bucket=bucket, Key=upload.key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
                raise
            self._objects.put_object(Bucket=bucket, Key=upload.key, Body=upload.body)

    def propose(self, plan: Plan, source: Mapping[str, str]) -> tuple[str, list[dict[str, Any]]] | None:
        """Creates a change set and returns its name and changes; None when there are no changes."""
        name = f"deploy-{int(time.time())}"
        self._stacks.create_change_set(
            StackName=plan.stack,
            ChangeSetName=name,
            ChangeSetType="UPDATE" if self._exists(plan.stack) else "CREATE",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in plan.parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            **source,
        )
        try:
            waiter = self._stacks.get_waiter("change_set_create_complete")
            waiter.wait(StackName=plan.stack, ChangeSetName=name, WaiterConfig={"Delay": 3, "MaxAttempts": 100})
        except WaiterError as error:
            reason = self._describe(plan.stack, name)[0].get("StatusReason", str(error))
            if not any(text in reason for text in _UNCHANGED):
                raise DeployError(f"CloudFormation refused the change set: {reason}") from error
            self._stacks.delete_change_set(StackName=plan.stack, ChangeSetName=name)
            return None
        return name, [change for page in self._describe(plan.stack, name) for change in page.get("Changes", [])]

    def execute(self, stack: str, change_set: str) -> None:
        """Executes a change set and waits. DeployError when it fails; CloudFormation then rolls back."""
        created = self._status(stack) == "REVIEW_IN_PROGRESS"
        self._stacks.execute_change_set(StackName=stack, ChangeSetName=change_set)
        waiter = self._stacks.get_waiter("stack_create_complete" if created else "stack_update_complete")
        try:
            waiter.wait(StackName=stack, WaiterConfig={"Delay": 10, "MaxAttempts": 360})
        except WaiterError as error:
            raise DeployError(f"{stack} is {self._status(stack)}: see its events in CloudFormation.") from error

    def outputs(self, stack: str) -> dict[str, str]:
        """All outputs of a stack."""
        found = self._stacks.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in found}

    def _describe(self, stack: str, change_set: str) -> list[dict[str, Any]]:
        pages = self._stacks.get_paginator("describe_change_set")
        return list(pages.paginate(StackName=stack, ChangeSetName=change_set))

    def _exists(self, stack: str) -> bool:
        return self._status(stack) not in ("", "REVIEW_IN_PROGRESS")

    def _status(self, stack: str) -> str:
        try:
            return str(self._stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return ""


def summary(changes: list[dict[str, Any]]) -> list[str]:
    """One line for each change; replacements are marked."""
    lines = []
    for change in (entry["ResourceChange"] for entry in changes):
        replaced = " (replaced)" if change.get("Replacement") == "True" else ""
        lines.append(f"{change['Action']:7} {change['ResourceType']:32} {change['LogicalResourceId']}{replaced}")
    return sorted(lines)


def losses(changes: list[dict[str, Any]]) -> list[str]:
    """Resources with data that would be removed from the stack or replaced."""
    return sorted(
        change["LogicalResourceId"]
        for change in (entry["ResourceChange"] for entry in changes)
        if change["ResourceType"] in HOLDS_DATA
        and (change["Action"] == "Remove" or change.get("Replacement") in ("True", "Conditional"))
    )


def deploy(account: Account, plan: Plan, bucket: str | None, options: argparse.Namespace) -> None:
    """Uploads the files, then creates, prints and executes the change set. DeployError when it would replace or remove
    data without --allow-data-changes."""
    source = {"TemplateBody": plan.template.body.decode()}
    if bucket is not None:
        for upload in filter(None, (plan.code, plan.template)):
            account.upload(bucket, upload)
        source = {"TemplateURL": f"https://{bucket}.s3.amazonaws.com/{plan.template.key}"}
    proposed = account.propose(plan, source)
    if proposed is None:
        print(f"{plan.stack}: nothing to change.")
        return
    name, changes = proposed
    print("\n".join([f"{plan.stack}: change set {name}", *summary(changes)]))
    if losses(changes) and not options.allow_data_changes:
        raise DeployError(f"Not executed: these hold data: {', '.join(losses(changes))} (--allow-data-changes).")
    if not options.review:
        account.execute(plan.stack, name)
        print("\n".join(f"{key}: {value}" for key, value in sorted(account.outputs(plan.stack).items())))


def _run(options: argparse.Namespace) -> None:
    if options.what == "bootstrap":
        plan = bootstrap_plan(options.stage, owns_gateway_role=not options.second_stage)
        if options.dry_run:
            _show(plan)
        else:
            deploy(Account(boto3.Session()), plan, None, options)
        return
    folder = options.package or package.ROOT / "build" / options.stage
    if options.package is None:
        package.package(options.stage, folder)
    if options.dry_run:
        _show(application_plan(options.stage, folder, "BUCKET-OF-THE-BOOTSTRAP-STACK"))
        return
    check_settings(options.stage)
    account = Account(boto3.Session())
    bucket = account.output(f"novex-{options.stage}-bootstrap", "ArtifactsBucket")
    deploy(account, application_plan(options.stage, folder, bucket), bucket, options)


def _show(plan: Plan) -> None:
    resources = json.loads(plan.template.body)["Resources"]
    kinds = sorted({resource["Type"] for resource in resources.values()})
    print(f"stack {plan.stack}, parameters {dict(plan.parameters)}")
    for upload in filter(None, (plan.code, plan.template)):
        print(f"upload {upload.key}, {len(upload.body)} bytes")
    for kind in kinds:
        print(f"{sum(resource['Type'] == kind for resource in resources.values()):4} {kind}")


def _upload(folder: str, body: bytes, suffix: str) -> Upload:
    return Upload(f"{folder}/{hashlib.sha256(body).hexdigest()}.{suffix}", body)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__.partition("\n")[0])
    made.add_argument("what", choices=["bootstrap", "app"])
    made.add_argument("--stage", default="dev")
    made.add_argument("--dry-run", action="store_true", help="print what would be done, without calls to AWS")
    made.add_argument("--review", action="store_true", help="create the change set and leave it for review")
    made.add_argument("--package", type=Path, help="deploy this folder of `make package` instead of packaging now")
    made.add_argument("--second-stage", action="store_true", help="bootstrap: the account has a gateway log role")
    made.add_argument("--allow-data-changes", action="store_true", help="also replace or remove resources with data")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = parser().parse_args(arguments)
    try:
        _run(options)
    except (DeployError, package.PackageError, wheels.WheelsError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
