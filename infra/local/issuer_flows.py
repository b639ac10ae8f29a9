"""The grants of the token endpoint, with Keycloak's rules: PKCE S256 and single-use refresh tokens; no passwords."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jwt

from infra.local import realm
from infra.local.issuer_directory import Account, Organization

if TYPE_CHECKING:
    from infra.local.issuer import Issuer

CODE_SECONDS = 60
REFRESH_SECONDS = 1800


class FlowError(Exception):
    """An OAuth error response."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True)
class _Code:
    account: Account
    organization: Organization | None
    redirect_uri: str
    challenge: str
    nonce: str
    expires: float


class Flows:
    """Issues codes and tokens. Codes and refresh tokens are in memory only, so a restart ends all sessions."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}
        self._refresh_key = secrets.token_bytes(64)
        self._sessions: dict[str, tuple[str, str]] = {}

    def check_authorization(self, query: dict[str, str]) -> None:
        """Raises FlowError unless the authorization request is valid (PKCE S256, loopback redirect)."""
        if query.get("client_id") != realm.WEB_CLIENT:
            raise FlowError(400, "invalid_client", "Unknown client")
        target = urlsplit(query.get("redirect_uri", ""))
        if target.scheme != "http" or target.hostname not in ("127.0.0.1", "localhost"):
            raise FlowError(400, "invalid_request", "Invalid parameter: redirect_uri")
        if query.get("response_type") != "code":
            raise FlowError(400, "unsupported_response_type", "Only the code flow is offered")
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            raise FlowError(400, "invalid_request", "Missing parameter: code_challenge_method S256")

    def code(self, account: Account, query: dict[str, str]) -> str:
        """A code for a single use within a minute. Raises FlowError for a disabled account, and for an account of
        several organizations when the request does not choose one (`organization`, an alias)."""
        if not account.is_enabled:
            raise FlowError(400, "access_denied", "Account is disabled")
        value = secrets.token_urlsafe(24)
        expires = time.monotonic() + CODE_SECONDS
        entry = _Code(
            account,
            self._chosen_organization(account, query),
            query["redirect_uri"],
            query["code_challenge"],
            query.get("nonce", ""),
            expires,
        )
        with self._lock:
            self._codes[value] = entry
        return value

    def _chosen_organization(self, account: Account, query: dict[str, str]) -> Organization | None:
        """The organization of the login, as in Keycloak with the scope `organization`; None for an account without
        one."""
        open_ = [each for each in self._issuer.directory.organizations_of(account.sub) if each.is_enabled]
        requested = query.get("organization") or next(
            (s.partition(":")[2] for s in query.get("scope", "").split() if s.startswith("organization:")), ""
        )
        found = [each for each in open_ if requested in ("", each.alias)]
        if len(found) > 1:
            raise FlowError(400, "invalid_request", "Choose an organization: " + ", ".join(e.alias for e in found))
        return found[0] if found else None

    def end_sessions(self, sub: str) -> None:
        """Revokes all refresh tokens of the account."""
        with self._lock:
            self._sessions = {sid: (jti, owner) for sid, (jti, owner) in self._sessions.items() if owner != sub}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """The response of the token endpoint. Raises FlowError."""
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            return self._client_credentials(form)
        if grant not in ("authorization_code", "refresh_token"):
            raise FlowError(400, "unsupported_grant_type", "Unsupported grant_type")
        if form.get("client_id") != realm.WEB_CLIENT:
            raise FlowError(401, "invalid_client", "Invalid client credentials")
        return self._exchange(form) if grant == "authorization_code" else self._refresh(form)

    def _client_credentials(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("client_id") == realm.ADMIN_CLIENT:
            return self._issuer.admin_token(form.get("client_secret", ""))
        tenant = self._issuer.client_tenant(form.get("client_id", ""), form.get("client_secret", ""))
        if tenant is None:
            raise FlowError(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        claims = self._issuer.claims(tenant, (realm.MACHINE_ROLE,), kind="service")
        return self._answer(claims) | {"refresh_expires_in": 0}

    def _exchange(self, form: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            entry = self._codes.pop(form.get("code", ""), None)
        if entry is None or entry.expires < time.monotonic() or entry.redirect_uri != form.get("redirect_uri"):
            raise FlowError(400, "invalid_grant", "Code not valid")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not hmac.compare_digest(challenge.encode(), entry.challenge.encode()):
            raise FlowError(400, "invalid_grant", "PKCE verification failed")
        return self._session(self._claims(entry.account, entry.organization), entry.nonce)

    def _refresh(self, form: dict[str, str]) -> dict[str, Any]:
        try:
            old = jwt.decode(form.get("refresh_token", ""), self._refresh_key, ["HS512"], audience=self._issuer.issuer)
        except jwt.InvalidTokenError as error:
            raise FlowError(400, "invalid_grant", "Invalid refresh token") from error
        with self._lock:
            current = self._sessions.pop(old["sid"], ("", ""))[0]
        # A second use of a refresh token ends the session, like revokeRefreshToken with refreshTokenMaxReuse 0.
        if current != old["jti"]:
            raise FlowError(400, "invalid_grant", "Maximum allowed refresh token reuse exceeded")
        directory = self._issuer.directory
        account = directory.accounts.get(old["sub"])
        if account is None or not account.is_enabled:
            raise FlowError(400, "invalid_grant", "User disabled")
        organization = directory.organizations.get(old["organization_id"])
        if organization is not None and account.sub not in organization.members:
            organization = None
        claims = self._claims(account, organization, sid=old["sid"], auth_time=old["auth_time"])
        return self._session(claims, "")

    def _claims(self, account: Account, organization: Organization | None, **same: Any) -> dict[str, Any]:
        claim = None
        if organization is not None and organization.is_enabled:
            claim = organization.claim(account.sub)
        return self._issuer.claims(
            "", (), sub=account.sub, organization=claim, preferred_username=account.email, **same
        )

    def _session(self, claims: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Access, ID and refresh token of one login. The API must refuse the last two as access tokens."""
        same = {name: claims[name] for name in ("iat", "auth_time", "iss", "sub", "sid", "azp", "acr")}
        identity = same | {"typ": "ID", "aud": realm.WEB_CLIENT, "exp": claims["exp"], "jti": str(uuid.uuid4())}
        if nonce:
            identity["nonce"] = nonce
        refresh = same | {"typ": "Refresh", "aud": claims["iss"], "jti": str(uuid.uuid4())}
        named = next(iter((claims.get("organization") or {"": {"id": ""}}).values()))["id"]
        refresh |= {"exp": claims["iat"] + REFRESH_SECONDS, "organization_id": named}
        with self._lock:
            self._sessions[claims["sid"]] = (refresh["jti"], claims["sub"])
        return self._answer(claims) | {
            "id_token": self._issuer.keys.sign(identity),
            "refresh_token": jwt.encode(refresh, self._refresh_key, algorithm="HS512"),
            "refresh_expires_in": REFRESH_SECONDS,
            "session_state": claims["sid"],
        }

    def _answer(self, claims: dict[str, Any]) -> dict[str, Any]:
        return {
            "access_token": self._issuer.keys.sign(claims),
            "expires_in": claims["exp"] - claims["iat"],
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": claims["scope"],
        }
