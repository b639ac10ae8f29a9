"""Decisions about users that need no store."""

from collections.abc import Sequence

from chalicelib.access.roles import MACHINE, Role
from chalicelib.identity.users.schemas import SyncState, UserStatus
from chalicelib.kernel.errors import FieldError, Invalid, repeats

TRANSITIONS: dict[UserStatus, dict[str, UserStatus]] = {
    UserStatus.INVITED: {"invite-again": UserStatus.INVITED, "remove": UserStatus.REMOVED},
    UserStatus.ACTIVE: {"disable": UserStatus.DISABLED, "remove": UserStatus.REMOVED},
    UserStatus.DISABLED: {"enable": UserStatus.ACTIVE, "remove": UserStatus.REMOVED},
    UserStatus.REMOVED: {},
}


def allowed(status: UserStatus, sync: SyncState) -> list[str]:
    """The steps that can be taken. A removal that Keycloak refused can be tried again."""
    if status is UserStatus.REMOVED and sync is SyncState.FAILED:
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
