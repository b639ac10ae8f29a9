"""The real Keycloak as a child process, with the realm file that operators import."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from infra.keycloak.operator import REALM, Credentials, Operator
from infra.keycloak.roles import REALM_FILE
from infra.local import realm
from infra.local.child import Child
from infra.local.child_server import ChildServer
from infra.local.fetched import CACHE
from infra.local.keycloak_download import command, environment, keycloak
from infra.local.private_files import private_folder, write_private

USERNAME = "operator"
_PARTS = ("lib", "conf", "providers", "themes")


class Keycloak(ChildServer):
    """One server with the imported realm. data: a folder that keeps the data between runs; None keeps none.

    It is started as by an operator: in its own folder with the realm file in data/import, and with `start
    --import-realm`, which does not change an existing realm. settings: the placeholders of the realm file. Functions
    need `environment()` to accept its tokens; `operator()` is its administrator.
    """

    name = "Keycloak"
    # The start takes 10 s on an idle machine; a build machine may be busy.
    ready_seconds = 180.0

    def __init__(
        self,
        data: Path | str | None = None,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        cache: Path = CACHE,
    ) -> None:
        super().__init__(data, port, cache)
        self._settings = dict(settings or {})
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._home = Path()
        self._password = ""

    @property
    def base(self) -> str:
        if self._child is None:
            raise RuntimeError("Keycloak is not running")
        return self.url

    @property
    def issuer(self) -> str:
        return f"{self.base}/realms/{REALM}"

    def environment(self) -> dict[str, str]:
        """Environment variables of functions that accept this realm's tokens."""
        return {
            "NOVEX_TOKEN_ISSUER": self.issuer,
            "NOVEX_TOKEN_AUDIENCE": realm.AUDIENCE,
            "NOVEX_TOKEN_CLIENTS": realm.CLIENTS,
        }

    def operator(self) -> Operator:
        """The administrator that the server created at its first start."""
        return Operator(self.base, Credentials.person(USERNAME, self._password))

    def start(self) -> Self:
        super().start()
        if self._data is not None:
            about = {"url": self.base, "username": USERNAME, "password": self._password}
            write_private(self._data / "management.json", json.dumps(about).encode())
        return self

    def stop(self) -> None:
        super().stop()
        if self._data is not None:
            (self._data / "management.json").unlink(missing_ok=True)
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def _program(self) -> Path:
        return keycloak(self._cache)

    def _prepare(self, program: Path) -> None:
        self._home = self._server_folder(program)

    def _launch(self, program: Path) -> Child:
        return Child(command(program, self._home, *self._arguments()), self._home, self._environment())

    def _answers(self) -> bool:
        with urllib.request.urlopen(f"{self.url}/realms/{REALM}", timeout=5):
            return True

    def _server_folder(self, server: Path) -> Path:
        """The server's own folder, with links to the program, so that the server writes only to data/."""
        if self._data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="novex-keycloak-", ignore_cleanup_errors=True)
            home, self._password = Path(self._temporary.name), secrets.token_urlsafe(24)
        else:
            home, self._password = private_folder(self._data) / "home", self._stored_password(self._data)
        imported = home / "data" / "import"
        imported.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REALM_FILE, imported / REALM_FILE.name)
        for part in _PARTS:
            (home / part).unlink(missing_ok=True)
            (home / part).symlink_to(server / part)
        return home

    def _arguments(self) -> list[str]:
        address = ["--http-enabled=true", "--http-host=127.0.0.1", f"--http-port={self.port}"]
        # A single node; without it, the server searches for others on the network.
        return ["start", "--optimized", "--import-realm", "--cache=local", *address, f"--hostname={self.url}"]

    def _environment(self) -> dict[str, str]:
        first = {"KC_BOOTSTRAP_ADMIN_USERNAME": USERNAME, "KC_BOOTSTRAP_ADMIN_PASSWORD": self._password}
        return environment(**first, **self._settings)

    def _stored_password(self, folder: Path) -> str:
        """The stored password of the administrator, who is created at the first start only."""
        path = folder / "operator-password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24).encode())
        return path.read_text()
