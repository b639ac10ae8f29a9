"""The real Keycloak as a child process, with the realm that operators import."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.keycloak.operator import REALM, Credentials, Operator
from infra.local import realm
from infra.local.child import Child
from infra.local.engine import free_port, port_in_use
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE, ROOT
from infra.local.keycloak_download import command, environment, keycloak
from infra.local.private_files import private_folder, write_private

REALM_FILE = ROOT / "infra" / "keycloak" / "novex-realm.json"
USERNAME = "operator"
# It takes 10 s on an idle machine; a build machine may be busy.
READY_SECONDS = 180.0
_PARTS = ("lib", "conf", "providers", "themes")


class Keycloak:
    """One server with the realm imported; `data=None` forgets everything, a folder keeps it between runs.

    It is used as an operator uses it: its own folder with the realm file in data/import, and `start --import-realm`,
    which leaves a realm alone that is there. `settings` are the placeholders of the realm file. Use it as a context
    manager; `environment()` is what the functions need to trust it, `operator()` its administrator.
    """

    def __init__(
        self,
        data: Path | str | None = None,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        cache: Path = CACHE,
    ) -> None:
        self._data = Path(data) if data is not None else None
        self._wanted_port = port
        self._settings = dict(settings or {})
        self._cache = cache
        self._child: Child | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._password = ""
        self.port = 0

    @property
    def base(self) -> str:
        if self._child is None:
            raise RuntimeError("Keycloak is not running")
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"{self.base}/realms/{REALM}"

    @property
    def pid(self) -> int | None:
        """The guard's process id; ending the guard ends the server."""
        return self._child.pid if self._child else None

    def environment(self) -> dict[str, str]:
        """Variables of the functions that trust this realm."""
        return {
            "NOVEX_TOKEN_ISSUER": self.issuer,
            "NOVEX_TOKEN_AUDIENCE": realm.AUDIENCE,
            "NOVEX_TOKEN_CLIENTS": realm.CLIENTS,
        }

    def operator(self) -> Operator:
        """The administrator that the server has made for us."""
        return Operator(self.base, Credentials.person(USERNAME, self._password))

    def start(self) -> Self:
        """Returns when the realm answers. Raises LocalFailureError with one line: download, port in use, no start."""
        server = keycloak(self._cache)
        if self._wanted_port and port_in_use(self._wanted_port):
            raise LocalFailureError(f"Port {self._wanted_port} is in use: stop what listens there or choose another.")
        home = self._furnished(server)
        self.port = self._wanted_port or free_port()
        self._child = Child(command(server, home, *self._arguments()), home, self._environment())
        if not self._ready(self._child):
            reason = self._child.reason()
            self.stop()
            raise LocalFailureError(f"Keycloak did not start on port {self.port}: {reason[:300]}")
        if self._data is not None:
            about = {"url": self.base, "username": USERNAME, "password": self._password}
            write_private(self._data / "management.json", json.dumps(about).encode())
        return self

    def stop(self) -> None:
        """Ends the server and waits for it; may be called twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self._data is not None:
            (self._data / "management.json").unlink(missing_ok=True)
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _furnished(self, server: Path) -> Path:
        """The server's own folder: its program by links, so that only data/ is written to."""
        if self._data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="novex-keycloak-", ignore_cleanup_errors=True)
            home, self._password = Path(self._temporary.name), secrets.token_urlsafe(24)
        else:
            home, self._password = private_folder(self._data) / "home", self._kept_password(self._data)
        imported = home / "data" / "import"
        imported.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REALM_FILE, imported / REALM_FILE.name)
        for part in _PARTS:
            (home / part).unlink(missing_ok=True)
            (home / part).symlink_to(server / part)
        return home

    def _arguments(self) -> list[str]:
        address = ["--http-enabled=true", "--http-host=127.0.0.1", f"--http-port={self.port}"]
        # One node: without this it would look for others on the network.
        return ["start", "--optimized", "--import-realm", "--cache=local", *address, f"--hostname={self._address()}"]

    def _address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _environment(self) -> dict[str, str]:
        first = {"KC_BOOTSTRAP_ADMIN_USERNAME": USERNAME, "KC_BOOTSTRAP_ADMIN_PASSWORD": self._password}
        return environment(**first, **self._settings)

    def _ready(self, child: Child) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and child.is_running():
            try:
                with urllib.request.urlopen(f"{self._address()}/realms/{REALM}", timeout=5):
                    return child.is_running()
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def _kept_password(self, folder: Path) -> str:
        """The administrator is made at the first start only, so his password is kept."""
        path = folder / "operator-password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24).encode())
        return path.read_text()
