"""The declaration of customers."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.names import Nameable

MODULE = Module(
    "parties.customers",
    routes="routes",
    permissions={
        "customer.read": admin_and(Role.SALES, Role.ACCOUNTING, Role.WAREHOUSE, Role.PRIVACY_OFFICER, Role.AUTOMATION),
        "customer.write": admin_and(Role.SALES, Role.ACCOUNTING, Role.AUTOMATION),
        "customer.credit": admin_and(Role.ACCOUNTING),
    },
    samples="samples",
    bulk=(BulkKind("customers", "bulk.CUSTOMERS", read="customer.read", write="customer.write"),),
    names=(
        Nameable("customer", "service.names", fields=("customer_id", "former_customer_id"), permission="customer.read"),
    ),
    public={"customer_matching": "integrations match customers by the ids of their platform"},
)
