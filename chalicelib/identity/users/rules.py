"""Decisions about users that need no store."""

from collections.abc import Sequence

from chalicelib.access.roles import MACHINE, Role
from chalicelib.identity.users.schemas import Status, Sync
from chalicelib.kernel.errors import FieldError, Invalid, repeats

TRANSITIONS: dict[Status, dict[str, Status]] = {
    Status.INVITED: {"invite-again": Status.INVITED, "remove": Status.REMOVED},
    Status.ACTIVE: {"disable": Status.DISABLED, "remove": Status.REMOVED},
    Status.DISABLED: {"enable": Status.ACTIVE, "remove": Status.REMOVED},
    Status.REMOVED: {},
}


def allowed(status: Status, sync: Sync) -> list[str]:
    """The steps that can be taken. A removal that Keycloak refused can be tried again."""
    if status is Status.REMOVED and sync is Sync.FAILED:
        return ["remove"]
    return list(TRANSITIONS[status])


def check_roles(roles: Sequence[Role]) -> None:
    """Invalid for a role that is given twice, and for that of machines, which the operator gives to their clients."""
    problems = repeats("/roles", list(roles))
    for index, role in enumerate(roles):
        if role is MACHINE:
            problems.append(FieldError(f"/roles/{index}", "not_for_people", "This is a role of machine clients."))
    if problems:
        raise Invalid(errors=problems)
