"""The declaration of vendors."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.names import Nameable

MODULE = Module(
    "parties.vendors",
    routes="routes",
    permissions={
        "vendor.read": admin_and(
            Role.PURCHASING,
            Role.ACCOUNTING,
            Role.WAREHOUSE,
            Role.PRODUCTION,
            Role.PRIVACY_OFFICER,
            Role.AUTOMATION,
        ),
        "vendor.write": admin_and(Role.PURCHASING, Role.ACCOUNTING, Role.AUTOMATION),
    },
    samples="samples",
    names=(Nameable("vendor", "service.names", fields=("vendor_id",), permission="vendor.read"),),
    bulk=(BulkKind("vendors", "bulk.VENDORS", read="vendor.read", write="vendor.write"),),
)
