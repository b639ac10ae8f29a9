"""`python -m infra.keycloak.admin_secret`: stores the secret of novex-admin for the API, and rotates it without
downtime.

It is stored in Secrets Manager as {"client_id": "novex-admin", "secrets": [newest, ...]}. The API tries one after the
other, and reads again when none is accepted. So a rotation stores both secrets, then changes Keycloak, and removes the
old secret when the new one works.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import boto3

from infra.keycloak.operator import Operator, OperatorError
from infra.stack.names import stage_name

CLIENT = "novex-admin"
SECRET_BYTES = 48


def name_of(stage: str) -> str:
    """The secret's name in Secrets Manager."""
    return f"novex/{stage}/keycloak-admin"


def initialise(operator: Operator, vault: Any, stage: str) -> bool:
    """Stores Keycloak's current secret, unless a secret is stored already. Returns whether it stored one."""
    if stored(vault, stage):
        return False
    current = operator.client_secret(CLIENT)
    tags = [{"Key": "tenant", "Value": "_platform"}]
    vault.create_secret(Name=name_of(stage), SecretString=_text([current]), Tags=tags)
    return True


def rotate(operator: Operator, vault: Any, stage: str) -> None:
    """Stores a new secret next to the old one, then sets it in Keycloak.

    After an interruption it continues where it stopped: it sets the newest stored secret. Raises OperatorError when
    that is Keycloak's secret already, because then an earlier rotation has not been finished.
    """
    held = stored(vault, stage)
    if not held:
        raise OperatorError("No secret is written down yet: call without --rotate first.")
    if len(held) > 1 and is_taken(operator, held[0]):
        raise OperatorError("The rotation before was never finished: call with --finish first.")
    if len(held) == 1:
        held = [secrets.token_urlsafe(SECRET_BYTES), *held]
        vault.put_secret_value(SecretId=name_of(stage), SecretString=_text(held))
    # Without the two flags, the update violates the realm's policy against these flows (tested with 26.7.3).
    flows = {"implicitFlowEnabled": False, "directAccessGrantsEnabled": False}
    operator.put(f"/clients/{operator.client(CLIENT)}", {"clientId": CLIENT, "secret": held[0], **flows})


def finish(operator: Operator, vault: Any, stage: str) -> None:
    """Removes the older secrets. Raises OperatorError when Keycloak does not accept the newest one."""
    held = stored(vault, stage)
    if not held or not is_taken(operator, held[0]):
        raise OperatorError("Keycloak does not take the newest secret that is written down: call with --rotate.")
    if len(held) > 1:
        vault.put_secret_value(SecretId=name_of(stage), SecretString=_text(held[:1]))


def stored(vault: Any, stage: str) -> list[str]:
    """The stored secrets, the newest first."""
    try:
        value = vault.get_secret_value(SecretId=name_of(stage))["SecretString"]
    except vault.exceptions.ResourceNotFoundException:
        return []
    return list(json.loads(value)["secrets"])


def _text(held: list[str]) -> str:
    return json.dumps({"client_id": CLIENT, "secrets": held})


def is_taken(operator: Operator, secret: str) -> bool:
    """Whether Keycloak accepts this secret of novex-admin."""
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret}
    address = f"{operator.issuer}/protocol/openid-connect/token"
    content = urllib.parse.urlencode(form).encode()
    try:
        with urllib.request.urlopen(address, content, timeout=30):  # noqa: S310 - the operator's address is checked
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError as error:
        raise OperatorError(f"Keycloak does not answer at {operator.url}.") from error


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m infra.keycloak.admin_secret", description=__doc__)
    made.add_argument("--stage", required=True, type=stage_name)
    step = made.add_mutually_exclusive_group()
    step.add_argument("--rotate", action="store_true", help="write down a new secret beside the old, then use it")
    step.add_argument("--finish", action="store_true", help="drop the old secret")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Runs the command without printing a secret. Returns 1 after one line on standard error when it fails."""
    requested = parser().parse_args(arguments)
    # A new session, because the default session caches the first credentials of the process.
    connect: Any = boto3.Session().client
    try:
        operator, vault = Operator.from_environment(), connect("secretsmanager")
        if requested.finish:
            finish(operator, vault, requested.stage)
            print("The new secret works; the old one is dropped.")
        elif requested.rotate:
            rotate(operator, vault, requested.stage)
            print("Keycloak has the new secret; call with --finish when the API has worked with it for a while.")
        elif initialise(operator, vault, requested.stage):
            print(f"Written down as {name_of(requested.stage)}.")
        else:
            print("It is written down already; --rotate changes it.")
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
