"""The demo of realm.py on the real Keycloak, for `make run IDENTITY=keycloak`: tenants, users, machines."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.keycloak import machines, organizations
from infra.keycloak.operator import REALM, Credentials, Operator
from infra.keycloak.roles import REALM_FILE
from infra.local import realm
from infra.local.browser import Frontend, machine_token
from infra.local.failure import LocalFailureError
from infra.local.keycloak import Keycloak
from infra.local.mail import MailCatcher
from infra.local.private_files import private_folder, write_private

DEMO_FILE = "demo.json"
_PLACEHOLDER = re.compile(r"\$\{(NOVEX_[A-Z_]+):([^}]*)\}")


class DemoRealm:
    """Keycloak on `port` with the demo realm, and a mail catcher on the next port; the data is stored in the folder.

    It has the interface of Issuer: `issuer`, `environment()`, `token()`, `admin_secret()`.
    """

    def __init__(self, folder: Path, port: int, settings: dict[str, str]) -> None:
        self.folder = private_folder(folder)
        self.mail_folder = folder / "mail"
        self._mail = MailCatcher(self.mail_folder, port + 1)
        self._settings = settings | self._mail.settings()
        self._keycloak = Keycloak(folder, port, self._settings)
        self._demo: dict[str, Any] = {}
        self._stack = ExitStack()

    @property
    def issuer(self) -> str:
        return self._keycloak.issuer

    @property
    def base(self) -> str:
        return self._keycloak.base

    @property
    def password(self) -> str:
        """The password of all demo users."""
        return str(self._demo["password"])

    def environment(self) -> dict[str, str]:
        """Environment variables of functions that accept this realm's tokens."""
        return self._keycloak.environment()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self._mail)
            stack.enter_context(self._keycloak)
            operator = self._keycloak.operator()
            _update_settings(operator, self._settings)
            self._demo = self._create_missing(operator)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def token(self, tenant: str, roles: Iterable[str], lifetime: int = 0) -> str:
        """An access token of the demo user with that role. Keycloak sets its lifetime and ignores `lifetime`."""
        (role,) = roles
        return token(self.folder, tenant, role)

    def admin_secret(self) -> dict[str, Any]:
        """The secret that the product stores in Secrets Manager for the admin REST API."""
        secret = self._keycloak.operator().client_secret(realm.ADMIN_CLIENT)
        return {"client_id": realm.ADMIN_CLIENT, "secrets": [secret]}

    def _create_missing(self, operator: Operator) -> dict[str, Any]:
        """Creates missing objects of the demo, so that an interrupted start is continued."""
        path = self.folder / DEMO_FILE
        demo: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        demo.setdefault("password", secrets.token_urlsafe(12))
        demo["redirect_uri"] = f"{self._settings['NOVEX_WEB_ORIGIN']}/callback"
        write_private(path, json.dumps(demo).encode())
        if not demo.get("is_complete"):
            for alias in realm.ORGANIZATIONS:
                _tenant(operator, alias, demo["password"])
            demo["is_complete"] = True
            write_private(path, json.dumps(demo).encode())
        return demo


def operator_of(folder: Path) -> Operator | None:
    """The administrator of the Keycloak that runs with this folder; None when it is not running."""
    path = folder / "management.json"
    if not path.exists():
        return None
    about = json.loads(path.read_text())
    return Operator(about["url"], Credentials.person(about["username"], about["password"]))


def token(folder: Path, tenant: str, role: str) -> str:
    """An access token from the Keycloak that runs with this folder, by login of a user or by client credentials."""
    operator = operator_of(folder)
    if operator is None:
        raise LocalFailureError("Keycloak does not run here: start `make run IDENTITY=keycloak` first.")
    if role == realm.MACHINE_ROLE:
        client = realm.machine_client(tenant)
        return machine_token(operator.issuer, client, operator.client_secret(client))
    demo = json.loads((folder / DEMO_FILE).read_text())
    frontend = Frontend(operator.issuer, demo["redirect_uri"])
    frontend.login(realm.User(tenant, role).username, demo["password"])
    return frontend.access_token


def _update_settings(operator: Operator, settings: dict[str, str]) -> None:
    """Updates the realm's settings, because ports may have changed since the realm was imported."""
    text = _PLACEHOLDER.sub(lambda found: settings.get(found[1], found[2]), REALM_FILE.read_text())
    requested = json.loads(text)
    operator.put("", {"realm": REALM, "smtpServer": requested["smtpServer"]})
    web = next(client for client in requested["clients"] if client["clientId"] == realm.WEB_CLIENT)
    kept = {name: value for name, value in web.items() if not name.endswith("ClientScopes")}
    operator.put(f"/clients/{operator.client(realm.WEB_CLIENT)}", kept)


def _tenant(operator: Operator, alias: str, password: str) -> None:
    """Creates the tenant with a user for each role and its machine client."""
    organization = organizations.create(operator, alias, alias.title())
    for user in realm.USERS.values():
        if user.tenant == alias:
            found = operator.get("/users", username=user.username, exact="true")
            account = found[0]["id"] if found else operator.post("/users", _person(user, password))
            organizations.add_member(operator, organization, account, user.role)
    if all(machine.client != realm.machine_client(alias) for machine in machines.listed(operator)):
        machines.create(operator, alias)


def _person(user: realm.User, password: str) -> dict[str, Any]:
    return {
        "username": user.username,
        "email": user.username,
        "emailVerified": True,
        "enabled": True,
        "firstName": user.role.replace("_", " ").title(),
        "lastName": user.tenant.title(),
        "credentials": [{"type": "password", "value": password, "temporary": False}],
    }
