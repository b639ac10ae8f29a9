"""The roles that an organization can give its people and machines. Stdlib only: the authorizer loads this module."""

from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    SALES = "sales"
    PURCHASING = "purchasing"
    WAREHOUSE = "warehouse"
    PRODUCTION = "production"
    ACCOUNTING = "accounting"
    ANALYST = "analyst"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    AUTOMATION = "automation"


NAMES = frozenset(role.value for role in Role)
MACHINE = Role.AUTOMATION
"""What a machine is given; people have the others."""
HUMAN_ONLY = frozenset({Role.ADMIN})
"""Never a machine's, whatever its groups say: a leaked client secret must not be able to change who may do what."""

OPERATIONS = frozenset(
    {Role.ADMIN, Role.SALES, Role.PURCHASING, Role.WAREHOUSE, Role.PRODUCTION, Role.ACCOUNTING, Role.AUTOMATION}
)
"""Who does the daily work."""
READERS = OPERATIONS | {Role.ANALYST, Role.AUDITOR}
"""Who may look at the business."""


def admin_and(*roles: Role) -> frozenset[Role]:
    """Administrators, and these."""
    return frozenset({Role.ADMIN, *roles})
