"""The roles that an organization can give its people and machines: the only list of them. The realm file, the groups of
tenants and the page of permissions follow from it (docs/identity.md, "Adding a role").

Stdlib only: the authorizer loads this module.
"""

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


MEANINGS: dict[Role, str] = {
    Role.ADMIN: "Manages the tenant: users, settings, connections",
    Role.SALES: "Customers and sales orders",
    Role.PURCHASING: "Vendors and purchase orders",
    Role.WAREHOUSE: "Stock and shipments",
    Role.PRODUCTION: "Manufacturing",
    Role.ACCOUNTING: "Invoices and payments",
    Role.ANALYST: "Reads reports",
    Role.PRIVACY_OFFICER: "Requests of people about their data",
    Role.AUDITOR: "Reads the audit trail",
    Role.AUTOMATION: "Machines: integrations of the tenant",
}
"""What each role is for, as Keycloak shows it too."""
NAMES = frozenset(role.value for role in Role)
MACHINE = Role.AUTOMATION
"""The role of machines; people have the others."""
HUMAN_ONLY = frozenset({Role.ADMIN})
"""Never given to a machine, whatever its groups say: a leaked client secret must not be able to change permissions."""

OPERATIONS = frozenset(
    {Role.ADMIN, Role.SALES, Role.PURCHASING, Role.WAREHOUSE, Role.PRODUCTION, Role.ACCOUNTING, Role.AUTOMATION}
)
"""The roles that do the daily work."""
READERS = OPERATIONS | {Role.ANALYST, Role.AUDITOR}
"""The roles that may read the data of the business."""


def admin_and(*roles: Role) -> frozenset[Role]:
    """Administrators, and these."""
    return frozenset({Role.ADMIN, *roles})
