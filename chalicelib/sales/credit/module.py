"""The declaration of the credit that customers use."""

from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "sales.credit",
    routes="routes",
    tables=("tables",),
    writers={"customer_credit": BY_USE_CASES},
)
