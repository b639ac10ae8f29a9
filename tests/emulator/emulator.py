"""The emulated AWS account: ministack, which pins another botocore, in an environment of its own under .cache/.

It checks signatures and policies (AUTH), and speaks TLS, because our policies refuse everything else.
"""

import http.client
import ipaddress
import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.child import Child
from infra.local.ports import free_port
from tests import environment

T = TypeVar("T")
HERE = Path(__file__).parent
LOCK = HERE / "requirements.txt"
REGION = "eu-central-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
PATIENCE_SECONDS = 120
"""After so long something is taken to be stuck; no test depends on how long anything takes."""


def until(ask: Callable[[], T], what: str) -> T:
    """The first answer that is true. AssertionError when none comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"never: {what}")


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    port: int
    certificate: Path

    def environment(self, region: str = REGION) -> dict[str, str]:
        """Where the AWS SDK finds the account, with the credentials of its root user."""
        address = {"AWS_ENDPOINT_URL": f"https://127.0.0.1:{self.port}", "AWS_CA_BUNDLE": str(self.certificate)}
        return {**CREDENTIALS, **address, "AWS_DEFAULT_REGION": region, "AWS_EC2_METADATA_DISABLED": "true"}

    def client(self, service: str, region: str = REGION, key: str = "test") -> Any:
        """A client of a service, whatever this process's environment says."""
        session: Any = boto3.Session(aws_access_key_id=key, aws_secret_access_key="test", region_name=region)
        return session.client(service, endpoint_url=f"https://127.0.0.1:{self.port}", verify=str(self.certificate))

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """One request. OSError when nobody answers."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            return self.send("GET", "/_ministack/health", {}, b"")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """A running emulator, with its files in the folder. It is started a second time only if it never answered."""
    certificate, key = _certificate(folder)
    with _started(folder, certificate, key) as first:
        if first.answered:
            yield first.emulator
            return
    with _started(folder, certificate, key) as second:
        assert second.answered, second.child.reason()
        yield second.emulator


@dataclass(frozen=True)
class _Start:
    emulator: Emulator
    child: Child
    answered: bool


@contextmanager
def _started(folder: Path, certificate: Path, key: Path) -> Iterator[_Start]:
    """A start of the emulator, which answers or has ended or never will."""
    emulator = Emulator(free_port(), certificate)
    folders = installed()
    command = [str(folders / "empty" / "bin" / "python"), "-I", str(HERE / "launch.py")]
    command += [str(folders / "packages"), str(emulator.port), str(certificate), str(key)]
    child = Child(command, folder, _environment(folder, emulator))
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while child.is_running() and not emulator.is_healthy() and time.monotonic() < end:
            time.sleep(0.1)
        yield _Start(emulator, child, child.is_running() and emulator.is_healthy())
    finally:
        child.stop()


def _environment(folder: Path, emulator: Emulator) -> dict[str, str]:
    """The variables of the emulator, which the functions inherit: nothing of this process but what a program needs."""
    options = {"AUTH": "true", "USE_SSL": "1", "GATEWAY_PORT": str(emulator.port), "MINISTACK_HOST": "127.0.0.1"}
    options |= {"MINISTACK_REGION": REGION, "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0", "LOG_LEVEL": "WARNING"}
    return {"PATH": os.defpath, "TMPDIR": str(folder), **options, **emulator.environment()}


def installed() -> Path:
    """The folder with an interpreter without packages (`empty`), and the packages of the lock file (`packages`)."""
    return environment.installed("emulator", LOCK)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """The files of a new certificate for loopback, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "emulator")])
    today = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=7))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths
