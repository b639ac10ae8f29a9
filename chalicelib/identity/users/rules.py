"""Decisions about users that need no store."""

from collections.abc import Sequence

from chalicelib.access.roles import MACHINE, Role
from chalicelib.kernel.errors import FieldError, Invalid, repeats


def check_roles(roles: Sequence[Role]) -> None:
    """Invalid for a role that is given twice, and for the role of machines, which no person may have."""
    problems = repeats("/roles", list(roles))
    for index, role in enumerate(roles):
        if role is MACHINE:
            problems.append(FieldError(f"/roles/{index}", "not_for_people", "This is a role of machine clients."))
    if problems:
        raise Invalid(errors=problems)
