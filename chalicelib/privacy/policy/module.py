"""The declaration of the privacy policy."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import ADDED_BY_USE_CASES, Module
from chalicelib.kernel.extensions import Extension

MODULE = Module(
    "privacy.policy",
    routes="routes",
    tables=("tables",),
    writers={"policy_entries": ADDED_BY_USE_CASES},
    events="events",
    permissions={"policy.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
    extensions=(
        Extension("privacy_policy", "standing", "versions"),
        Extension("privacy_policy", "acceptance", "service"),
    ),
    samples="samples",
)
