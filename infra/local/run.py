"""`make run`: runs the whole backend on loopback until Ctrl-C, with its data in the ignored folder .local/.

This process starts and watches the others: the engine, the workers of the API, and the worker of the event functions.
It runs the issuer, the emulated AWS services and the simulated platforms itself.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from types import FrameType

from infra.local import data_dir, environment, ports
from infra.local.console import Console, summary
from infra.local.demo_realm import DemoRealm
from infra.local.engine import REGION, DynamoDBLocal
from infra.local.failure import LocalFailureError
from infra.local.fetched import ROOT
from infra.local.identity import Identity
from infra.local.issuer import Issuer
from infra.local.private_files import private_folder
from infra.local.server import listen
from infra.local.worker import log_to
from infra.local.workers import Worker

# As many as the CPUs that a small machine has.
API_WORKERS = 2
WATCH_SECONDS = 0.5
WEB_ORIGIN = "http://localhost:3000"
LOG = logging.getLogger("novex.local.run")
_signals: list[int] = []


@dataclass(frozen=True)
class Running:
    """The running backend, and the processes that must not end before it."""

    url: str
    identity: Identity
    engine: DynamoDBLocal
    workers: tuple[Worker, ...]

    def check(self) -> None:
        """Raises LocalFailureError when one of the processes has ended by itself."""
        self.engine.check()
        for worker in self.workers:
            worker.check()


def main() -> int:
    """Runs until SIGINT, SIGTERM, SIGHUP or the end of the process that started it. Returns 1 after one line when the
    start fails or a process ends by itself."""
    parser = argparse.ArgumentParser(description="Run NovexERP on loopback.")
    parser.add_argument("--port", default="8000")
    parser.add_argument("--identity", default="issuer")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    os.umask(0o077)
    console, folder = Console(sys.stdout), data_dir.FOLDER.resolve()
    try:
        _run(console, _port(arguments.port), folder, _kind(arguments.identity))
    except LocalFailureError as failure:
        console.say(str(failure))
        return 1
    except KeyboardInterrupt:
        console.say("Stopped; the data stays for the next run (`make reset` forgets it).")
    except Exception as error:  # the last resort: a person gets a sentence, the log the traceback
        LOG.exception("make run failed")
        console.say(f"make run failed: {type(error).__name__}: {error} (more in {folder / 'log.txt'}).")
        return 1
    return 0


def _run(console: Console, port: int, folder: Path, kind: str) -> None:
    parent = os.getppid()
    with ExitStack() as stack:
        running = start(stack, console, port, folder, kind)
        # Runs first when the stack unwinds, so that a second Ctrl-C does not leave child processes behind.
        stack.callback(_ignore_signals)
        console.say(*summary(running.url, running.identity, environment.url("shopify", os.environ)))
        console.quiet = False
        _watch(running, parent)


def start(stack: ExitStack, console: Console, port: int, folder: Path, kind: str) -> Running:
    """Starts all parts in order; `stack` stops them in reverse order. Raises LocalFailureError."""
    began = time.monotonic()
    listener = _taken_port(stack, port, 3 if kind == "keycloak" else 2)
    stack.enter_context(data_dir.held(folder))
    if kind == "keycloak":
        # Keycloak's tenants have other ids, so it needs its own data folder.
        folder = private_folder(folder / "keycloak")
    console.say("Starting NovexERP ...")
    log = folder / "log.txt"
    log_to(log)
    url = f"http://127.0.0.1:{port}"
    indexed = _index(folder / "index")
    engine, identity = _services(stack, console, kind, folder, url)
    indexed()
    workers = _workers(stack, console, folder, log, listener)
    from infra.local.seed import seed

    seed(url, identity, folder, console.say)
    stack.enter_context(environment.kept(folder))
    console.say(f"Started in {time.monotonic() - began:.1f} s.")
    return Running(url, identity, engine, workers)


def _taken_port(stack: ExitStack, port: int, count: int) -> socket:
    """The API's listening socket, on the first of `count` ports. Raises LocalFailureError when one is in use."""
    for number in range(port, port + count):
        ports.require_free(number)
    return stack.enter_context(listen(port))


def _index(folder: Path) -> Callable[[], None]:
    """Begins to write the index of the routes, from which the API loads only what a request needs. Returns what waits
    for its end and raises LocalFailureError when it failed."""
    os.environ.update(NOVEX_STAGE="local", NOVEX_INDEX=str(folder))
    environment = {"AWS_DEFAULT_REGION": REGION, **os.environ}
    writing = subprocess.Popen(
        [sys.executable, "-m", "infra.index", str(folder)], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )

    def wait() -> None:
        _, said = writing.communicate()
        if writing.returncode:
            raise LocalFailureError(f"The index of the routes could not be made: {said.strip().splitlines()[-1]}")

    return wait


def _services(stack: ExitStack, console: Console, kind: str, folder: Path, url: str) -> tuple[DynamoDBLocal, Identity]:
    """Starts what the product uses, and sets the environment in which the product runs."""
    engine = stack.enter_context(DynamoDBLocal(folder / "dynamodb"))
    os.environ.update(engine.environment())
    os.environ.setdefault("NOVEX_WEB_ORIGIN", WEB_ORIGIN)
    os.environ["NOVEX_API_URL"] = url
    # Imported after the environment is set, because these modules read it at import.
    import boto3

    from infra.local import demo_data
    from infra.local.aws import LocalAws
    from infra.local.simulators import Simulators
    from infra.local.tables import create_tables

    aws = stack.enter_context(LocalAws(folder / "aws"))
    identity = _identity(stack, console, kind, folder, url)
    simulators = stack.enter_context(Simulators(folder / "simulators"))
    for shop in demo_data.shops():
        simulators.shopify.install(*shop)
    os.environ.update(aws.environment() | identity.environment() | simulators.environment())
    aws.keep_secret("keycloak-admin", identity.admin_secret())
    create_tables(boto3.client("dynamodb"))
    return engine, identity


def _identity(stack: ExitStack, console: Console, kind: str, folder: Path, url: str) -> Identity:
    port = int(url.rpartition(":")[2]) + 1
    if kind == "issuer":
        return stack.enter_context(Issuer(folder / "issuer", port))
    console.say("Starting Keycloak ...")
    settings = {name: os.environ[name] for name in ("NOVEX_WEB_ORIGIN", "NOVEX_API_URL")}
    return stack.enter_context(DemoRealm(folder / "identity", port, settings))


def _workers(stack: ExitStack, console: Console, folder: Path, log: Path, listener: socket) -> tuple[Worker, ...]:
    """Starts the processes that run the product, and returns when they work."""
    events = Worker("The worker of the event functions", "events", str(folder), log)
    stack.callback(events.stop)

    def on_access(line: str) -> None:
        events.send(line)
        console.request(line)

    workers = [events]
    descriptor = listener.fileno()
    for number in range(1, API_WORKERS + 1):
        api = Worker(f"Worker {number} of the API", "api", str(descriptor), log, on_access, (descriptor,))
        stack.callback(api.stop)
        workers.append(api)
    for worker in workers:
        worker.wait_until_ready()
    return tuple(workers)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65533):
        raise LocalFailureError(f"PORT={text} is no port: it is a number from 1 to 65533 (the next two are taken too).")
    return int(text)


def _kind(text: str) -> str:
    if text not in ("issuer", "keycloak"):
        raise LocalFailureError(f"IDENTITY={text} is not known: it is issuer or keycloak.")
    return text


def _watch(running: Running, parent: int) -> None:
    """Waits until KeyboardInterrupt or LocalFailureError is raised.

    A signal just before an endless wait does not end it, and an exception during Python's cleanup of objects is
    ignored. So the wait is repeated with a timeout and checks for a received signal. When `make` is killed, nobody
    sends a signal, but this process gets another parent.
    """
    while not _signals and os.getppid() == parent:
        running.check()
        time.sleep(WATCH_SECONDS)
    raise KeyboardInterrupt


def _interrupt(number: int, frame: FrameType | None) -> None:
    _signals.append(number)
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
