"""The declaration of customers."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "parties.customers",
    routes="routes",
    tables=("tables",),
    writers={"customers": BY_USE_CASES, "customer_emails": BY_USE_CASES},
    events="events",
    permissions={
        "customer.read": admin_and(Role.SALES, Role.ACCOUNTING, Role.WAREHOUSE, Role.PRIVACY_OFFICER, Role.AUTOMATION),
        "customer.write": admin_and(Role.SALES, Role.ACCOUNTING, Role.AUTOMATION),
    },
    samples="samples",
    public={"customer_matching": "integrations match customers by the ids of their platform"},
)
