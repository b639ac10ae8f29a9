"""The declaration of tax codes."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.bulk import BulkKind
from chalicelib.kernel.declaration import BY_USE_CASES, Module
from chalicelib.kernel.names import Nameable

MODULE = Module(
    "catalog.tax_codes",
    routes="routes",
    tables=("tables",),
    writers={"tax_codes": BY_USE_CASES},
    events="events",
    permissions={"tax_code.read": READERS, "tax_code.write": admin_and(Role.ACCOUNTING)},
    samples="samples",
    bulk=(BulkKind("tax_codes", "bulk.TAX_CODES", read="tax_code.read", write="tax_code.write"),),
    public={
        "computation": "documents compute the taxes of their lines",
        "rules": "documents find out which rate holds for a line",
    },
    names=(Nameable("tax_code", "service.names", fields=("tax_code_id",), permission="tax_code.read"),),
)
