"""The declaration of the privacy policy."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module, Writers
from chalicelib.kernel.extensions import Extension

MODULE = Module(
    "privacy.policy",
    routes="routes",
    tables=("tables",),
    writers={"policy_entries": Writers(put=frozenset({"api_handler"}))},
    events="events",
    permissions={"policy.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
    extensions=(
        Extension("privacy_policy", "counting", "versions"),
        Extension("privacy_policy", "acceptance", "service"),
    ),
    samples="samples",
)
