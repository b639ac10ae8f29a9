"""The operator's command for tenants. It invokes the function `manage_tenants`, which has no route.

python -m infra.tenants create --stage dev --name "Acme Ltd" --email ada@example.com [--alias acme] [--sandbox]

python -m infra.tenants invite --stage dev --tenant <id> --email grace@example.com

python -m infra.tenants suspend | resume | close --stage dev --tenant <id>

python -m infra.tenants list --stage dev

python -m infra.tenants add-roles --stage dev

Uses the machine's AWS credentials, which need lambda:InvokeFunction on it. Without `--stage` it runs the function in
the running `make run` (`make tenant NAME=...`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.environment import of_running
from infra.local.failure import LocalFailureError
from infra.local.invoke import Function
from infra.stack.names import stage_name

Event = dict[str, Any]
SECONDS = 70
"""Longer than the function's own timeout of 60 s."""


class TenantsError(Exception):
    """The command failed, or was done only in part; the message states the reason."""


def in_account(stage: str) -> Callable[[Event], Event]:
    """Invokes the function of a stage. Raises TenantsError."""
    function = f"novex-{stage}-manage_tenants"
    # No automatic retries: the operator may repeat the command, as the error message says.
    client = boto3.client("lambda", config=Config(read_timeout=SECONDS, retries={"total_max_attempts": 1}))

    def ask(event: Event) -> Event:
        try:
            reply = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        except (BotoCoreError, ClientError) as error:
            raise TenantsError(f"{function} could not be invoked: {error}") from error
        answer: Event = json.loads(reply["Payload"].read())
        if "FunctionError" in reply:
            raise TenantsError(f"{function} failed: see its log. The same command may be given again.")
        return answer

    return ask


def in_make_run() -> Callable[[Event], Event]:
    """Runs the function in the environment of `make run`. Raises LocalFailureError when it is not running."""
    os.environ.update(of_running())
    function = Function("chalicelib.functions.tenants.manage_tenants")

    def ask(event: Event) -> Event:
        with redirect_stdout(StringIO()):  # what the function logs
            answer: Event = function(event)
        return answer

    return ask


def event_of(options: argparse.Namespace) -> Event:
    """The function's event for a command line. TenantsError when an option is missing."""
    if options.action == "list":
        return {"action": "show"}
    if options.action == "add-roles":
        return {"action": "add_roles", "after": options.after}
    if options.action == "create":
        company = _company(options)
        if not options.stage and not options.email:
            options.email = f"admin@{company['alias']}.example"  # no mail leaves `make run`
        return {"action": "create", **company, **_person(options), **({"sandbox": True} if options.sandbox else {})}
    if not options.tenant:
        raise TenantsError("Say --tenant: the tenant's id, as `list` shows it.")
    if options.action == "invite":
        return {"action": "invite", "tenant": options.tenant, **_person(options)}
    return {"action": "step", "tenant": options.tenant, "step": options.action}


def _company(options: argparse.Namespace) -> Event:
    if not options.name:
        raise TenantsError("Say --name (make tenant NAME=...): the company's name.")
    alias = options.alias or re.sub(r"[^a-z0-9]+", "-", options.name.lower()).strip("-")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,62}", alias):
        raise TenantsError("Say --alias (make tenant ALIAS=...): small letters, digits, hyphens.")
    return {"name": options.name, "alias": alias}


def _person(options: argparse.Namespace) -> Event:
    if not options.email:
        raise TenantsError("Say --email (make tenant EMAIL=...): the administrator is invited there.")
    person = {"email": options.email, "given_name": options.given_name, "family_name": options.family_name}
    return {key: value for key, value in person.items() if value}


def summary(answer: Event) -> list[str]:
    """The answer as lines of text. Raises TenantsError for a refusal."""
    if "error" in answer:
        raise TenantsError(f"{answer['error']}: {answer['detail']}")
    if "tenants" in answer:
        return [f"{each['id']}  {each['status']:9}  {each['name'] or ''}" for each in answer["tenants"]]
    lines = [f"{answer['tenant']['id']}  {answer['tenant']['status']}  {answer['tenant']['name'] or ''}"]
    if "invited" in answer and answer["invited"] is None:
        lines.append("It was made before, and its administrator invited.")
    elif "invited" in answer:
        lines.append("The administrator is invited by e-mail (with `make run`: see its login page, or mail folder).")
    return lines


def add_roles(ask: Callable[[Event], Event], event: Event) -> None:
    """Adds missing roles to all tenants, with as many invocations as needed; prints a line for each tenant. Raises
    TenantsError with the `--after` to continue with."""
    while True:
        answer = ask(event)
        for each in answer.get("tenants", ()):
            outcome = f"refused by Keycloak: {each['refused']}" if each["refused"] else ", ".join(each["added"])
            print(f"{each['id']}  {outcome or 'has every role'}")
        if "error" in answer:
            resume = f" Go on with --after {answer['next']}." if answer.get("next") else ""
            raise TenantsError(f"{answer['error']}: {answer['detail']}{resume}")
        if answer["next"] is None:
            return
        event = {**event, "after": answer["next"]}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.tenants", description=__doc__.partition("\n")[0])
    made.add_argument("action", choices=["create", "invite", "suspend", "resume", "close", "list", "add-roles"])
    made.add_argument("--stage", type=stage_name, help="of the AWS account; without it, what `make run` runs")
    made.add_argument("--name", help="create: the company's name")
    made.add_argument("--alias", help="create: the organization's alias in Keycloak; made from the name if missing")
    made.add_argument(
        "--email",
        help="create, invite: where the administrator is invited; with `make run` admin@<alias>.example if missing",
    )
    made.add_argument("--given-name")
    made.add_argument("--family-name")
    made.add_argument("--sandbox", action="store_true", help="create: a tenant for tests, whose clock can be set")
    made.add_argument("--tenant", help="invite, suspend, resume, close: the tenant's id")
    made.add_argument("--after", default="", help="add-roles: go on after the tenant with this id")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = parser().parse_args(arguments)
    try:
        ask = in_account(options.stage) if options.stage else in_make_run()
        event = event_of(options)
        if options.action == "add-roles":
            add_roles(ask, event)
        else:
            print("\n".join(summary(ask(event))))
    except (TenantsError, LocalFailureError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
