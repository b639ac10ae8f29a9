"""The declaration of the list of disclosures."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module

MODULE = Module(
    "privacy.disclosures",
    routes="routes",
    permissions={"disclosure.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
)
