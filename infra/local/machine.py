"""`make machine`: the operator's command for machine clients, on the Keycloak of the running backend."""

from __future__ import annotations

import argparse
import sys

from infra.keycloak import machines
from infra.keycloak.operator import OperatorError
from infra.local import demo_realm
from infra.local.data_dir import FOLDER


def main() -> int:
    parser = argparse.ArgumentParser(description="Make, rotate, delete or list machine clients.")
    parser.add_argument("action", choices=machines.ACTIONS)
    parser.add_argument("--tenant", default="acme")
    arguments = parser.parse_args()
    operator = demo_realm.operator_of(FOLDER / "keycloak" / "identity")
    if operator is None:
        print("No Keycloak runs here: start `make run IDENTITY=keycloak` in another terminal first.", file=sys.stderr)
        return 1
    try:
        machines.run(operator, arguments.action, arguments.tenant)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
