"""The admin REST API with an operator's own credentials: what the commands of this package stand on.

The product itself never uses these: it has the client novex-admin, with far fewer rights.
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
# Keycloak's administrators get tokens of 60 s.
TOKEN_SECONDS = 30.0
_LOOPBACK = {("http", "127.0.0.1"), ("http", "localhost"), ("http", "::1")}


class OperatorError(RuntimeError):
    """Something that the operator must look at; the message is one clear line."""


class RefusedError(OperatorError):
    """Keycloak refused a call."""

    def __init__(self, method: str, path: str, status: int, said: str) -> None:
        super().__init__(f"Keycloak refused {method} {path}: {status} {said}".rstrip())
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """How an operator proves who he is: the form of the token request, in the realm `master`."""

    form: dict[str, str] = field(repr=False)

    @classmethod
    def person(cls, username: str, password: str) -> Credentials:
        """An administrator with a password, through Keycloak's own command-line client."""
        form = {"grant_type": "password", "client_id": "admin-cli", "username": username, "password": password}
        return cls(form)

    @classmethod
    def client(cls, client: str, secret: str) -> Credentials:
        """A service account with the rights of an administrator."""
        return cls({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})


class Operator:
    """Calls below /admin/realms/<realm>; every call that is refused raises RefusedError.

    Raises OperatorError for an address over which the credentials could be read on the way.
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
        """From NOVEX_KEYCLOAK_URL and NOVEX_KEYCLOAK_USERNAME, _PASSWORD or NOVEX_KEYCLOAK_CLIENT, _SECRET.

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
        """The answer's JSON."""
        return self.call("GET", path + (f"?{urllib.parse.urlencode(query)}" if query else ""))[0]

    def read_all(self, path: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list that Keycloak gives page by page."""
        first = 0
        while True:
            page = self.get(path, first=str(first), max=str(PAGE))
            yield from page
            first += PAGE
            if len(page) < PAGE:
                return

    def read(self, path: str) -> list[dict[str, Any]]:
        """A list that Keycloak gives as a whole."""
        return list(self.get(path))

    def create(self, path: str, content: Any) -> None:
        """Posts; nothing happens when it is there already."""
        try:
            self.post(path, content)
        except RefusedError as refused:
            if refused.status != HTTPStatus.CONFLICT:
                raise

    def post(self, path: str, body: Any = None) -> str:
        """The id of what was made, from the answer's Location; empty when nothing was."""
        return self.call("POST", path, body)[1].rpartition("/")[2]

    def put(self, path: str, body: Any = None) -> None:
        self.call("PUT", path, body)

    def delete(self, path: str, body: Any = None) -> None:
        self.call("DELETE", path, body)

    def client(self, client: str) -> str:
        """The internal id of a client, by which its paths go. Raises OperatorError when there is none."""
        found = self.get("/clients", clientId=client)
        if not found:
            raise OperatorError(f"The realm has no client {client}.")
        return str(found[0]["id"])

    def client_secret(self, client: str) -> str:
        """The secret that a client has now. Raises OperatorError when there is no such client."""
        return str(self.get(f"/clients/{self.client(client)}/client-secret")["value"])

    def call(self, method: str, path: str, body: Any = None) -> tuple[Any, str]:
        """The answer's JSON (None when it has none) and its Location."""
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
        """An access token of the operator, good for half a minute at least."""
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
    """What the answer says, cut short: it may be a page."""
    try:
        said = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")[:200]
    return str(said.get("errorMessage") or said.get("error_description") or said.get("error") or "")[:200]
