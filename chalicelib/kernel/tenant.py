"""The tenant of a call, and the only module that builds and splits keys."""

from dataclasses import dataclass

SEPARATOR = "#"


@dataclass(frozen=True, slots=True)
class Tenant:
    """`id` is the Keycloak organization's id; the key of every row of the tenant begins with it."""

    id: str

    def __post_init__(self) -> None:
        if not self.id or SEPARATOR in self.id:
            raise ValueError("a tenant id is a non-empty string without the key separator")

    def key(self, *parts: str) -> str:
        """`<tenant>#<part>#…`. ValueError when a part contains the separator, so keys of two tenants never collide."""
        for part in parts:
            if not part or SEPARATOR in part:
                raise ValueError("a key part is a non-empty string without the key separator")
        return SEPARATOR.join((self.id, *parts))


def compound(*parts: str) -> str:
    """A sort key of several parts, for rows whose partition key already contains the tenant."""
    for part in parts:
        if not part or SEPARATOR in part:
            raise ValueError("a key part is a non-empty string without the key separator")
    return SEPARATOR.join(parts)


def parts_of(key: str) -> tuple[str, ...]:
    """The parts of a key; the tenant's id is the first part of a partition key."""
    return tuple(key.split(SEPARATOR))


PLATFORM = Tenant("_platform")
"""For rows of no tenant: registry, marks of open tenants, consumers that have to be woken and their slots, connection
index, breaches whose deadlines run, ended sessions, invited addresses, leases, the log of refused callers, links to
public forms, requests that wait for a time."""
