"""`python -m infra.keycloak.roles`: the realm roles, which are defined in chalicelib/access/roles.py.

`write` writes them into novex-realm.json; `ensure` creates missing ones in an existing realm, with the operator's
credentials, because novex-admin does not have the permission.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from chalicelib.access.roles import MEANINGS
from infra.keycloak.operator import Operator, OperatorError

REALM_FILE = Path(__file__).with_name("novex-realm.json")


def with_roles(realm: str, roles: Mapping[str, str] = MEANINGS) -> str:
    """The text of a realm file with these roles and the default role, and no other realm role."""
    content = json.loads(realm)
    default = content["defaultRole"]["name"]
    kept = [role for role in content["roles"]["realm"] if role["name"] == default]
    made = [{"name": str(name), "description": meaning} for name, meaning in roles.items()]
    content["roles"]["realm"] = [*kept, *made]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def ensure(operator: Operator, roles: Mapping[str, str] = MEANINGS) -> list[str]:
    """Creates missing realm roles and returns their names; may be repeated. Raises OperatorError."""
    known = {role["name"] for role in operator.read_all("/roles")}
    missing = [str(name) for name in roles if name not in known]
    for name in missing:
        operator.create("/roles", {"name": name, "description": roles[name]})
    return missing


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and prints the result. Returns 1 after one line on standard error when it fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.keycloak.roles", description=__doc__)
    parser.add_argument("action", choices=("write", "ensure"))
    requested = parser.parse_args(arguments)
    try:
        if requested.action == "write":
            REALM_FILE.write_text(with_roles(REALM_FILE.read_text()))
            print(f"{REALM_FILE.name} has the roles {', '.join(MEANINGS)}.")
        else:
            made = ensure(Operator.from_environment())
            print(f"Made: {', '.join(made)}." if made else "The realm has every role.")
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
