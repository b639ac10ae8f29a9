"""`python -m infra.keycloak.admin_secret`: the secret of novex-admin, made known to the API and rotated without a gap.

It lies in Secrets Manager as {"client_id": "novex-admin", "secrets": [newest, ...]}. The API tries one after the other
and reads anew when none is taken, so the order is: write down both, then change Keycloak, and drop the old one when the
new one has proved good.
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

CLIENT = "novex-admin"
SECRET_BYTES = 48


def name_of(stage: str) -> str:
    """The secret's name in Secrets Manager."""
    return f"novex/{stage}/keycloak-admin"


def initialise(operator: Operator, vault: Any, stage: str) -> bool:
    """Writes down the secret that Keycloak has, unless something is written down already; whether it did."""
    if stored(vault, stage):
        return False
    current = operator.client_secret(CLIENT)
    tags = [{"Key": "tenant", "Value": "_platform"}]
    vault.create_secret(Name=name_of(stage), SecretString=_text([current]), Tags=tags)
    return True


def rotate(operator: Operator, vault: Any, stage: str) -> None:
    """Gives Keycloak a new secret that is written down before, beside the old one.

    Interrupted and called again it goes on where it stopped: it sets the newest secret that is written down. Raises
    OperatorError when that one is in force already: else nothing would be rotated.
    """
    held = stored(vault, stage)
    if not held:
        raise OperatorError("No secret is written down yet: call without --rotate first.")
    if len(held) > 1 and is_taken(operator, held[0]):
        raise OperatorError("The rotation before was never finished: call with --finish first.")
    if len(held) == 1:
        held = [secrets.token_urlsafe(SECRET_BYTES), *held]
        vault.put_secret_value(SecretId=name_of(stage), SecretString=_text(held))
    # Without the two flags the realm's policy against these flows fails on the update (measured on 26.7.3).
    flows = {"implicitFlowEnabled": False, "directAccessGrantsEnabled": False}
    operator.put(f"/clients/{operator.client(CLIENT)}", {"clientId": CLIENT, "secret": held[0], **flows})


def finish(operator: Operator, vault: Any, stage: str) -> None:
    """Drops the older secrets. Raises OperatorError when Keycloak does not take the newest one."""
    held = stored(vault, stage)
    if not held or not is_taken(operator, held[0]):
        raise OperatorError("Keycloak does not take the newest secret that is written down: call with --rotate.")
    if len(held) > 1:
        vault.put_secret_value(SecretId=name_of(stage), SecretString=_text(held[:1]))


def stored(vault: Any, stage: str) -> list[str]:
    """The secrets that are written down, the newest first."""
    try:
        value = vault.get_secret_value(SecretId=name_of(stage))["SecretString"]
    except vault.exceptions.ResourceNotFoundException:
        return []
    return list(json.loads(value)["secrets"])


def _text(held: list[str]) -> str:
    return json.dumps({"client_id": CLIENT, "secrets": held})


def is_taken(operator: Operator, secret: str) -> bool:
    """Whether Keycloak takes this secret of novex-admin now."""
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
    made.add_argument("--stage", required=True)
    step = made.add_mutually_exclusive_group()
    step.add_argument("--rotate", action="store_true", help="write down a new secret beside the old, then use it")
    step.add_argument("--finish", action="store_true", help="drop the old secret")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Never prints a secret; 1 with one clear line on standard error when refused."""
    requested = parser().parse_args(arguments)
    # A session of its own: the default one keeps the first credentials that the process has seen.
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
