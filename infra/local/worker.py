"""A process of `make run` that runs the product's code: `python -m infra.local.worker api|events LOG ARGUMENT`.

It writes "ready" to its standard output, and the API then one line for the access log of each request. It ends when it
reads "stop"; when its input ends without that, its parent was killed, and it ends at once.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

READY = "ready"
STOP = "stop"
# As in Lambda. More would not be faster on two CPUs, and the event functions would wait for the engine behind them all.
API_CONCURRENCY = 1
# The deployed reconciler runs every 5 minutes, which is too long for local work.
RECONCILE_SECONDS = 30.0
# Deployed, who was put off is woken every minute.
WAKE_SECONDS = 2.0
# Failed messages are retried soon, but not immediately, because the cause may be temporary.
RETRY_SECONDS = 2
Say = Callable[[str], None]


def serve_api(say: Say, descriptor: str) -> None:
    """Serves the API on the parent's listening socket, which it shares with other workers."""
    from infra.local.gateway import Gateway
    from infra.local.server import Server

    app = importlib.import_module("app").app
    gateway = Gateway(app, on_access=lambda line: say(json.dumps(line)), concurrency=API_CONCURRENCY)
    with Server(gateway, socket.socket(fileno=int(descriptor))):
        say(READY)
        for _ in lines():
            pass


def run_events(say: Say, folder: str) -> None:
    """Runs all event sources, when their tables are there. Its input is access-log lines."""
    from infra.local.pumps import Pumps

    pumps = Pumps(Path(folder), RECONCILE_SECONDS, WAKE_SECONDS, RETRY_SECONDS)
    pumps.start()
    say(READY)
    for line in lines():
        pumps.access_log.add(json.loads(line))
    pumps.stop()


def lines() -> Iterator[str]:
    """The parent's lines until it says stop. Ends the process when the parent has ended without that."""
    for line in sys.stdin:
        if line.rstrip() == STOP:
            return
        yield line
    os._exit(1)


def log_to(path: Path) -> None:
    """Redirects the logs of the product and its libraries to a file that is readable by the owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    # The product logs to standard output.
    sys.stdout = os.fdopen(descriptor, "w", buffering=1)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    # botocore logs the source of its credentials at INFO for every client.
    logging.getLogger("botocore").setLevel(logging.WARNING)


def _talk() -> Say:
    """A function that writes a line to the parent, from any thread."""
    out, lock = sys.stdout, threading.Lock()

    def say(line: str) -> None:
        with lock:
            out.write(f"{line}\n")
            out.flush()

    return say


WORK: dict[str, Callable[[Say, str], None]] = {"api": serve_api, "events": run_events}

if __name__ == "__main__":
    kind, log, argument = sys.argv[1:]
    os.umask(0o077)
    tell = _talk()
    log_to(Path(log))
    # For the traceback when the process ends by an exception.
    sys.stderr = sys.stdout
    WORK[kind](tell, argument)
