"""The declaration of custom fields."""

from chalicelib.access.roles import READERS, Role, admin_and
from chalicelib.kernel.declaration import BY_USE_CASES, Module

MODULE = Module(
    "catalog.custom_fields",
    routes="routes",
    tables=("tables",),
    writers={"custom_fields": BY_USE_CASES},
    events="events",
    permissions={
        "custom_field.read": READERS | {Role.PRIVACY_OFFICER},
        "custom_field.write": admin_and(),
    },
    samples="samples",
)
