"""Readiness: what the API needs, asked once each."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.edge.system import probes
from chalicelib.edge.system.errors import NotReady
from chalicelib.edge.system.schemas import CheckOutcome, Checks, Readiness
from chalicelib.kernel import clock, config, log
from chalicelib.kernel.errors import DomainError

CACHE_SECONDS = 5.0
"""The route is public: however often it is asked, the services behind it are asked this seldom."""
BUDGET_SECONDS = 12.0
"""After this no further check starts and the rest counts as failed, so that an answer leaves before the gateway's 29 s
are over: one dead service takes up to three attempts of 5 s."""

_lock = threading.Lock()
_held: list[tuple[float, Checks]] = []


def readiness() -> Readiness:
    """Asks the store, the secrets and the queues, at most every CACHE_SECONDS. NotReady when one does not answer."""
    with _lock:
        if not _held or clock.monotonic() - _held[0][0] >= CACHE_SECONDS:
            checks = _checks()
            _held[:] = [(clock.monotonic(), checks)]
        checks = _held[0][1]
    if "failed" in msgspec.structs.astuple(checks):
        raise NotReady(checks)
    return Readiness("ready", checks)


def forget() -> None:
    """Drops the last answer."""
    with _lock:
        _held.clear()


def _checks() -> Checks:
    end = clock.monotonic() + BUDGET_SECONDS
    names: dict[str, Callable[[], Any]] = {
        "store": probes.database,
        "secrets": probes.platform_secret,
        "inbox_queue": lambda: probes.queue(config.current().inbox_queue_url),
        "jobs_queue": lambda: probes.queue(config.current().jobs_queue_url),
    }
    return Checks(**{name: _outcome(name, check, end) for name, check in names.items()})


def _outcome(name: str, check: Callable[[], Any], end: float) -> CheckOutcome:
    """The reason of a failure goes to the log and to nobody else."""
    if clock.monotonic() > end:
        return "failed"
    try:
        check()
    except (BotoCoreError, ClientError, DomainError, RuntimeError, msgspec.DecodeError) as error:
        log.logger().error("not_ready", check=name, error=type(error).__name__)
        return "failed"
    return "ok"
