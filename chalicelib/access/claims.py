"""What a verified token says of its bearer: who it is, through which client, for which tenant, with which roles.

The shape is Keycloak's access token with the organization mapper in map form (`addOrganizationId`,
`addGroupRoleMappings`). Roles are read inside the organization only: realm-wide and client roles hold for a user in
every organization, and would carry a role from one tenant into another.
"""

import re
from typing import Any, NamedTuple

from chalicelib.access import expiry
from chalicelib.access.roles import HUMAN_ONLY, NAMES
from chalicelib.access.tokens import TokenRefusedError

MACHINE_CLIENT_PREFIX = "novex-machine-"
SERVICE_ACCOUNT_PREFIX = "service-account-"

# Visible ASCII without '#', which separates the parts of keys, and without quotes and backslashes, with which a value
# could break out of a log line, a header or a query.
_SAFE = re.compile(r"[!$-&(-\[\]-_a-~]{1,255}")
# Narrower than _SAFE: an id that begins with '_' would be a reserved tenant (`_platform`).
_TENANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Rules(NamedTuple):
    """What this deployment accepts. An entry of `clients` that ends in `*` stands for every client id it begins."""

    issuer: str
    audience: str
    clients: tuple[str, ...]


class Identity(NamedTuple):
    """The caller of a request. `sid` is empty only for a service, `auth_time` is None unless someone logged in."""

    tenant: str
    sub: str
    sid: str
    azp: str
    kind: str
    iat: int
    exp: int
    auth_time: int | None
    roles: tuple[str, ...]


def identity_of(claims: dict[str, Any], rules: Rules, now: float) -> Identity:
    """The caller that `claims`, already verified (`tokens.verified_claims`), stand for at `now` (seconds since 1970).

    Unknown roles are dropped, and no role at all is no reason to refuse: the endpoint answers 403.
    Raises TokenRefusedError for everything else that is not exactly as expected.
    """
    _check_purpose(claims)
    azp = _client(claims, rules)
    kind = _kind(claims, azp)
    tenant, roles = _organization(claims)
    if kind == "service":
        roles -= HUMAN_ONLY
    sid = "" if kind == "service" and "sid" not in claims else safe(claims, "sid")
    auth_time = _auth_time(claims, now)
    return Identity(
        tenant, safe(claims, "sub"), sid, azp, kind, claims["iat"], claims["exp"], auth_time, tuple(sorted(roles))
    )


def safe(claims: dict[str, Any], name: str) -> str:
    """A text that may stand in keys, headers and logs. Raises TokenRefusedError when the claim is none."""
    value = claims.get(name)
    if not isinstance(value, str) or not _SAFE.fullmatch(value):
        raise TokenRefusedError(f"{name}_malformed")
    return value


def _check_purpose(claims: dict[str, Any]) -> None:
    if claims.get("typ") != "Bearer":
        raise TokenRefusedError("type_refused")
    if "cnf" in claims:
        # Bound to a key of its holder (RFC 7800), whose proof a TOKEN authorizer never gets to see.
        raise TokenRefusedError("holder_proof_missing")


def _auth_time(claims: dict[str, Any], now: float) -> int | None:
    """When the person logged in. A login of the future would count as a recent one for as long as it takes."""
    moment: int | None = claims.get("auth_time")
    if moment is not None and moment > now + expiry.LEEWAY_SECONDS:
        raise TokenRefusedError("auth_time_in_future")
    return moment


def _client(claims: dict[str, Any], rules: Rules) -> str:
    azp = safe(claims, "azp")
    for allowed in rules.clients:
        if azp == allowed or (allowed.endswith("*") and azp.startswith(allowed[:-1])):
            return azp
    raise TokenRefusedError("client_refused")


def _kind(claims: dict[str, Any], azp: str) -> str:
    """Two independent signs must agree: the client's name, which only our realm's administrator can give, and the
    account's. A service account is called `service-account-<client>` (in lower case) and never logs in.

    - A machine client's token is a service's or nothing, so a person cannot use one: not by logging in through a
      machine client, and not with a lightweight token that leaves the account's name out.
    - Any other client's token is a user's or nothing, so the service account of a client that is not meant to be one,
      or a person who registered a service account's name, gets neither.
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
