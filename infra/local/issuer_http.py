"""The issuer's HTTP server: Keycloak's paths, a login page with the demo users, and the management calls."""

from __future__ import annotations

import base64
import binascii
import hmac
import html
import json
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from infra.local import realm
from infra.local.handler import Handler
from infra.local.issuer_admin import decoded
from infra.local.issuer_directory import Account
from infra.local.issuer_flows import FlowError, Flows

if TYPE_CHECKING:
    from infra.local.issuer import Issuer

PREFIX = f"/realms/{realm.REALM}"
OIDC = f"{PREFIX}/protocol/openid-connect"
ADMIN = f"/admin/realms/{realm.REALM}"
LOGIN = f"{PREFIX}/login-actions/authenticate"
MAX_FORM_BYTES = 64 * 1024
# The lifetime of tokens of `make token`: long enough for manual work, and longer than Keycloak allows.
MAX_MANAGED_SECONDS = 8 * 3600


class IssuerServer(ThreadingHTTPServer):
    """The listening socket of one issuer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, issuer: Issuer, port: int) -> None:
        self.issuer = issuer
        self.flows = Flows(issuer)
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(Handler):
    timeout = 30
    server: IssuerServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == f"{PREFIX}/.well-known/openid-configuration":
            self._json(200, discovery(self.server.issuer.issuer))
        elif path == f"{OIDC}/certs":
            self._json(200, self.server.issuer.keys.jwks())
        elif path == f"{OIDC}/auth":
            self._guarded(self._login_page)
        elif path.startswith(ADMIN):
            self._guarded(self._administer)
        else:
            self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        routes = {f"{OIDC}/token": self._token, LOGIN: self._authenticate}
        routes |= {"/local/token": self._local_token, "/local/rotate": self._local_rotate}
        if path in routes:
            self._guarded(routes[path])
        elif path.startswith(ADMIN):
            self._guarded(self._administer)
        else:
            self._json(404, {"error": "not found"})

    def do_PUT(self) -> None:
        self._guarded(self._administer)

    def do_DELETE(self) -> None:
        self._guarded(self._administer)

    def _administer(self) -> None:
        """Handles a request to the admin REST API, which needs a token of novex-admin."""
        if self.server.issuer.is_admin_down:
            raise FlowError(503, "temporarily_unavailable", "Down for a test")
        if not self.server.issuer.is_admin(self.headers.get("Authorization", "").removeprefix("Bearer ")):
            raise FlowError(401, "unauthorized", "HTTP 401 Unauthorized")
        path = unquote(urlsplit(self.path).path.removeprefix(ADMIN))
        body = decoded(self.headers.get("Content-Type", ""), self._body())
        answer = self.server.issuer.admin_api.answer(self.command, path, self._query(), body)
        headers = {"Location": answer.location} if answer.location else {}
        if answer.body is None:
            self._send(answer.status, b"", headers)
        else:
            self._json(answer.status, answer.body)

    def do_OPTIONS(self) -> None:
        self._send(204, b"", {"Access-Control-Allow-Methods": "POST, GET", "Access-Control-Allow-Headers": "*"})

    def _guarded(self, action: Any) -> None:
        try:
            action()
        except FlowError as error:
            self._json(error.status, error.body)

    def _token(self) -> None:
        self._json(200, self.server.flows.token(self._form()))

    def _login_page(self) -> None:
        query = self._query()
        self.server.flows.check_authorization(query)
        fields = "".join(
            f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">' for k, v in query.items()
        )
        page = f'<!doctype html><title>Demo login</title><h1>Log in as</h1><form method="post" action="{LOGIN}">'
        self._send(
            200, f"{page}{fields}{self._choices()}</form>".encode(), {"Content-Type": "text/html; charset=utf-8"}
        )

    def _choices(self) -> str:
        """The HTML of the buttons: one for each user and organization, and one for each invitation to accept."""
        directory, buttons = self.server.issuer.directory, []
        for organization in directory.organizations.values():
            for email in directory.waiting(organization):
                label = f"{email}: accept the invitation to {organization.name}"
                buttons.append(("accept", f"{email} {organization.alias}", label))
        for account in directory.accounts.values():
            for organization in directory.organizations_of(account.sub) if account.is_verified else ():
                name = f"{account.email} {organization.alias}"
                buttons.append(("username", name, name))
        return "".join(
            f'<button name="{name}" value="{html.escape(value)}">{html.escape(label)}</button> '
            for name, value, label in buttons
        )

    def _account(self, form: dict[str, str]) -> Account:
        """The account that logs in. Accepting an invitation logs in to its organization."""
        directory = self.server.issuer.directory
        email, _, alias = (form.get("accept") or form.get("username", "")).partition(" ")
        if alias:
            form["organization"] = alias
        if "accept" in form:
            try:
                organization = next(each for each in directory.organizations.values() if each.alias == alias)
                return directory.accept(organization, email)
            except (StopIteration, KeyError):
                raise FlowError(400, "invalid_request", "The invitation is not valid any more") from None
        account = directory.by_email(email)
        if account is None or not account.is_verified:
            raise FlowError(400, "invalid_request", "Invalid username")
        return account

    def _authenticate(self) -> None:
        form = self._form()
        self.server.flows.check_authorization(form)
        account = self._account(form)
        # RFC 9207: the response contains the issuer, so that clients can detect mix-up attacks.
        answer = {"code": self.server.flows.code(account, form), "iss": self.server.issuer.issuer}
        if "state" in form:
            answer["state"] = form["state"]
        separator = "&" if "?" in form["redirect_uri"] else "?"
        self._send(302, b"", {"Location": f"{form['redirect_uri']}{separator}{urlencode(answer)}"})

    def _local_token(self) -> None:
        requested = self._managed()
        tenant, role = requested.get("tenant", "acme"), requested.get("role", "admin")
        if tenant not in realm.ORGANIZATIONS or role not in (*realm.USER_ROLES, realm.MACHINE_ROLE):
            raise FlowError(400, "invalid_request", "Unknown tenant or role")
        kind = "service" if role == realm.MACHINE_ROLE else "user"
        lifetime = min(int(requested.get("lifetime", MAX_MANAGED_SECONDS)), MAX_MANAGED_SECONDS)
        token = self.server.issuer.token(tenant, (role,), kind=kind, lifetime=lifetime)
        self._json(200, {"access_token": token, "expires_in": lifetime})

    def _local_rotate(self) -> None:
        self._json(200, {"kid": self.server.issuer.rotate(forget=self._managed().get("forget") == "true")})

    def _managed(self) -> dict[str, str]:
        given = self.headers.get("X-Local-Key", "")
        if not hmac.compare_digest(given.encode(), self.server.issuer.management_key.encode()):
            raise FlowError(403, "access_denied", "The key of the data folder is needed")
        return self._form()

    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    def _form(self) -> dict[str, str]:
        """The form, with the client credentials of a Basic header if there is one."""
        form = dict(parse_qsl(self._body().decode("utf-8", "replace"), keep_blank_values=True))
        scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise FlowError(401, "invalid_client", "Malformed Authorization header") from error
            form |= {"client_id": unquote(client), "client_secret": unquote(secret)}
        return form

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_FORM_BYTES:
            self.close_connection = True
            raise FlowError(400, "invalid_request", "The form is missing or too large")
        return self.rfile.read(int(length))

    def _json(self, status: int, body: Any) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        origin = self.headers.get("Origin", "")
        if urlsplit(origin).hostname in ("127.0.0.1", "localhost"):
            headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **headers}
        for name, value in {"Cache-Control": "no-store", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def discovery(issuer: str) -> dict[str, Any]:
    """The supported part of Keycloak's discovery document."""
    oidc = f"{issuer}/protocol/openid-connect"
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{oidc}/auth",
        "token_endpoint": f"{oidc}/token",
        "jwks_uri": f"{oidc}/certs",
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "organization"],
        "authorization_response_iss_parameter_supported": True,
    }
