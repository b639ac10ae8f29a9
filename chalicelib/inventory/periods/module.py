"""The declaration of the stock period."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "inventory.periods",
    routes="routes",
    tables=("tables",),
    writers={"stock_periods": BY_USE_CASES},
    events="events",
    permissions={"stock_period.close": admin_and(Role.ACCOUNTING)},
    samples="samples",
)
