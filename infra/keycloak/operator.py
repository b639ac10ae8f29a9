"""A client of Keycloak's admin REST API with an operator's credentials, for the commands of this package.

The product does not use it: it has the client novex-admin, with far fewer permissions.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

REALM = "novex"
PAGE = 100
SECONDS = 30
# Keycloak's tokens for administrators are valid for 60 s.
TOKEN_SECONDS = 30.0
_LOOPBACK = {("http", "127.0.0.1"), ("http", "localhost"), ("http", "::1")}


class OperatorError(RuntimeError):
    """The command failed; the message is one line for the operator."""


class RefusedError(OperatorError):
    """Keycloak refused a call."""

    def __init__(self, method: str, path: str, status: int, said: str) -> None:
        super().__init__(f"Keycloak refused {method} {path}: {status} {said}".rstrip())
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """The credentials of an operator: the form of the token request in the realm `master`."""

    form: dict[str, str] = field(repr=False)

    @classmethod
    def person(cls, username: str, password: str) -> Credentials:
        """An administrator with a password, by Keycloak's own command-line client."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": username, "password": password}
        return cls(form)

    @classmethod
    def client(cls, client: str, secret: str) -> Credentials:
        """A service account with the permissions of an administrator."""
        return cls({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})


class Operator:
    """Calls paths below /admin/realms/<realm>; every refused call raises RefusedError.

    The constructor raises OperatorError for a URL without encryption, except on this machine.
    """

    def __init__(self, url: str, credentials: Credentials, realm: str = REALM) -> None:
        address = urllib.parse.urlsplit(url)
        if address.scheme != "https" and (address.scheme, address.hostname) not in _LOOPBACK:
            raise OperatorError("Keycloak's address begins with https://; only on this machine may it be http://.")
        self.url = url.rstrip("/")
        self.realm = realm
        self.credentials = credentials
        self._token = ""
        self._asked = 0.0

    @classmethod
    def from_environment(cls) -> Operator:
        """An operator from NOVEX_KEYCLOAK_URL and NOVEX_KEYCLOAK_USERNAME, _PASSWORD or NOVEX_KEYCLOAK_CLIENT, _SECRET.

        Raises OperatorError when they are not set.
        """
        env = os.environ
        url = env.get("NOVEX_KEYCLOAK_URL", "")
        if url and env.get("NOVEX_KEYCLOAK_USERNAME"):
            person = Credentials.person(env["NOVEX_KEYCLOAK_USERNAME"], env.get("NOVEX_KEYCLOAK_PASSWORD", ""))
            return cls(url, person)
        if url and env.get("NOVEX_KEYCLOAK_CLIENT"):
            return cls(url, Credentials.client(env["NOVEX_KEYCLOAK_CLIENT"], env.get("NOVEX_KEYCLOAK_SECRET", "")))
        raise OperatorError(
            "Set NOVEX_KEYCLOAK_URL with NOVEX_KEYCLOAK_USERNAME, _PASSWORD or NOVEX_KEYCLOAK_CLIENT, _SECRET."
        )

    @property
    def issuer(self) -> str:
        return f"{self.url}/realms/{self.realm}"

    def get(self, path: str, **query: str) -> Any:
        """The JSON of the response."""
        return self.call("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))[0]

    def read_all(self, path: str) -> Iterator[dict[str, Any]]:
        """All entries of a paginated list."""
        first = 0
        while True:
            page = self.get(path, first=str(first), max=str(PAGE))
            yield from page
            first += PAGE
            if len(page) < PAGE:
                return

    def read(self, path: str) -> list[dict[str, Any]]:
        """A list that is not paginated."""
        return list(self.get(path))

    def create(self, path: str, content: dict[str, str] | list[dict[str, Any]]) -> None:
        """Posts the content; no error when the object exists already."""
        try:
            self.post(path, content)
        except RefusedError as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise

    def post(self, path: str, body: Any = None) -> str:
        """Posts the body and returns the id of the created object, from the response's Location; empty when there is
        none."""
        return self.call("POST", path, body)[1].rpartition("/")[2]

    def put(self, path: str, body: Any = None) -> None:
        self.call("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> None:
        self.call("DELETE", path, body)

    def client(self, client: str) -> str:
        """The internal id of a client, which its paths contain. Raises OperatorError when there is no such client."""
        found = self.get("/clients", clientId=client)
        if not found:
            raise OperatorError(f"The realm has no client {client}.")
        return str(found[0]["id"])

    def client_secret(self, client: str) -> str:
        """The current secret of a client. Raises OperatorError when there is no such client."""
        return str(self.get(f"/clients/{self.client(client)}/client-secret")["value"])

    def call(self, method: str, path: str, body: Any = None) -> tuple[Any, str]:
        """The JSON of the response (None when it has no body) and its Location."""
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        address = f"{self.url}/admin/realms/{self.realm}{path}"
        request = urllib.request.Request(address, content, headers, method=method)  # noqa: S310 - see __init__
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read() or b"null"), answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(method, path.partition("?")[0], error.code, _reason(error.read())) from error
        except OSError as error:
            raise OperatorError(f"Keycloak does not answer at {self.url}.") from error

    def token(self) -> str:
        """An access token of the operator that is valid for at least half a minute."""
        if not self._token or time.monotonic() - self._asked > TOKEN_SECONDS:
            address = f"{self.url}/realms/master/protocol/openid-connect/token"
            content = urllib.parse.urlencode(self.credentials.form).encode()
            try:
                with urllib.request.urlopen(address, content, timeout=SECONDS) as answer:  # noqa: S310 - see __init__
                    self._token = str(json.load(answer)["access_token"])
            except urllib.error.HTTPError as error:
                with error:
                    raise OperatorError(f"Keycloak does not take the credentials: {_reason(error.read())}") from error
            except OSError as error:
                raise OperatorError(f"Keycloak does not answer at {self.url}.") from error
            self._asked = time.monotonic()
        return self._token


def _reason(body: bytes) -> str:
    """The reason in the response, truncated, because it may be an HTML page."""
    try:
        said = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")[:200]
    return str(said.get("errorMessage") or said.get("error_description") or said.get("error") or "")[:200]
