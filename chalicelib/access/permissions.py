"""Permissions: which roles have which permission, as the modules declare. A permission without roles is always
refused."""

from collections.abc import Mapping
from functools import cache

from chalicelib.kernel import declaration
from chalicelib.kernel.call import Call
from chalicelib.kernel.declaration import Module
from chalicelib.kernel.errors import Forbidden

SELF = "self"
"""The permission of routes that show callers their own data: every user of the tenant has it, even without roles."""
PUBLIC = "public"
"""The permission of routes without a token. Such a route verifies its caller itself or returns only public data."""


def declared() -> Mapping[str, frozenset[str]]:
    """Permission to the roles that have it. TypeError when two modules declare the same permission."""
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
    """Whether one of the roles has the permission."""
    return permission == SELF or bool(roles & declared().get(permission, frozenset()))


def may(call: Call, permission: str) -> bool:
    """Whether the product itself is the caller, or one of the caller's roles has the permission."""
    return call.kind == "system" or is_allowed(call.roles, permission)


def of_roles(roles: frozenset[str]) -> list[str]:
    """All permissions of the roles, sorted."""
    return sorted(name for name in declared() if is_allowed(roles, name))


def require(call: Call, permission: str) -> None:
    """Forbidden when none of the caller's roles has the permission."""
    if not is_allowed(call.roles, permission):
        raise Forbidden(f"This needs the permission {permission}.")
