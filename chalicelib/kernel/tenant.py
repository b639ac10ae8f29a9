"""The tenant of a call, and the only place where a key is put together."""

from dataclasses import dataclass

SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class Tenant:
    """`id` is the Keycloak organization's id; everything stored for the tenant lies under keys that begin with it."""

    id: str

    def __post_init__(self) -> None:
        if not self.id or SEPARATOR in self.id:
            raise ValueError("a tenant id is a non-empty string without the key separator")

    def key(self, *parts: str) -> str:
        """`<tenant>#<part>#…`. A part may not hold the separator, so one tenant's key can never spell another's."""
        for part in parts:
            if not part or SEPARATOR in part:
                raise ValueError("a key part is a non-empty string without the key separator")
        return SEPARATOR.join((self.id, *parts))


def compound(*parts: str) -> str:
    """A sort key of several parts, for rows whose partition key already names the tenant."""
    for part in parts:
        if not part or SEPARATOR in part:
            raise ValueError("a key part is a non-empty string without the key separator")
    return SEPARATOR.join(parts)


def parts_of(key: str) -> tuple[str, ...]:
    """The parts of a key made here, the tenant's id first for a partition key."""
    return tuple(key.split(SEPARATOR))


PLATFORM = Tenant("_platform")
"""Holds what belongs to no tenant: registry, connection index, ended sessions, leases, the log of refused callers."""
