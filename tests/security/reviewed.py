"""Who may call what, as a person has reviewed it. `python -m tests.security.reviewed` writes the file anew; the diff is
what is to be reviewed."""

import os
from collections.abc import Iterable
from pathlib import Path

from chalicelib.access import permissions
from chalicelib.access.roles import Role
from chalicelib.edge.endpoint import Endpoint

FILE = Path(__file__).parent / "reviewed_permissions.txt"
HEAD = """\
# Method, path | permission | roles that may call it | what else is asked of the caller.
# Written by `python -m tests.security.reviewed`: read the diff, then commit it.
"""


def roles(permission: str) -> str:
    """The roles that a permission lets in."""
    if permission == permissions.PUBLIC:
        return "no token"
    allowed = [role for role in Role if permissions.is_allowed(frozenset({role}), permission)]
    return "everyone" if permission == permissions.SELF else " ".join(sorted(allowed))


def line(endpoint: Endpoint) -> str:
    """A route's line."""
    asked = ["recent login"] if endpoint.dangerous else []
    asked += [f"scope: {endpoint.scope}"] if not endpoint.is_public else []
    columns = (f"{endpoint.method} {endpoint.path}", endpoint.permission, roles(endpoint.permission), ", ".join(asked))
    return " | ".join(columns).rstrip(" |")


def rendered(endpoints: Iterable[Endpoint]) -> str:
    """The file as it has to be."""
    return HEAD + "".join(f"{line(each)}\n" for each in endpoints)


def public() -> set[tuple[str, str]]:
    """Method and path of the routes that were reviewed as public."""
    columns = [each.split(" | ") for each in FILE.read_text().splitlines() if not each.startswith("#")]
    found = {tuple(route.split(" ")) for route, permission, *_ in columns if permission == permissions.PUBLIC}
    return {(method, path) for method, path in found}


if __name__ == "__main__":
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    import app

    FILE.write_text(rendered(app.app.endpoints()))
