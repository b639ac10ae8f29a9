"""The roles of users and machines; the only list of them. The realm file, the groups of tenants and the page of
permissions are generated from it (docs/identity.md, "Adding a role").

Uses only the standard library, because the authorizer loads this module.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person or machine does in the tenant. `admin`: users, settings, connections. `sales`: customers and sales
    orders. `purchasing`: vendors and purchase orders. `warehouse`: stock and shipments. `driver`: shipments that have
    left. `production`: manufacturing. `accounting`: invoices and payments. `analyst`: reads reports. `privacy_officer`:
    requests of people about their data. `auditor`: reads the audit trail. `automation`: machines."""

    ADMIN = "admin"
    SALES = "sales"
    PURCHASING = "purchasing"
    WAREHOUSE = "warehouse"
    DRIVER = "driver"
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
    Role.DRIVER: "Brings shipments to customers; sees only those that have left",
    Role.PRODUCTION: "Manufacturing",
    Role.ACCOUNTING: "Invoices and payments",
    Role.ANALYST: "Reads reports",
    Role.PRIVACY_OFFICER: "Requests of people about their data",
    Role.AUDITOR: "Reads the audit trail",
    Role.AUTOMATION: "Machines: integrations of the tenant",
}
"""The purpose of each role, which Keycloak shows too."""
NAMES = frozenset(role.value for role in Role)
MACHINE = Role.AUTOMATION
"""The role of machines; users have the others."""
HUMAN_ONLY = frozenset({Role.ADMIN})
"""Ignored for machines, even if their groups have it: a leaked client secret must not allow to change permissions."""

OPERATIONS = frozenset(
    {Role.ADMIN, Role.SALES, Role.PURCHASING, Role.WAREHOUSE, Role.PRODUCTION, Role.ACCOUNTING, Role.AUTOMATION}
)
"""The roles of daily operations."""
READERS = OPERATIONS | {Role.ANALYST, Role.AUDITOR}
"""The roles that may read business data."""


def is_outside(roles: frozenset[str]) -> bool:
    """Whether the roles are those of somebody who sees only what has left the house."""
    return Role.DRIVER in roles and not roles & READERS


def admin_and(*roles: Role) -> frozenset[Role]:
    """The administrator role and the given roles."""
    return frozenset({Role.ADMIN, *roles})
