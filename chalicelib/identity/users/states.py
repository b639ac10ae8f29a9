"""The life of a user."""

from chalicelib.identity.users.schemas import UserStatus, UserSyncState
from chalicelib.identity.users.tables import User
from chalicelib.kernel.state_machine import Guard, StateMachine, automatic, to

_INVITED, _ACTIVE, _DISABLED, _REMOVED = UserStatus


def _may_be_removed(row: User) -> bool:
    return row.status is not _REMOVED or row.sync is UserSyncState.FAILED


USER: StateMachine[UserStatus, User] = StateMachine(
    {
        _INVITED: (
            to("update", _INVITED),
            to("limit-to-warehouses", _INVITED),
            to("invite-again", _INVITED),
            automatic("log-in", _ACTIVE),
            to("remove", _REMOVED),
        ),
        _ACTIVE: (
            to("update", _ACTIVE),
            to("limit-to-warehouses", _ACTIVE),
            to("disable", _DISABLED),
            to("remove", _REMOVED),
            automatic("leave", _REMOVED),
        ),
        _DISABLED: (
            to("update", _DISABLED),
            to("limit-to-warehouses", _DISABLED),
            to("enable", _ACTIVE),
            to("remove", _REMOVED),
            automatic("leave", _REMOVED),
        ),
        _REMOVED: (to("remove", _REMOVED),),
    },
    guards={"remove": Guard("not removed yet, or Keycloak refused the removal", _may_be_removed)},
)
