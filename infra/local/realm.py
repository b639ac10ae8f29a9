"""The demo realm: two tenants with one user per role and one machine client each, and what their tokens say.

Claims are those of Keycloak 26.7 with the organization mapper in map form and roles inside the organization.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from chalicelib.access.roles import MACHINE, Role

REALM = "novex"
AUDIENCE = "novex-api"
WEB_CLIENT = "novex-web"
ADMIN_CLIENT = "novex-admin"
# The prefix marks machine clients for the authorizer: only the realm's administrator can give such a name.
MACHINE_PREFIX = "novex-machine-"
CLIENTS = f"{WEB_CLIENT},{MACHINE_PREFIX}*"

USER_ROLES = tuple(role.value for role in Role if role is not MACHINE)
MACHINE_ROLE = MACHINE.value

# An organization's alias may change, its id never does: the id is the tenant.
ORGANIZATIONS = {
    "acme": "6f2c1a57-3a0c-4bb0-9d50-5a7be1f0a001",
    "globex": "b87d3e0c-91f4-4f6e-8c1a-2d4f6a80c002",
}

Claims = dict[str, Any]
_NAMESPACE = uuid.UUID("3b7f0c52-6a35-4d5e-9a3e-1f3d2c4b5a69")


def stable_id(*names: str) -> str:
    """The same uuid for the same names, in every run."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


@dataclass(frozen=True)
class User:
    """A demo user; the login name says role and tenant."""

    tenant: str
    role: str

    @property
    def username(self) -> str:
        return f"{self.role}@{self.tenant}.example"

    @property
    def sub(self) -> str:
        return stable_id("user", self.tenant, self.role)


USERS = {user.username: user for user in (User(tenant, role) for tenant in ORGANIZATIONS for role in USER_ROLES)}


def machine_client(tenant: str) -> str:
    """The client id of a tenant's machine client."""
    return f"{MACHINE_PREFIX}{tenant}"


def organization_claim(tenant: str, roles: tuple[str, ...]) -> Claims:
    """The organization map with one entry; a tenant that is not of the demo realm is its own alias and id."""
    entry = {
        "id": ORGANIZATIONS.get(tenant, tenant),
        "groups": [f"/{role}" for role in roles],
        "realm_access": {"roles": list(roles)},
    }
    return {tenant: entry}


def access_claims(
    issuer: str, now: int, tenant: str, roles: tuple[str, ...], kind: str, sub: str | None, lifetime: int
) -> Claims:
    """What an access token says, of a user (who logged in just now) or of a service account."""
    claims: Claims = {
        "exp": now + lifetime,
        "iat": now,
        "jti": f"onrtac:{uuid.uuid4()}",
        "iss": issuer,
        "aud": AUDIENCE,
        "typ": "Bearer",
        "acr": "1",
        "realm_access": {"roles": ["default-roles-novex"]},
        "scope": "openid organization",
        "organization": organization_claim(tenant, roles),
    }
    if kind == "service":
        client = machine_client(tenant)
        service = {"azp": client, "client_id": client, "preferred_username": f"service-account-{client.lower()}"}
        return claims | service | {"sub": sub or stable_id("service", tenant)}
    role = roles[0] if roles else "none"
    person = {
        "auth_time": now,
        "azp": WEB_CLIENT,
        "sid": str(uuid.uuid4()),
        "preferred_username": User(tenant, role).username,
    }
    return claims | person | {"sub": sub or User(tenant, role).sub}
