"""The declaration of privacy signals."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module

MODULE = Module(
    "privacy.signals",
    routes="routes",
    permissions={"privacy_signal.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
)
