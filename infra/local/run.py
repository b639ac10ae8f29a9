"""`make run`: runs the whole backend on loopback until Ctrl-C, with its data in the ignored folder .local/."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import shlex
import signal
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, TextIO

from infra.local import data_dir, environment, realm
from infra.local.demo_realm import DemoRealm
from infra.local.engine import DynamoDBLocal
from infra.local.failure import LocalFailureError
from infra.local.fetched import ROOT
from infra.local.issuer import Issuer
from infra.local.ports import port_in_use
from infra.local.private_files import private_folder

# The deployed reconciler runs every 5 minutes, which is too long for local work.
RECONCILE_SECONDS = 30.0
# Failed messages are retried soon, but not immediately, because the cause may be temporary.
RETRY_SECONDS = 2
WAKE_SECONDS = 0.5
WEB_ORIGIN = "http://localhost:3000"
_signals: list[int] = []


class Identity(Protocol):
    """The issuer of tokens: the local issuer or the real Keycloak."""

    @property
    def issuer(self) -> str: ...

    def environment(self) -> dict[str, str]: ...

    def admin_secret(self) -> dict[str, Any]: ...

    def token(self, tenant: str, roles: tuple[str, ...], *, lifetime: int) -> str: ...


@dataclass(frozen=True)
class Running:
    """The running backend."""

    url: str
    identity: Identity


class Console:
    """The terminal output: messages, and a line for each request. The product's logs are written to a file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.quiet = True

    def say(self, *lines: str) -> None:
        with suppress(BrokenPipeError):
            self._out.write("".join(f"{line}\n" for line in lines))
            self._out.flush()

    def request(self, line: dict[str, str]) -> None:
        """Prints a request with its route template, so without ids, query and personal data."""
        if not self.quiet:
            route = line["route"] if line["route"] != "-" else f"({line['error'].lower()})"
            self.say(f"{line['status']} {line['method']} {route} {line['latency_ms']} ms")


def main() -> int:
    """Runs until SIGINT, SIGTERM or SIGHUP. Returns 1 after one line when the start fails."""
    parser = argparse.ArgumentParser(description="Run NovexERP on loopback.")
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--identity", choices=("issuer", "keycloak"), default="issuer")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    os.umask(0o077)
    console = Console(sys.stdout)
    try:
        with ExitStack() as stack:
            running = start(stack, console, arguments.port, data_dir.FOLDER, arguments.identity)
            # Runs first when the stack unwinds, so that a second Ctrl-C does not leave child processes behind.
            stack.callback(_ignore_signals)
            console.say(*summary(running))
            console.quiet = False
            _wait_for_a_signal()
    except LocalFailureError as failure:
        console.say(str(failure))
        return 1
    except KeyboardInterrupt:
        console.say("Stopped; the data stays for the next run (`make reset` forgets it).")
    return 0


def start(stack: ExitStack, console: Console, port: int, folder: Path, kind: str = "issuer") -> Running:
    """Starts all parts in order; `stack` stops them in reverse order. Raises LocalFailureError."""
    began = time.monotonic()
    folder = _locked_folder(stack, port, folder, kind)
    console.say("Starting NovexERP ...")
    _log_to(stack, folder / "log.txt")
    engine = stack.enter_context(DynamoDBLocal(folder / "dynamodb"))
    os.environ.update(engine.environment())
    os.environ.setdefault("NOVEX_WEB_ORIGIN", WEB_ORIGIN)
    os.environ["NOVEX_STAGE"] = "local"
    # Imported after the environment is set, because these modules read it at import.
    from infra.local.aws import LocalAws
    from infra.local.gateway import Gateway
    from infra.local.pumps import Pumps
    from infra.local.seed import seed
    from infra.local.server import serve
    from infra.local.tables import create_tables

    aws = stack.enter_context(LocalAws(folder / "aws"))
    identity = _identity(stack, console, kind, folder, port)
    os.environ.update(aws.environment() | identity.environment())
    aws.keep_secret("keycloak-admin", identity.admin_secret())
    app = importlib.import_module("app").app
    create_tables(_dynamodb())
    pumps = Pumps(folder, reconcile_seconds=RECONCILE_SECONDS, retry_seconds=RETRY_SECONDS)

    def on_access(line: dict[str, str]) -> None:
        pumps.access_log.add(line)
        console.request(line)

    server = stack.enter_context(serve(Gateway(app, on_access=on_access), port=port))
    seed(server.url, identity, folder, console.say)
    # The pumps start after the seed: processing its events at the same time would make the start slower.
    stack.callback(pumps.stop)
    pumps.start()
    stack.enter_context(environment.kept(folder))
    console.say(f"Started in {time.monotonic() - began:.1f} s.")
    return Running(server.url, identity)


def _locked_folder(stack: ExitStack, port: int, folder: Path, kind: str) -> Path:
    """Checks the ports and locks the data folder until the end. Raises LocalFailureError."""
    _check_ports(port, 3 if kind == "keycloak" else 2)
    stack.enter_context(data_dir.held(folder))
    # Keycloak's tenants have other ids, so it needs its own data folder.
    return private_folder(folder / "keycloak") if kind == "keycloak" else folder


def _check_ports(first: int, count: int) -> None:
    for number in range(first, first + count):
        if port_in_use(number):
            raise LocalFailureError(f"Port {number} is in use; choose another: make run PORT=...")


def _identity(stack: ExitStack, console: Console, kind: str, folder: Path, port: int) -> Identity:
    if kind == "issuer":
        return stack.enter_context(Issuer(folder / "issuer", port + 1))
    console.say("Starting Keycloak ...")
    settings = {"NOVEX_WEB_ORIGIN": os.environ["NOVEX_WEB_ORIGIN"], "NOVEX_API_URL": f"http://127.0.0.1:{port}"}
    return stack.enter_context(DemoRealm(folder / "identity", port + 1, settings))


def summary(running: Running) -> list[str]:
    """The lines that are printed after the start: URLs, and three example commands that work in any folder."""
    token = f"make -s -C {shlex.quote(str(ROOT))} token"
    bearer = f'-H "Authorization: Bearer $({token})"'
    sales = f'-H "Authorization: Bearer $({token} AS=sales TENANT=globex)"'
    customer = '{"kind":"company","name":"Curl & Sons"}'
    return [
        "",
        f"  API     {running.url}",
        f"  Docs    {running.url}/docs",
        f"  Issuer  {running.identity.issuer}",
        *_about(running.identity),
        "",
        "Try, in another terminal:",
        f"  curl {bearer} '{running.url}/v1/items?limit=3'",
        f"  curl {sales} '{running.url}/v1/sales-orders?limit=3'",
        f"  curl {bearer} -H 'Content-Type: application/json' -H \"Idempotency-Key: $(date +%s)\" "
        f"-d '{customer}' {running.url}/v1/customers",
        "",
        "Ctrl-C stops everything.",
    ]


def _about(identity: Identity) -> list[str]:
    token = f"  Tokens  make token AS=<role> TENANT={'|'.join(realm.ORGANIZATIONS)}"
    if not isinstance(identity, DemoRealm):
        return [f"{token} (8 hours; Keycloak gives 5 minutes)"]
    return [
        f"{token} (5 minutes)",
        f"  Users   <role>@<tenant>.example, password {identity.password}",
        f"  Console {identity.base}/admin/master/console/, see management.json in {identity.folder}",
        f"  Mails   {identity.mail_folder}",
    ]


def _dynamodb() -> object:
    import boto3

    return boto3.client("dynamodb")


def _log_to(stack: ExitStack, path: Path) -> None:
    """Redirects the logs of the product and its libraries to a file that is readable by the owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    log = stack.enter_context(os.fdopen(descriptor, "w", buffering=1))
    previous = sys.stdout
    stack.callback(setattr, sys, "stdout", previous)
    sys.stdout = log
    logging.basicConfig(stream=log, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # botocore logs the source of its credentials at INFO for every client.
    logging.getLogger("botocore").setLevel(logging.WARNING)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65534:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65534 (the issuer takes the next one)")
    return port


def _wait_for_a_signal() -> None:
    """Waits until KeyboardInterrupt is raised.

    A signal just before an endless wait does not end it, and an exception during Python's cleanup of objects is
    ignored. So the wait is repeated with a timeout and checks for a received signal.
    """
    while not _signals:
        time.sleep(WAKE_SECONDS)
    raise KeyboardInterrupt


def _interrupt(number: int, frame: FrameType | None) -> None:
    _signals.append(number)
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
