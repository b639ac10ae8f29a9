"""The declaration of the access log."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module, Writers

MODULE = Module(
    "audit.access_log",
    routes="routes",
    tables=("tables",),
    writers={"access_log": Writers(batch=frozenset({"intake_access_log"}))},
    permissions={"access_log.read": admin_and(Role.AUDITOR, Role.PRIVACY_OFFICER)},
)
