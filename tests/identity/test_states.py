"""The lives of users and tenants, by their state machines."""

import pytest

from chalicelib.identity.tenants.schemas import TenantStatus
from chalicelib.identity.tenants.states import TENANT
from chalicelib.identity.tenants.tables import Tenant
from chalicelib.identity.users.schemas import UserStatus, UserSyncState
from chalicelib.identity.users.states import USER
from chalicelib.identity.users.tables import User
from chalicelib.kernel.errors import TransitionRefused


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (UserStatus.INVITED, ["update", "limit-to-warehouses", "invite-again", "remove"]),
        (UserStatus.ACTIVE, ["update", "limit-to-warehouses", "disable", "remove"]),
        (UserStatus.DISABLED, ["update", "limit-to-warehouses", "enable", "remove"]),
        (UserStatus.REMOVED, []),
    ],
)
def test_what_can_be_done_with_a_user(status: UserStatus, steps: list[str]) -> None:
    assert USER.allowed(User(status=status, sync=UserSyncState.DONE)) == steps


def test_a_removal_that_keycloak_refused_can_be_tried_again() -> None:
    user = User(status=UserStatus.REMOVED, sync=UserSyncState.FAILED)
    assert USER.allowed(user) == ["remove"]
    USER.take(user, "remove")
    assert user.status is UserStatus.REMOVED
    for sync in (UserSyncState.PENDING, UserSyncState.DONE):
        with pytest.raises(TransitionRefused):
            USER.take(User(status=UserStatus.REMOVED, sync=sync), "remove")


def test_only_an_invited_user_becomes_active_by_a_login() -> None:
    user = User(status=UserStatus.INVITED, sync=UserSyncState.DONE)
    USER.take(user, "log-in")
    assert user.status is UserStatus.ACTIVE
    with pytest.raises(TransitionRefused):
        USER.take(user, "log-in")


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        (TenantStatus.ACTIVE, ["suspend", "close"]),
        (TenantStatus.SUSPENDED, ["resume", "close"]),
        (TenantStatus.CLOSED, []),
    ],
)
def test_what_the_operator_can_do_with_a_tenant(status: TenantStatus, steps: list[str]) -> None:
    assert TENANT.allowed(Tenant(status=status)) == steps
