"""`make token`: an access token of a demo user, from the issuer of the running backend."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from chalicelib.access.errors import STEP_UP_SECONDS
from infra.local import demo_realm, realm
from infra.local.browser import LoginFailedError, TokenRefusedError
from infra.local.data_dir import FOLDER
from infra.local.failure import LocalFailureError


def ask(role: str, tenant: str, folder: Path = FOLDER) -> str:
    """An access token that is valid for 8 hours, or for Keycloak's lifetime of access tokens.

    Raises LocalFailureError when the backend is not running or the issuer refuses.
    """
    path = folder / "issuer" / "management.json"
    real = folder / "keycloak" / "identity"
    if (real / "management.json").exists():
        return _from_keycloak(role, tenant, real)
    if not path.exists():
        raise LocalFailureError("Nothing runs here: start `make run` in another terminal first.")
    about = json.loads(path.read_text())
    form = urllib.parse.urlencode({"role": role, "tenant": tenant}).encode()
    request = urllib.request.Request(f"{about['url']}/local/token", form, {"X-Local-Key": about["key"]})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(json.load(answer)["access_token"])
    except urllib.error.HTTPError as error:
        raise LocalFailureError(f"The issuer refused: {json.load(error)['error_description']}.") from error
    except OSError as error:
        raise LocalFailureError("The issuer does not answer: is `make run` still running?") from error


def _from_keycloak(role: str, tenant: str, folder: Path) -> str:
    try:
        return demo_realm.token(folder, tenant, role)
    except (LoginFailedError, TokenRefusedError) as error:
        raise LocalFailureError(f"Keycloak refused: {error}.") from error
    except OSError as error:
        raise LocalFailureError("Keycloak does not answer: is `make run` still running?") from error


def about_step_up(role: str) -> str:
    """What the token can do where a recent login counts."""
    if role == realm.MACHINE_ROLE:
        return "A service account cannot do what needs a person's recent login (marked * in docs/permissions.md)."
    minutes = STEP_UP_SECONDS // 60
    return (
        f"This is a new login. For {minutes} minutes it is recent enough for dangerous operations (marked * in "
        "docs/permissions.md); after that they need another `make token`, everything else does not."
    )


def main() -> int:
    """Prints only the token to standard output, so that the command can be used in other commands."""
    parser = argparse.ArgumentParser(description="Print an access token of a demo user.")
    parser.add_argument("--role", choices=(*realm.USER_ROLES, realm.MACHINE_ROLE), default="admin")
    parser.add_argument("--tenant", choices=tuple(realm.ORGANIZATIONS), default="acme")
    arguments = parser.parse_args()
    try:
        print(ask(arguments.role, arguments.tenant))
        print(about_step_up(arguments.role), file=sys.stderr)
    except LocalFailureError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
