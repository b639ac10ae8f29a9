"""Deploys a stage to an AWS account.

    python -m infra.deploy bootstrap --stage dev          once: platform secret, bucket for packages, gateway's log role
    python -m infra.deploy app --stage dev                package, upload, change set, execute

`--dry-run` makes the package and prints what would be done, without calls to AWS; `--review` stops after creating the
change set. Uses the machine's AWS credentials and region, like every AWS tool.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import package
from infra.account import Account, Changes, DeployError, Upload

BOOTSTRAP = Path(__file__).resolve().parent / "bootstrap.json"
PLACEHOLDER = "example.com"
TEMPLATE_LIMIT = 1_000_000
"""CloudFormation's limit for a template in S3 (1 MB)."""
HOLDS_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup")


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
    return Plan(f"novex-{stage}-bootstrap", Upload.of("templates", BOOTSTRAP.read_bytes(), "json"), None, parameters)


def application_plan(stage: str, folder: Path, bucket: str) -> Plan:
    """The plan of the application stack, from a package. DeployError when CloudFormation would not accept it."""
    code = Upload.of("packages", (folder / "deployment.zip").read_bytes(), "zip")
    template = package.read_template(folder)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code.key}
    body = json.dumps(template, separators=(",", ":")).encode()
    if len(body) > TEMPLATE_LIMIT:
        raise DeployError(f"The template has {len(body)} bytes; CloudFormation takes {TEMPLATE_LIMIT}.")
    return Plan(f"novex-{stage}", Upload.of("templates", body, "json"), code, {"Stage": stage})


def check_settings(folder: Path) -> None:
    """DeployError while a function of the package is given the placeholder host."""
    functions = package.read_template(folder)["Resources"].values()
    variables = [function.get("Properties", {}).get("Environment", {}).get("Variables", {}) for function in functions]
    left = {name for given in variables for name, value in given.items() if PLACEHOLDER in str(value)}
    if left:
        raise DeployError(f"Set {', '.join(sorted(left))} in .chalice/config.json first.")


def summary(changes: Changes) -> list[str]:
    """One line for each change; replacements are marked."""
    lines = []
    for change in (entry["ResourceChange"] for entry in changes):
        replaced = " (replaced)" if change.get("Replacement") == "True" else ""
        lines.append(f"{change['Action']:7} {change['ResourceType']:32} {change['LogicalResourceId']}{replaced}")
    return sorted(lines)


def losses(changes: Changes) -> list[str]:
    """Resources with data that would be removed from the stack or replaced."""
    return sorted(
        change["LogicalResourceId"]
        for change in (entry["ResourceChange"] for entry in changes)
        if change["ResourceType"] in HOLDS_DATA
        and (change["Action"] == "Remove" or change.get("Replacement") in ("True", "Conditional"))
    )


def imported(changes: Changes) -> list[str]:
    """Resources that existed before, outside of the stack."""
    named = [entry["ResourceChange"] for entry in changes]
    return sorted(change["LogicalResourceId"] for change in named if change["Action"] == "Import")


def deploy(account: Account, plan: Plan, bucket: str | None, options: argparse.Namespace) -> None:
    """Uploads the files, then creates, prints and executes the change set; a stack whose first deployment failed is
    deleted before. DeployError when it would replace or remove data without --allow-data-changes."""
    source = {"TemplateBody": plan.template.body.decode()}
    if bucket is not None:
        if plan.code is not None:
            account.upload(bucket, plan.code)
        source = {"TemplateURL": account.upload(bucket, plan.template)}
    if account.clear_failed(plan.stack):
        print(f"{plan.stack}: its first deployment had failed; deleted.")
    proposed = account.propose(plan.stack, plan.parameters, source)
    if proposed is None:
        print(f"{plan.stack}: nothing to change.")
        return
    name, changes = proposed
    print("\n".join([f"{plan.stack}: change set {name}", *summary(changes)]))
    if losses(changes) and not options.allow_data_changes:
        raise DeployError(f"Not executed: these hold data: {', '.join(losses(changes))} (--allow-data-changes).")
    if options.review:
        return
    account.execute(plan.stack, name)
    print("\n".join(f"{key}: {value}" for key, value in sorted(account.outputs(plan.stack).items())))
    drifted = account.drifted(plan.stack, imported(changes))
    if drifted:
        raise DeployError(f"Deployed, but these were imported and differ from the template: {', '.join(drifted)}.")


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
        package.package(options.stage, folder, options.config, package.target(options))
    if options.dry_run:
        _show(application_plan(options.stage, folder, "BUCKET-OF-THE-BOOTSTRAP-STACK"))
        return
    check_settings(folder)
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


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__.partition("\n")[0])
    made.add_argument("what", choices=["bootstrap", "app"])
    package.add_options(made)
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
    except (DeployError, *package.ERRORS, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
