"""`python -m infra.keycloak.machines`: machine clients, one service-account client for each tenant.

A client's service account belongs to exactly one organization, as a member of its group `automation`. A client of
several organizations is neither created nor rotated, because its secret would give access to several tenants.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from chalicelib.access.claims import MACHINE_CLIENT_PREFIX
from chalicelib.access.roles import MACHINE
from infra.keycloak import organizations
from infra.keycloak.operator import Operator, OperatorError

# `organization` by default: machines request no scope, and a token without a tenant is refused.
SCOPES = ("basic", "service_account", "novex-api", "organization")
ACTIONS = ("create", "rotate", "delete", "list")
_OFF = ("oauth2.device.authorization.grant.enabled", "oidc.ciba.grant.enabled", "standard.token.exchange.enabled")


@dataclass(frozen=True)
class Machine:
    """A machine client. organizations: the ids of the organizations that its service account is a member of."""

    client: str
    id: str
    organizations: tuple[str, ...]


def client_of(alias: str) -> str:
    """The client id of a tenant's machine client."""
    return f"{MACHINE_CLIENT_PREFIX}{alias}"


def create(operator: Operator, alias: str) -> str:
    """Creates the tenant's client and returns its secret, which this command cannot show again.

    Raises OperatorError when there is no such organization, or the client exists. If the creation fails in between, the
    client is deleted again.
    """
    organization = organizations.existing(operator, alias)
    if _find(operator, alias) is not None:
        raise OperatorError(f"{client_of(alias)} exists; `rotate` gives it a new secret, `delete` removes it.")
    made = operator.post("/clients", _representation(alias))
    try:
        account = operator.get(f"/clients/{made}/service-account-user")["id"]
        organizations.add_member(operator, organization, account, MACHINE.value)
        _check_one_tenant(_machine(operator, {"id": made, "clientId": client_of(alias)}), organization.id)
        return operator.client_secret(client_of(alias))
    except BaseException:
        operator.delete(f"/clients/{made}")
        raise


def rotate(operator: Operator, alias: str) -> str:
    """Sets a new secret and returns it. The old one stops working immediately; its tokens are valid for up to 5
    minutes.

    Raises OperatorError when there is no such client, or its account is not a member of exactly this organization.
    """
    organization = organizations.existing(operator, alias)
    machine = _existing(operator, alias)
    _check_one_tenant(machine, organization.id)
    return str(operator.call("POST", f"/clients/{machine.id}/client-secret")[0]["value"])


def delete(operator: Operator, alias: str) -> None:
    """Deletes the client and its account, even if its organization is deleted. Raises OperatorError if there is no
    client."""
    operator.delete(f"/clients/{_existing(operator, alias).id}")


def listed(operator: Operator) -> list[Machine]:
    """All machine clients."""
    found = operator.get("/clients", clientId=MACHINE_CLIENT_PREFIX, search="true", max="10000")
    named = [client for client in found if client["clientId"].startswith(MACHINE_CLIENT_PREFIX)]
    return [_machine(operator, client) for client in sorted(named, key=lambda client: str(client["clientId"]))]


def _representation(alias: str) -> dict[str, Any]:
    return {
        "clientId": client_of(alias),
        "name": f"Machines of {alias}",
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "fullScopeAllowed": False,
        "attributes": dict.fromkeys(_OFF, "false"),
        "defaultClientScopes": list(SCOPES),
        "optionalClientScopes": [],
    }


def _find(operator: Operator, alias: str) -> dict[str, Any] | None:
    found = operator.get("/clients", clientId=client_of(alias))
    return dict(found[0]) if found else None


def _existing(operator: Operator, alias: str) -> Machine:
    client = _find(operator, alias)
    if client is None:
        raise OperatorError(f"There is no client {client_of(alias)}.")
    return _machine(operator, client)


def _machine(operator: Operator, client: dict[str, Any]) -> Machine:
    account = operator.get(f"/clients/{client['id']}/service-account-user")["id"]
    return Machine(client["clientId"], client["id"], tuple(organizations.of_member(operator, account)))


def _check_one_tenant(machine: Machine, organization: str) -> None:
    if machine.organizations != (organization,):
        raise OperatorError(
            f"The account of {machine.client} is a member of {len(machine.organizations)} organizations or of another: "
            "its secret must open this tenant alone. Remove it from the others, or delete the client."
        )


def main(arguments: list[str] | None = None) -> int:
    """Runs the command. Prints a new secret alone on the last line. Returns 1 after one line on standard error when it
    fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.keycloak.machines", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("--tenant", help="the organization's alias; not for list", default="")
    requested = parser.parse_args(arguments)
    try:
        run(Operator.from_environment(), requested.action, requested.tenant)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(operator: Operator, action: str, alias: str) -> None:
    """Runs the action and prints the result. Raises OperatorError."""
    if action == "list":
        for machine in listed(operator):
            fault = "" if len(machine.organizations) == 1 else "  NOT OF ONE TENANT: rotate refuses, delete it"
            print(f"{machine.client}  {' '.join(machine.organizations) or '-'}{fault}")
    elif action == "delete":
        delete(operator, alias)
        print(f"{client_of(alias)} is gone; its tokens live on for up to 5 minutes.")
    else:
        secret = (create if action == "create" else rotate)(operator, alias)
        print(f"The secret of {client_of(alias)}; it is not shown again:", file=sys.stderr)
        print(secret)


if __name__ == "__main__":
    sys.exit(main())
