"""Readiness: what the API needs, asked once each."""

import threading
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.access.access_state import AccessState
from chalicelib.edge.system.errors import NotReady
from chalicelib.edge.system.schemas import CheckOutcome, Checks, Readiness
from chalicelib.kernel import clock, config, log, secrets
from chalicelib.kernel.dynamo import client, store
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.tenant import PLATFORM

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
        "store": lambda: store.get(AccessState, PLATFORM.key("readiness"), "store"),
        "secrets": _platform_secret,
        "inbox_queue": lambda: _queue(config.current().inbox_queue_url),
        "jobs_queue": lambda: _queue(config.current().jobs_queue_url),
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


def _platform_secret() -> None:
    value = secrets.read(secrets.name("platform"), fresh=True) or {}
    if not value.get("cursor_key") or not value.get("lookup_key"):
        raise RuntimeError("the platform secret is not complete")


def _queue(url: str) -> None:
    if not url:
        raise RuntimeError("the queue is not configured")
    client.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
