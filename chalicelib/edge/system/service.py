"""Readiness: one check of each service that the API needs."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.edge.system import probes
from chalicelib.edge.system.errors import NotReady
from chalicelib.edge.system.schemas import CheckOutcome, Readiness, ReadinessChecks
from chalicelib.kernel import clock, config, log
from chalicelib.kernel.errors import DomainError

CACHE_SECONDS = 5.0
"""The minimum interval of checks, because the route is public and could be called very often."""
BUDGET_SECONDS = 12.0
"""After this time no further check starts and the rest counts as failed, so that the response is sent within the
gateway's 29 s: one service that is down takes up to three attempts of 5 s."""

_lock = threading.Lock()
_last_checks: list[tuple[float, ReadinessChecks]] = []


def readiness() -> Readiness:
    """Checks the store, the secrets and the queues, at most every CACHE_SECONDS. NotReady when a check fails."""
    with _lock:
        if not _last_checks or clock.monotonic() - _last_checks[0][0] >= CACHE_SECONDS:
            checks = _checks()
            _last_checks[:] = [(clock.monotonic(), checks)]
        checks = _last_checks[0][1]
    if "failed" in msgspec.structs.astuple(checks):
        raise NotReady(checks)
    return Readiness("ready", checks)


def forget() -> None:
    """Discards the last result."""
    with _lock:
        _last_checks.clear()


def _checks() -> ReadinessChecks:
    end = clock.monotonic() + BUDGET_SECONDS
    names: dict[str, Callable[[], Any]] = {
        "store": probes.database,
        "secrets": probes.platform_secret,
        "inbox_queue": lambda: probes.queue(config.current().inbox_queue_url),
        "jobs_queue": lambda: probes.queue(config.current().jobs_queue_url),
    }
    return ReadinessChecks(**{name: _outcome(name, check, end) for name, check in names.items()})


def _outcome(name: str, check: Callable[[], Any], end: float) -> CheckOutcome:
    """The outcome of one check. The reason of a failure is only logged."""
    if clock.monotonic() > end:
        return "failed"
    try:
        check()
    except (BotoCoreError, ClientError, DomainError, RuntimeError, msgspec.DecodeError) as error:
        log.logger().error("not_ready", check=name, error=type(error).__name__)
        return "failed"
    return "ok"
