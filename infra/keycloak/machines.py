"""`python -m infra.keycloak.machines`: machine callers, one service-account client for each tenant.

A client's service account belongs to exactly one organization, as a member of its group `automation`. A client whose
secret would open several tenants is neither made nor given a new secret.
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

# `organization` by default: a machine asks for no scope, and a token without a tenant is worth nothing.
SCOPES = ("basic", "service_account", "novex-api", "organization")
ACTIONS = ("create", "rotate", "delete", "list")
_OFF = ("oauth2.device.authorization.grant.enabled", "oidc.ciba.grant.enabled", "standard.token.exchange.enabled")


@dataclass(frozen=True)
class Machine:
    """A machine client; `organizations` are the ids of those whose member its service account is."""

    client: str
    id: str
    organizations: tuple[str, ...]


def client_of(alias: str) -> str:
    """The client id of a tenant's machine."""
    return f"{MACHINE_CLIENT_PREFIX}{alias}"


def create(operator: Operator, alias: str) -> str:
    """Makes the tenant's client and returns its secret, which cannot be read from here again.

    Raises OperatorError when there is no such organization, or the client exists. A client that is not finished for
    any reason is taken away again.
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
    """A new secret; the old one stops working at once, tokens that it has brought live on for up to 5 minutes.

    Raises OperatorError when there is no such client, or its account is not a member of this organization alone.
    """
    organization = organizations.existing(operator, alias)
    machine = _existing(operator, alias)
    _check_one_tenant(machine, organization.id)
    return str(operator.call("POST", f"/clients/{machine.id}/client-secret")[0]["value"])


def delete(operator: Operator, alias: str) -> None:
    """Removes the client with its account, also when its organization is gone. Raises OperatorError for no client."""
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
    """Prints a new secret once, alone on the last line; 1 with one clear line on standard error when refused."""
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
    """Does it and prints what came of it. Raises OperatorError."""
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
