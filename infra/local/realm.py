"""The demo realm: two tenants with one user for each role and one machine client, and the claims of their tokens.

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
# The authorizer recognizes machine clients by the prefix; only the realm's administrator can create such a client.
MACHINE_PREFIX = "novex-machine-"
CLIENTS = f"{WEB_CLIENT},{MACHINE_PREFIX}*"

USER_ROLES = tuple(role.value for role in Role if role is not MACHINE)
MACHINE_ROLE = MACHINE.value

# The organization's id is the tenant's id, because the alias may change and the id does not.
ORGANIZATIONS = {
    "acme": "6f2c1a57-3a0c-4bb0-9d50-5a7be1f0a001",
    "globex": "b87d3e0c-91f4-4f6e-8c1a-2d4f6a80c002",
}

Claims = dict[str, Any]
_NAMESPACE = uuid.UUID("3b7f0c52-6a35-4d5e-9a3e-1f3d2c4b5a69")


def stable_id(*names: str) -> str:
    """A UUID that is derived from the names, the same in every run."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


@dataclass(frozen=True)
class User:
    """A demo user; the login name contains role and tenant."""

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
    """The organization claim with one entry; for a tenant outside the demo realm, `tenant` is used as alias and id."""
    entry = {
        "id": ORGANIZATIONS.get(tenant, tenant),
        "groups": [f"/{role}" for role in roles],
        "realm_access": {"roles": list(roles)},
    }
    return {tenant: entry}


def access_claims(
    issuer: str, now: int, tenant: str, roles: tuple[str, ...], kind: str, sub: str | None, lifetime: int
) -> Claims:
    """The claims of an access token of a user (who has just logged in) or of a service account."""
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
