"""The declaration of retention."""

from chalicelib.access.roles import Role, admin_and
from chalicelib.kernel.declaration import Module, Writers

_SWEEP = frozenset({"sweep_retention"})
_KEPT = Writers(put=_SWEEP, update=_SWEEP)
MODULE = Module(
    "privacy.retention",
    routes="routes",
    tables=("tables",),
    writers={name: _KEPT for name in ("leases", "retention_runs", "retention_counts")},
    permissions={"retention.read": admin_and(Role.PRIVACY_OFFICER, Role.AUDITOR)},
)
