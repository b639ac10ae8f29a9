"""An issuer on loopback with Keycloak's interface: discovery, keys, tokens by client credentials and by code with PKCE.

It has no passwords and does not authenticate users: every process on the machine can log in as a demo user. It is for
development only; `IDENTITY=keycloak` uses the real server.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.local import realm
from infra.local.issuer_admin import AdminApi
from infra.local.issuer_directory import Directory
from infra.local.issuer_flows import FlowError
from infra.local.issuer_http import IssuerServer
from infra.local.issuer_keys import Keys
from infra.local.private_files import private_folder, write_private

# Keycloak's default lifetime of access tokens.
TOKEN_SECONDS = 300


class Issuer:
    """The demo realm. With a data folder, its keys and client secrets survive a restart.

    `token()` issues tokens directly, for tests and the command line; over HTTP it behaves like Keycloak. Use it as a
    context manager; functions need `environment()` to accept its tokens.
    """

    def __init__(self, data: Path | str | None = None, port: int = 0) -> None:
        self._data = private_folder(Path(data)) if data is not None else None
        self._requested_port = port
        self._server: IssuerServer | None = None
        self.keys = Keys(self._data)
        self.client_secrets = self._load_client_secrets()
        self.directory = Directory(self._data)
        self.admin_api = AdminApi(self.directory, self._end_sessions)
        # For tests of outages: the admin API and its tokens fail, logins still work.
        self.is_admin_down = False
        self._admin_tokens: dict[str, float] = {}
        # Authorizes the management calls (mint, rotate) for processes that can read the data folder.
        self.management_key = secrets.token_urlsafe(32)

    @property
    def base(self) -> str:
        if self._server is None:
            raise RuntimeError("the issuer is not running")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def issuer(self) -> str:
        return f"{self.base}/realms/{realm.REALM}"

    def environment(self) -> dict[str, str]:
        """Environment variables of functions that accept this realm's tokens."""
        return {
            "NOVEX_TOKEN_ISSUER": self.issuer,
            "NOVEX_TOKEN_AUDIENCE": realm.AUDIENCE,
            "NOVEX_TOKEN_CLIENTS": realm.CLIENTS,
        }

    def start(self) -> Self:
        """Starts the server on loopback. Raises OSError when the port is in use."""
        self._server = IssuerServer(self, self._requested_port)
        threading.Thread(target=self._server.serve_forever, name="local-issuer", daemon=True).start()
        if self._data is not None:
            about = {"url": self.base, "key": self.management_key}
            write_private(self._data / "management.json", json.dumps(about).encode())
        return self

    def stop(self) -> None:
        """Stops serving; may be called twice."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            if self._data is not None:
                (self._data / "management.json").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def claims(
        self,
        tenant: str = "acme",
        roles: Iterable[str] = ("sales",),
        sub: str | None = None,
        kind: str = "user",
        lifetime: int = TOKEN_SECONDS,
        **overrides: Any,
    ) -> dict[str, Any]:
        """The claims of `token()`."""
        named = (roles,) if isinstance(roles, str) else tuple(roles)
        claims = realm.access_claims(self.issuer, int(time.time()), tenant, named, kind, sub, lifetime)
        return {name: value for name, value in (claims | overrides).items() if value is not None}

    def token(
        self,
        tenant: str = "acme",
        roles: Iterable[str] = ("sales",),
        sub: str | None = None,
        kind: str = "user",
        lifetime: int = TOKEN_SECONDS,
        headers: dict[str, Any] | None = None,
        **overrides: Any,
    ) -> str:
        """An access token signed by the active key.

        `tenant` is an alias of the demo realm or any organization id; `kind` is `user` or `service`; `overrides`
        replace claims (None removes one), `headers` replace header fields.
        """
        claims = self.claims(tenant, roles, sub, kind, lifetime, **overrides)
        return self.keys.sign(claims, headers)

    def rotate(self, forget: bool = False) -> str:
        """Creates a new signing key and returns its id; the old one stays published as passive unless `forget`."""
        return self.keys.rotate(forget)

    def client_tenant(self, client: str, secret: str) -> str | None:
        """The tenant of the machine client; None when the client is unknown or the secret is wrong."""
        expected = self.client_secrets.get(client, "")
        if not expected or not hmac.compare_digest(expected.encode(), secret.encode()):
            return None
        return client.removeprefix(realm.MACHINE_PREFIX)

    def admin_secret(self) -> dict[str, Any]:
        """The secret that the product stores in Secrets Manager for the admin API."""
        return {"client_id": realm.ADMIN_CLIENT, "secrets": [self.client_secrets[realm.ADMIN_CLIENT]]}

    def admin_token(self, secret: str) -> dict[str, Any]:
        """The response of the token endpoint for the service account `novex-admin`. Raises FlowError."""
        if self.is_admin_down:
            raise FlowError(503, "temporarily_unavailable", "Down for a test")
        if not hmac.compare_digest(self.client_secrets[realm.ADMIN_CLIENT].encode(), secret.encode()):
            raise FlowError(401, "unauthorized_client", "Invalid client or Invalid client credentials")
        token = secrets.token_urlsafe(32)
        self._admin_tokens[token] = time.monotonic() + TOKEN_SECONDS
        return {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}

    def is_admin(self, token: str) -> bool:
        return self._admin_tokens.get(token, 0) > time.monotonic()

    def rotate_admin_secret(self, secret: str) -> None:
        """Sets a new secret, like an operator in Keycloak: the previous secret and its tokens are no longer
        accepted."""
        self.client_secrets[realm.ADMIN_CLIENT] = secret
        self._admin_tokens.clear()

    def _end_sessions(self, sub: str) -> None:
        if self._server is not None:
            self._server.flows.end_sessions(sub)

    def _load_client_secrets(self) -> dict[str, str]:
        path = self._data / "client-secrets.json" if self._data is not None else None
        if path is not None and path.exists():
            saved: dict[str, str] = json.loads(path.read_text())
            if realm.ADMIN_CLIENT in saved:
                return saved
        clients = (*map(realm.machine_client, realm.ORGANIZATIONS), realm.ADMIN_CLIENT)
        made = {client: secrets.token_urlsafe(24) for client in clients}
        if path is not None:
            write_private(path, json.dumps(made).encode())
        return made
