"""The real realm as its tests see it: people, tenants, machines, and what the API's door says of their tokens."""

import json
import secrets
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from chalicelib.access.authorizer import authorize
from infra.keycloak import machines, organizations
from infra.keycloak.operator import Operator
from infra.keycloak.organizations import Organization
from infra.local.browser import Frontend, machine_token
from infra.local.keycloak import Keycloak
from infra.local.mail import MailCatcher

PASSWORD = "correct horse battery staple"
CALLBACK = "http://localhost:3000/callback"


class LogoutEndpoint(ThreadingHTTPServer):
    """Stands where the API's back-channel logout is, and keeps what is posted to it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: LogoutEndpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
        self.server.received.append((self.path, self.headers["Content-Type"], form))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@dataclass
class Realm:
    """The imported realm on a running server; everybody in it is made by the test that needs him."""

    keycloak: Keycloak
    mail: MailCatcher
    logouts: LogoutEndpoint
    operator: Operator
    _organizations: dict[str, Organization] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return self.keycloak.issuer

    def tenant(self, alias: str = "acme") -> Organization:
        """The organization with this alias."""
        if alias not in self._organizations:
            self._organizations[alias] = organizations.create(self.operator, alias, alias.title())
        return self._organizations[alias]

    def person(self, **roles: str) -> tuple[str, str]:
        """The id and the address of a new person with a role in each organization named: `acme="sales"`."""
        address = f"p{secrets.token_hex(6)}@example.com"
        account = {
            "username": address,
            "email": address,
            "emailVerified": True,
            "enabled": True,
            "firstName": "Ada",
            "lastName": "Berg",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
        }
        made = self.operator.post("/users", account)
        for alias, role in roles.items():
            organizations.add_member(self.operator, self.tenant(alias), made, role)
        return made, address

    def login(self, address: str, organization: str = "", **about: str) -> Frontend:
        """The frontend with that person logged in."""
        frontend = self.frontend(**about)
        frontend.login(address, PASSWORD, organization)
        return frontend

    def frontend(self, **about: str) -> Frontend:
        return Frontend(self.issuer, **{"redirect_uri": CALLBACK, **about})

    def token(self, **roles: str) -> str:
        """The access token of a new person."""
        return self.login(self.person(**roles)[1]).access_token

    def machine(self, alias: str) -> str:
        """The secret of the tenant's machine client, made anew."""
        self.tenant(alias)
        if any(machine.client == machines.client_of(alias) for machine in machines.listed(self.operator)):
            machines.delete(self.operator, alias)
        return machines.create(self.operator, alias)

    def machine_token(self, alias: str) -> str:
        return machine_token(self.issuer, machines.client_of(alias), self.machine(alias))


def context_of(token: str) -> dict[str, Any]:
    """What the door tells the endpoint about the bearer. Raises an exception that says Unauthorized."""
    arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/v1/items"
    context: dict[str, Any] = authorize(
        {"type": "TOKEN", "authorizationToken": f"Bearer {token}", "methodArn": arn}, None
    )["context"]
    return context


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, unchecked."""
    said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return said


def reason_in(printed: str) -> str:
    """The reason of the last refusal that the door has reported."""
    events = [json.loads(line) for line in printed.splitlines() if "token_refused" in line]
    return str(events[-1]["reason"]) if events else ""


@contextmanager
def running() -> Iterator[Realm]:
    """Starts the server as `make run IDENTITY=keycloak` does."""
    with MailCatcher() as mail, LogoutEndpoint() as logouts:
        threading.Thread(target=logouts.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            with Keycloak(settings={**mail.settings(), "NOVEX_API_URL": logouts.url}) as keycloak:
                yield Realm(keycloak, mail, logouts, keycloak.operator())
        finally:
            logouts.shutdown()
