"""Who may do what: the permissions that the modules declare. One that no role has is refused to everybody."""

from collections.abc import Mapping
from functools import cache

from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.errors import Forbidden

SELF = "self"
"""The permission of routes that show callers only themselves: everyone whom the tenant let in has it, with any role or
none."""
PUBLIC = "public"
"""The permission of the few routes that need no token; each verifies its caller in its own way or tells nothing."""


def declared() -> Mapping[str, frozenset[str]]:
    """Permission to the roles that hold it. TypeError when two modules declare the same one."""
    return _collected(declaration.registered())


@cache
def _collected(modules: tuple[Module, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for module in modules:
        if not found.keys().isdisjoint(module.permissions):
            raise TypeError(f"{module.name} declares a permission of another module")
        found.update(module.permissions)
    return found


def is_allowed(roles: frozenset[str], permission: str) -> bool:
    """Whether one of the roles holds the permission."""
    return permission == SELF or bool(roles & declared().get(permission, frozenset()))


def of_roles(roles: frozenset[str]) -> list[str]:
    """Every permission that the roles hold together, sorted."""
    return sorted(name for name in declared() if is_allowed(roles, name))


def require(call: Call, permission: str) -> None:
    """Forbidden when none of the caller's roles holds the permission."""
    if not is_allowed(call.roles, permission):
        raise Forbidden(f"This needs the permission {permission}.")
