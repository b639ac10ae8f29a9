"""The declaration of the self-check of stock."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module

MODULE = Module(
    "reporting.stock_check",
    routes="routes",
    jobs=("service",),
    events="events",
    permissions={"stock.check": admin_and(Role.WAREHOUSE, Role.AUDITOR), "stock.repair": admin_and()},
    samples="samples",
    quotas=("service.CHECKS",),
)
