"""Who may do what: the one table of permissions. A permission that no role has is refused to everybody."""

from chalicelib.access.roles import Role
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import Forbidden

_OPERATIONS = frozenset(
    {Role.ADMIN, Role.SALES, Role.PURCHASING, Role.WAREHOUSE, Role.PRODUCTION, Role.ACCOUNTING, Role.AUTOMATION}
)
_READERS = _OPERATIONS | {Role.ANALYST, Role.AUDITOR}


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset({Role.ADMIN, *roles})


PERMISSIONS: dict[str, frozenset[Role]] = {
    "item.read": _READERS,
    "item.write": _roles(Role.PURCHASING, Role.PRODUCTION, Role.AUTOMATION),
    "warehouse.read": _READERS,
    "warehouse.write": _roles(Role.WAREHOUSE),
    "stock.read": _READERS,
    "stock.receive": _roles(Role.WAREHOUSE, Role.PURCHASING, Role.AUTOMATION),
    "stock.adjust": _roles(Role.WAREHOUSE, Role.AUTOMATION),
    "stock.transfer": _roles(Role.WAREHOUSE, Role.AUTOMATION),
    "stock.check": _roles(Role.WAREHOUSE, Role.AUDITOR),
    "stock.repair": _roles(),
    "customer.read": _roles(Role.SALES, Role.ACCOUNTING, Role.WAREHOUSE, Role.PRIVACY_OFFICER, Role.AUTOMATION),
    "customer.write": _roles(Role.SALES, Role.ACCOUNTING, Role.AUTOMATION),
    "sales_order.read": _READERS,
    "sales_order.write": _roles(Role.SALES, Role.AUTOMATION),
    "sales_order.confirm": _roles(Role.SALES, Role.AUTOMATION),
    "sales_order.cancel": _roles(Role.SALES, Role.AUTOMATION),
    "shipment.read": _READERS,
    "shipment.write": _roles(Role.WAREHOUSE, Role.AUTOMATION),
    "shipment.ship": _roles(Role.WAREHOUSE, Role.AUTOMATION),
    "shipment.cancel": _roles(Role.WAREHOUSE),
    "job.read": _OPERATIONS | {Role.AUDITOR},
    "job.cancel": _roles(Role.SALES, Role.WAREHOUSE),
    "change.read": _roles(Role.ANALYST, Role.AUDITOR, Role.AUTOMATION),
    "audit.read": _roles(Role.AUDITOR, Role.PRIVACY_OFFICER),
    "access_log.read": _roles(Role.AUDITOR, Role.PRIVACY_OFFICER),
    "connection.read": _roles(Role.AUDITOR, Role.PRIVACY_OFFICER),
    "connection.write": _roles(),
    "inbox.read": _roles(Role.SALES, Role.AUDITOR),
    "inbox.write": _roles(Role.SALES),
    "user.read": _roles(Role.AUDITOR, Role.PRIVACY_OFFICER),
    "user.write": _roles(),
    "tenant.read": _READERS | {Role.PRIVACY_OFFICER},
    "tenant.write": _roles(),
    "disclosure.read": _roles(Role.PRIVACY_OFFICER, Role.AUDITOR),
    "retention.read": _roles(Role.PRIVACY_OFFICER, Role.AUDITOR),
}

SELF = "self"
"""The permission of routes that show callers only themselves: everyone whom the tenant let in has it, with any role or
none."""
PUBLIC = "public"
"""The permission of the few routes that need no token; each verifies its caller in its own way or tells nothing."""


def is_allowed(roles: frozenset[str], permission: str) -> bool:
    """Whether one of the roles holds the permission."""
    return permission == SELF or bool(roles & PERMISSIONS.get(permission, frozenset()))


def of_roles(roles: frozenset[str]) -> list[str]:
    """Every permission that the roles hold together, sorted."""
    return sorted(name for name in PERMISSIONS if is_allowed(roles, name))


def require(call: Call, permission: str) -> None:
    """Forbidden when none of the caller's roles holds the permission."""
    if not is_allowed(call.roles, permission):
        raise Forbidden(f"This needs the permission {permission}.")
