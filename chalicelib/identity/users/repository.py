"""Reads of users that need more than a key."""

from chalicelib.access.roles import Role
from chalicelib.identity.users.schemas import UserStatus
from chalicelib.identity.users.tables import User
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant


def administrators(tenant: Tenant) -> set[str]:
    """The ids of the users who administrate the tenant now."""
    rows = store.query_all(User, User.partition == tenant.key())
    return {row.id for row in rows if row.status is UserStatus.ACTIVE and Role.ADMIN in row.roles}
