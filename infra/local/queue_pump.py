"""Invokes a function with messages of an SQS queue, like Lambda's event source mapping."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.engine import REGION
from infra.local.invoke import ACCOUNT, Function, FunctionFailedError, failed_items
from infra.local.pump import LOG, Pump


class QueuePump(Pump):
    """Receives messages, invokes the function, and deletes successful messages; others are received again after their
    visibility timeout.

    retry_seconds: a shorter visibility timeout for failed messages (None keeps the queue's own). After the queue's
    maximum number of receives, a message is moved to the dead-letter queue.
    """

    def __init__(
        self,
        queues: Any,
        queue_url: str,
        handler: str,
        batch_size: int = 10,
        retry_seconds: int | None = None,
        timeout: float = 60.0,
        pause: float = 0.1,
    ) -> None:
        super().__init__(handler.rpartition(".")[2], pause)
        self._queues = queues
        self._url = queue_url
        self._function = Function(handler, timeout)
        self._batch_size = batch_size
        self._retry_seconds = retry_seconds

    def _poll(self) -> int:
        return self._deliver(self._receive())

    def _receive(self) -> list[dict[str, Any]]:
        received = self._queues.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=self._batch_size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = received.get("Messages", [])
        return messages

    def _deliver(self, messages: list[dict[str, Any]]) -> int:
        if messages:
            identifiers = [message["MessageId"] for message in messages]
            try:
                failed = failed_items(self._function({"Records": [self._record(m) for m in messages]}), identifiers)
            except FunctionFailedError:
                failed = None
            if not self._killed:
                self._delete_or_retry(messages, set(identifiers) if failed is None else failed)
        return len(messages)

    def _delete_or_retry(self, messages: list[dict[str, Any]], failed: set[str]) -> None:
        done = [message for message in messages if message["MessageId"] not in failed]
        if done:
            entries = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(done)]
            self._queues.delete_message_batch(QueueUrl=self._url, Entries=entries)
        if self._retry_seconds is None:
            return
        for message in messages:
            if message["MessageId"] in failed:
                self._queues.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=self._retry_seconds
                )

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {"dataType": value["DataType"], "stringValue": value.get("StringValue")}
            for name, value in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self._url.rpartition('/')[2]}",
            "awsRegion": REGION,
        }


class GroupPump(QueuePump):
    """Delivers the messages of a FIFO queue one by one, those of different groups at the same time.

    SQS gives out no message of a group while another one of it is being worked on. then: pumps that probably have
    something to deliver after this one.
    """

    def __init__(self, *arguments: Any, workers: int, then: Sequence[Pump] = (), **options: Any) -> None:
        super().__init__(*arguments, batch_size=1, **options)
        self._then = then
        self._workers = workers
        self._free = threading.Semaphore(workers)
        self._pool = self._new_pool()

    def _poll(self) -> int:
        if self._thread is None:
            return super()._poll()
        if not self._free.acquire(timeout=self._pause):
            return 0
        messages = self._receive()
        if messages:
            self._pool.submit(self._work, messages)
        else:
            self._free.release()
        return len(messages)

    def _work(self, messages: list[dict[str, Any]]) -> None:
        try:
            self._deliver(messages)
        except Exception:  # the message is received again after its visibility timeout
            LOG.exception("pump %s", self.name)
        finally:
            self._free.release()
            for pump in (self, *self._then):
                pump.nudge()

    def stop(self) -> None:
        """Ends the thread and waits for the messages that are being worked on."""
        super().stop()
        self._pool.shutdown()
        self._pool = self._new_pool()

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._workers, thread_name_prefix=self.name)
