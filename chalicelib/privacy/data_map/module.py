"""The declaration of the data map."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module

MODULE = Module(
    "privacy.data_map",
    routes="routes",
    permissions={"data_map.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
)
