"""The realm that operators import: every setting that protects something is in the file, and no secret is."""

import json
import re
from typing import Any

import pytest

from chalicelib.access.claims import SERVICE_ACCOUNT_PREFIX
from chalicelib.access.roles import Role
from infra.keycloak.roles import REALM_FILE, with_roles

TEXT = REALM_FILE.read_text()
REALM: dict[str, Any] = json.loads(TEXT)
CLIENTS: dict[str, Any] = {client["clientId"]: client for client in REALM["clients"]}
SCOPES: dict[str, Any] = {scope["name"]: scope for scope in REALM["clientScopes"]}
PERSONAL = ("given_name", "family_name", "full name", "preferred_username", "email", "email_verified")
PROTECTIVE = {
    "sslRequired": "external",
    "registrationAllowed": False,
    "registrationEmailAsUsername": False,
    "duplicateEmailsAllowed": False,
    "editUsernameAllowed": False,
    "verifyEmail": True,
    "rememberMe": False,
    "bruteForceProtected": True,
    "permanentLockout": False,
    "failureFactor": 10,
    "accessTokenLifespan": 300,
    "accessCodeLifespan": 60,
    "revokeRefreshToken": True,
    "refreshTokenMaxReuse": 0,
    "ssoSessionIdleTimeout": 1800,
    "ssoSessionMaxLifespan": 36000,
    "organizationsEnabled": True,
    "defaultSignatureAlgorithm": "RS256",
    "eventsEnabled": True,
    "eventsExpiration": 90 * 86400,
    "adminEventsEnabled": True,
    "adminEventsDetailsEnabled": False,
    "defaultOptionalClientScopes": [],
}


@pytest.mark.parametrize("name", PROTECTIVE)
def test_a_setting_that_protects_something(name: str) -> None:
    assert REALM[name] == PROTECTIVE[name]


def test_events_of_administrators_expire_too() -> None:
    assert REALM["attributes"]["adminEventsExpiration"] == str(90 * 86400)


def test_passwords_are_long_and_not_the_address() -> None:
    rules = REALM["passwordPolicy"].split(" and ")
    assert {"length(12)", "maxLength(128)", "notUsername(undefined)", "notEmail(undefined)"} <= set(rules)


@pytest.mark.parametrize("client", CLIENTS)
def test_no_client_takes_passwords_or_the_implicit_flow(client: str) -> None:
    assert CLIENTS[client]["implicitFlowEnabled"] is False
    assert CLIENTS[client]["directAccessGrantsEnabled"] is False
    assert CLIENTS[client]["fullScopeAllowed"] is False


def test_the_realm_refuses_such_clients_later_too() -> None:
    profiles = {entry["name"]: entry["executors"] for entry in REALM["clientProfiles"]["profiles"]}
    enforced = {
        condition["condition"]: {executor["executor"] for name in policy["profiles"] for executor in profiles[name]}
        for policy in REALM["clientPolicies"]["policies"]
        for condition in policy["conditions"]
        if policy["enabled"]
    }
    assert enforced == {
        "any-client": {"reject-ropc-grant", "reject-implicit-grant"},
        "client-access-type": {"pkce-enforcer"},
    }


def test_the_frontend_is_public_with_pkce_and_exact_addresses() -> None:
    web = CLIENTS["novex-web"]
    assert (web["publicClient"], web["standardFlowEnabled"], web["serviceAccountsEnabled"]) == (True, True, False)
    assert web["redirectUris"] == ["${NOVEX_WEB_ORIGIN:http://localhost:3000}/callback"]
    assert web["webOrigins"] == ["${NOVEX_WEB_ORIGIN:http://localhost:3000}"]
    attributes = web["attributes"]
    assert attributes["pkce.code.challenge.method"] == "S256"
    assert attributes["post.logout.redirect.uris"] == "${NOVEX_WEB_ORIGIN:http://localhost:3000}/"
    backchannel = "${NOVEX_API_URL:http://127.0.0.1:8000}/oidc/backchannel-logout"
    assert attributes["backchannel.logout.url"] == backchannel
    assert attributes["backchannel.logout.session.required"] == "true"
    assert attributes["oauth2.device.authorization.grant.enabled"] == "false"
    assert attributes["standard.token.exchange.enabled"] == "false"
    assert "*" not in json.dumps(web)


def test_the_api_is_an_audience_and_nothing_else() -> None:
    api = CLIENTS["novex-api"]
    assert (api["bearerOnly"], api["standardFlowEnabled"], api["serviceAccountsEnabled"]) == (True, False, False)
    (audience,) = SCOPES["novex-api"]["protocolMappers"]
    assert audience["config"]["included.client.audience"] == "novex-api"


def test_the_api_manages_users_and_organizations_and_nothing_else() -> None:
    admin = CLIENTS["novex-admin"]
    assert (admin["publicClient"], admin["standardFlowEnabled"], admin["serviceAccountsEnabled"]) == (
        False,
        False,
        True,
    )
    assert set(admin["defaultClientScopes"]) == {"basic", "service_account"}
    rights = ["manage-users", "manage-organizations"]
    (account,) = REALM["users"]
    assert account["username"] == f"{SERVICE_ACCOUNT_PREFIX}novex-admin"
    assert account["clientRoles"] == {"realm-management": rights}
    assert REALM["clientScopeMappings"]["realm-management"] == [{"client": "novex-admin", "roles": rights}]


@pytest.mark.parametrize("client", ["admin-cli", "security-admin-console"])
def test_nobody_administers_the_realm_from_inside(client: str) -> None:
    assert CLIENTS[client]["enabled"] is False


def test_roles_are_those_of_the_product_and_nobody_has_one_by_default() -> None:
    roles = {role["name"]: role for role in REALM["roles"]["realm"]}
    default = roles.pop(REALM["defaultRole"]["name"])
    assert set(roles) == {role.value for role in Role}
    assert with_roles(TEXT) == TEXT, "python -m infra.keycloak.roles write"
    assert default["composites"] == {"client": {"account": ["view-profile"]}}


def test_nobody_reaches_keycloaks_api_of_accounts_which_tells_whether_an_address_is_known() -> None:
    assert CLIENTS["account-console"]["enabled"] is False
    assert CLIENTS["account"]["publicClient"] is False
    assert "account" not in REALM["clientScopeMappings"]


def test_nobody_sees_or_changes_an_address_or_user_name_in_a_form() -> None:
    (provider,) = REALM["components"]["org.keycloak.userprofile.UserProfileProvider"]
    (text,) = provider["config"]["kc.user.profile.config"]
    permissions = {each["name"]: each["permissions"] for each in json.loads(text)["attributes"]}
    of_administrators = {"view": ["admin"], "edit": ["admin"]}
    assert permissions["email"] == permissions["username"] == of_administrators
    assert permissions["firstName"] == permissions["lastName"] == {"view": ["admin", "user"], "edit": ["admin", "user"]}


def test_the_tenant_comes_with_its_id_and_the_roles_in_it() -> None:
    membership, groups = SCOPES["organization"]["protocolMappers"]
    assert membership["config"]["addOrganizationId"] == "true"
    # Otherwise the groups' mapper writes over what this one has written (measured on 26.7.3).
    assert membership["config"]["multivalued"] == "true"
    assert groups["config"]["addGroupRoleMappings"] == "true"
    assert "organization" in CLIENTS["novex-web"]["optionalClientScopes"]


def test_access_tokens_carry_no_name_and_no_address() -> None:
    mappers = [mapper for name in ("profile", "email") for mapper in SCOPES[name]["protocolMappers"]]
    assert {mapper["name"] for mapper in mappers} == set(PERSONAL)
    assert {mapper["config"]["access.token.claim"] for mapper in mappers} == {"false"}
    assert set(CLIENTS["novex-web"]["defaultClientScopes"]) == {"basic", "acr", "profile", "email", "novex-api"}
    assert "service_account" not in CLIENTS["novex-web"]["defaultClientScopes"]


def test_no_secret_is_in_the_file() -> None:
    assert not any("secret" in client or "registrationAccessToken" in client for client in REALM["clients"])
    assert not any("credentials" in user for user in REALM["users"])
    # Keys are made by the server that imports.
    assert REALM["components"].keys() == {"org.keycloak.userprofile.UserProfileProvider"}
    assert REALM["smtpServer"]["password"] == "${NOVEX_SMTP_PASSWORD:}"
    # A secret that Keycloak makes: letters of both cases and digits, all in one piece.
    pieces = re.findall(r"[A-Za-z0-9_+/-]{20,}", TEXT)
    assert [
        piece for piece in pieces if re.search(r"\d", piece) and re.search(r"[a-z].*[A-Z]|[A-Z].*[a-z]", piece)
    ] == []
