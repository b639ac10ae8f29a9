"""The identity in a verified token: user or service, client, tenant and roles.

The format is Keycloak's access token with the organization mapper in map form (`addOrganizationId`,
`addGroupRoleMappings`). Only roles inside the organization are used: realm-wide and client roles apply to a user in
every organization, so a role of one tenant would be valid in another.
"""

import re
from typing import Any, NamedTuple

from chalicelib.access.expected import TokenRefusedError
from chalicelib.access.roles import HUMAN_ONLY, NAMES

MACHINE_CLIENT_PREFIX = "novex-machine-"
SERVICE_ACCOUNT_PREFIX = "service-account-"

# Visible ASCII without '#', which separates the parts of keys, and without quotes and backslashes, which could be used
# for injection into a log line, a header or a query.
_SAFE = re.compile(r"[!$-&(-\[\]-_a-~]{1,255}")
# Stricter than _SAFE: ids that begin with '_' are reserved (`_platform`).
_TENANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Rules(NamedTuple):
    """The issuer, audience and clients that this deployment accepts. In `clients`, `name*` matches ids by prefix."""

    issuer: str
    audience: str
    clients: tuple[str, ...]


class Identity(NamedTuple):
    """The caller of a request. `sid` is empty only for a service; `auth_time` is None without a login of a user."""

    tenant: str
    sub: str
    sid: str
    azp: str
    kind: str
    iat: int
    exp: int
    auth_time: int | None
    roles: tuple[str, ...]


def identity_of(claims: dict[str, Any], rules: Rules) -> Identity:
    """The caller by `claims` that have been verified (`tokens.verified_claims`).

    Ignores unknown roles, and accepts a token without roles: the endpoint responds with 403.
    Raises TokenRefusedError for any other unexpected claim.
    """
    _check_purpose(claims)
    azp = _client(claims, rules)
    kind = _kind(claims, azp)
    tenant, roles = _organization(claims)
    if kind == "service":
        roles -= HUMAN_ONLY
    sid = "" if kind == "service" and "sid" not in claims else safe(claims, "sid")
    auth_time = _auth_time(claims)
    return Identity(
        tenant, safe(claims, "sub"), sid, azp, kind, claims["iat"], claims["exp"], auth_time, tuple(sorted(roles))
    )


def safe(claims: dict[str, Any], name: str) -> str:
    """The claim as a text that is safe in keys, headers and logs. Raises TokenRefusedError when it is not."""
    value = claims.get(name)
    if not isinstance(value, str) or not _SAFE.fullmatch(value):
        raise TokenRefusedError(f"{name}_malformed")
    return value


def _check_purpose(claims: dict[str, Any]) -> None:
    if claims.get("typ") != "Bearer":
        raise TokenRefusedError("type_refused")
    if "cnf" in claims:
        # Bound to a key of its holder (RFC 7800); a TOKEN authorizer does not receive the proof of possession.
        raise TokenRefusedError("holder_proof_missing")


def _auth_time(claims: dict[str, Any]) -> int | None:
    """The time of the user's login. Refused when it is after `iat`, because it would count as recent for too long. So
    it is not in the future either: `iat` has been verified."""
    moment: int | None = claims.get("auth_time")
    if moment is not None and moment > claims["iat"]:
        raise TokenRefusedError("auth_time_after_iat")
    return moment


def _client(claims: dict[str, Any], rules: Rules) -> str:
    azp = safe(claims, "azp")
    for allowed in rules.clients:
        if azp == allowed or (allowed.endswith("*") and azp.startswith(allowed[:-1])):
            return azp
    raise TokenRefusedError("client_refused")


def _kind(claims: dict[str, Any], azp: str) -> str:
    """`service` or `user`. Two independent claims must agree: the client id, which only the realm's administrator can
    choose, and the account name. A service account is named `service-account-<client>` (in lower case) and never logs
    in.

    - A token of a machine client must be of a service, so a user cannot use one: neither by logging in through a
      machine client, nor with a lightweight token without the account name.
    - A token of any other client must be of a user. So the service account of such a client is refused, and so is a
      user who registered the name of a service account.
    """
    name = claims.get("preferred_username")
    if azp.startswith(MACHINE_CLIENT_PREFIX):
        named = isinstance(name, str) and name.lower() == SERVICE_ACCOUNT_PREFIX + azp.lower()
        if not named or "auth_time" in claims:
            raise TokenRefusedError("service_account_refused")
        return "service"
    if name is not None and (not isinstance(name, str) or name.lower().startswith(SERVICE_ACCOUNT_PREFIX)):
        raise TokenRefusedError("service_account_refused")
    return "user"


def _organization(claims: dict[str, Any]) -> tuple[str, frozenset[str]]:
    organizations = claims.get("organization")
    if not isinstance(organizations, dict):
        raise TokenRefusedError("organization_missing" if organizations is None else "organization_malformed")
    if len(organizations) != 1:
        raise TokenRefusedError("organization_not_one")
    (organization,) = organizations.values()
    if not isinstance(organization, dict):
        raise TokenRefusedError("organization_malformed")
    tenant = organization.get("id")
    if not isinstance(tenant, str) or not _TENANT_ID.fullmatch(tenant):
        raise TokenRefusedError("organization_id_refused")
    return tenant, _roles(organization)


def _roles(organization: dict[str, Any]) -> frozenset[str]:
    access = organization.get("realm_access", {})
    roles = access.get("roles", []) if isinstance(access, dict) else None
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise TokenRefusedError("roles_malformed")
    return NAMES.intersection(roles)
