"""All event sources of the product: streams, queues, schedules and the access log."""

from __future__ import annotations

import base64
import gzip
import json
import os
import queue
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from chalicelib.kernel import config
from infra.local.engine import REGION
from infra.local.invoke import ACCOUNT, LOG, Function, FunctionFailedError
from infra.local.pump import Pump
from infra.local.queue_pump import GroupPump, QueuePump
from infra.local.stream_pump import Positions, StreamPump
from infra.stack.functions import WAKES_CONCURRENCY

SEQUENCER = "chalicelib.functions.feed.sequence_journal"
DISPATCHER = "chalicelib.functions.feed.dispatch_changes"
CONSUMERS = "chalicelib.functions.consumers.run_consumers"
INBOX = "chalicelib.functions.inbox.process_inbox"
JOBS = "chalicelib.functions.jobs.run_jobs"
ACCESS_LOG = "chalicelib.functions.access_log.intake_access_log"
RECONCILER = "chalicelib.functions.schedules.reconcile"
WAKER = "chalicelib.functions.schedules.wake_consumers"
SWEEP = "chalicelib.functions.retention.sweep_retention"

RECONCILE_SECONDS = 300.0
WAKE_SECONDS = 60.0
SWEEP_SECONDS = 900.0
# Batch sizes and timeouts as deployed.
STREAM_BATCH = 250
STREAM_ATTEMPTS = 6
# Numbering several entries at once costs less than one by one; deployed it is a second.
SEQUENCER_WINDOW_SECONDS = 0.2
# The sequencer announces that an entry got its number.
DISPATCHER_PAUSE_SECONDS = 0.25
INBOX_BATCH, INBOX_TIMEOUT = 5, 60.0
JOBS_BATCH, JOBS_TIMEOUT = 1, 120.0
CONSUMERS_TIMEOUT = 60.0
# A wake is announced by the dispatcher, so an idle queue need not be asked often.
WAKES_PAUSE_SECONDS = 1.0
QUEUE_PAUSE = 0.3


class SchedulePump(Pump):
    """Invokes a function at a fixed interval, the first time after one interval."""

    def __init__(self, handler: str, seconds: float) -> None:
        super().__init__(handler.rpartition(".")[2], pause=min(seconds, 1.0))
        self._function = Function(handler, timeout=240.0)
        self._seconds = seconds
        self._due = time.monotonic() + seconds

    def fire(self) -> Any:
        """Invokes the function and returns its result. Raises FunctionFailedError."""
        return self._function(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.events",
                "account": ACCOUNT,
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{self.name}"],
                "detail": {},
            }
        )

    def _poll(self) -> int:
        if time.monotonic() < self._due:
            return 0
        self._due = time.monotonic() + self._seconds
        try:
            self.fire()
        except FunctionFailedError:
            # The function is invoked again at the next interval.
            return 0
        return 1


class AccessLogPump(Pump):
    """Collects the gateway's access-log lines and sends them to the intake function, like a CloudWatch Logs
    subscription.

    `add` never blocks and never raises. A failed batch is retried, then moved to `parked`.
    """

    def __init__(self, handler: str = ACCESS_LOG, batch_size: int = 100, attempts: int = 3, pause: float = 0.5) -> None:
        super().__init__(handler.rpartition(".")[2], pause, window=pause)
        self._function = Function(handler)
        self._batch_size = batch_size
        self._attempts = attempts
        self._lines: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._failed: tuple[int, dict[str, Any]] | None = None
        self.parked: list[dict[str, Any]] = []

    def add(self, line: dict[str, str]) -> None:
        """Adds one line; for the gateway's `on_access`."""
        self._lines.put(line)

    def _poll(self) -> int:
        tried, event = self._failed or (0, self._batch())
        if not event:
            return 0
        self._failed = None
        try:
            self._function(event)
        except FunctionFailedError:
            if tried + 1 < self._attempts:
                self._failed = (tried + 1, event)
                self._stopping.wait(min(2.0, 0.05 * 2**tried))
            else:
                LOG.error("pump %s parks a batch of access-log lines", self.name)
                self.parked.append(event)
        return 1

    def _batch(self) -> dict[str, Any]:
        lines: list[dict[str, str]] = []
        while len(lines) < self._batch_size and not self._lines.empty():
            lines.append(self._lines.get())
        return subscription_event(lines) if lines else {}


def subscription_event(lines: Iterable[dict[str, str]]) -> dict[str, Any]:
    """Lambda's event for a batch of log lines: JSON with base64 of gzip."""
    events = [
        {"id": uuid.uuid4().hex, "timestamp": int(line.get("time_ms", "0")), "message": json.dumps(line)}
        for line in lines
    ]
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": "novex-local-access",
        "logStream": "local",
        "subscriptionFilters": ["novex-local-access"],
        "logEvents": events,
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(message).encode())).decode("ascii")}}


class Pumps:
    """All event sources of the product; the environment must be set and the tables must exist.

    data: a folder that keeps the streams' positions between runs. Tests do not start the threads and call `drain()`.
    """

    def __init__(
        self,
        data: Path | None = None,
        reconcile_seconds: float = RECONCILE_SECONDS,
        wake_seconds: float = WAKE_SECONDS,
        retry_seconds: int | None = 0,
        backoff: tuple[float, float] = (0.05, 2.0),
    ) -> None:
        stage = os.environ.get("NOVEX_STAGE", "local")
        streams, queues = boto3.client("dynamodbstreams"), boto3.client("sqs")
        arn = boto3.client("dynamodb").describe_table(TableName=f"novex-{stage}-journal")["Table"]["LatestStreamArn"]

        def from_stream(handler: str, event: str, then: Sequence[Pump], pause: float, window: float) -> StreamPump:
            name = handler.rpartition(".")[2]
            positions = Positions(data / f"stream-{name}.json") if data is not None else Positions()
            options = {"positions": positions, "then": then, "pause": pause, "window": window}
            return StreamPump(streams, arn, handler, (event,), STREAM_BATCH, STREAM_ATTEMPTS, backoff, **options)

        def from_queue(handler: str, variable: str, batch_size: int, timeout: float) -> QueuePump:
            return QueuePump(queues, os.environ[variable], handler, batch_size, retry_seconds, timeout, QUEUE_PAUSE)

        self.jobs = from_queue(JOBS, "NOVEX_JOBS_QUEUE_URL", JOBS_BATCH, JOBS_TIMEOUT)
        self.consumers = _consumer_pumps(queues, retry_seconds, [self.jobs])
        self.dispatcher = from_stream(DISPATCHER, "MODIFY", self.consumers, DISPATCHER_PAUSE_SECONDS, 0.0)
        self.sequencer = from_stream(SEQUENCER, "INSERT", [self.dispatcher], 0.05, SEQUENCER_WINDOW_SECONDS)
        self.inbox = from_queue(INBOX, "NOVEX_INBOX_QUEUE_URL", INBOX_BATCH, INBOX_TIMEOUT)
        self.access_log = AccessLogPump()
        self.reconciler = SchedulePump(RECONCILER, reconcile_seconds)
        self.sweep = SchedulePump(SWEEP, SWEEP_SECONDS)
        self.waker = SchedulePump(WAKER, wake_seconds)
        feed = (self.sequencer, self.dispatcher, *self.consumers)
        self.sources: tuple[Pump, ...] = (*feed, self.inbox, self.jobs, self.access_log)
        self.schedules: tuple[Pump, ...] = (self.reconciler, self.waker, self.sweep)

    def start(self) -> None:
        """Starts every pump's thread."""
        for pump in (*self.sources, *self.schedules):
            pump.start()

    def stop(self) -> None:
        """Stops all pumps, after sending the remaining access-log lines."""
        for pump in (*self.schedules, *self.sources):
            pump.stop()
        drain(self.access_log)

    def kill(self) -> None:
        """Kills all pumps; batches in delivery are delivered again at the next start."""
        for pump in (*self.schedules, *self.sources):
            pump.kill()

    def drain(self, timeout: float = 180.0) -> int:
        """Delivers all waiting events, and the events that these cause, until there are none; returns their number.

        Schedules are not run. Raises TimeoutError.
        """
        return drain(*self.sources, timeout=timeout)


def _consumer_pumps(queues: Any, retry_seconds: int | None, then: Sequence[Pump]) -> tuple[GroupPump, ...]:
    options = {"then": then, "retry_seconds": retry_seconds, "timeout": CONSUMERS_TIMEOUT, "pause": WAKES_PAUSE_SECONDS}
    urls = config.current().wake_queue_urls.values()
    return tuple(GroupPump(queues, url, CONSUMERS, workers=WAKES_CONCURRENCY, **options) for url in urls)


def drain(*pumps: Pump, timeout: float = 180.0) -> int:
    """Polls the pumps in turn, in this thread, each until it delivers nothing, until a round delivers nothing, and then
    another one of the streams, which may give an empty page before the end. Raises TimeoutError."""
    deadline = time.monotonic() + timeout
    streams = [pump for pump in pumps if isinstance(pump, StreamPump)]
    total = 0
    while moved := sum(_polled_until_empty(pump, deadline) for pump in (*pumps, *streams)):
        total += moved
    return total


def _polled_until_empty(pump: Pump, deadline: float) -> int:
    total = 0
    while moved := pump.poll():
        total += moved
        if time.monotonic() > deadline:
            raise TimeoutError(f"{pump.name} is still moving")
    return total
