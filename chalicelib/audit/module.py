"""The declaration of the audit trail."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module

MODULE = Module(
    "audit",
    routes="routes",
    permissions={"audit.read": admin_and(Role.AUDITOR, Role.PRIVACY_OFFICER)},
)
