"""Invokes a function with records of a DynamoDB stream, like Lambda's event source mapping.

The order within a shard is preserved. A failed batch is retried from its first failed record, with growing pauses; then
it is bisected until only the failing record is left, which is parked so that the others can continue.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.engine import REGION
from infra.local.invoke import LOG, Function, FunctionFailedError, failed_items
from infra.local.private_files import write_private
from infra.local.pump import Pump

Record = dict[str, Any]
# Shards change every few hours.
SHARDS_SECONDS = 10.0


class Positions:
    """The last processed record of each shard; with a path, stored between runs, as in Lambda."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._last: dict[str, str] = {}
        if path is not None and path.exists():
            self._last = json.loads(path.read_text())

    def get(self, shard: str) -> str | None:
        return self._last.get(shard)

    def set(self, shard: str, sequence: str) -> None:
        self._last[shard] = sequence
        if self._path is not None:
            write_private(self._path, json.dumps(self._last).encode())


class StreamPump(Pump):
    """One event source mapping: TRIM_HORIZON, a filter of event names, ReportBatchItemFailures, bisecting.

    then: pumps that have something to deliver after this one. parked: the on-failure destination, which are the records
    that were given up, oldest first.
    """

    def __init__(
        self,
        streams: Any,
        stream_arn: str,
        handler: str,
        events: Sequence[str] = ("INSERT",),
        batch_size: int = 25,
        attempts: int = 4,
        backoff: tuple[float, float] = (0.05, 2.0),
        positions: Positions | None = None,
        pause: float = 0.05,
        window: float = 0.0,
        then: Sequence[Pump] = (),
    ) -> None:
        super().__init__(handler.rpartition(".")[2], pause, window)
        self._streams = streams
        self._arn = stream_arn
        self._function = Function(handler)
        self._events = frozenset(events)
        self._batch_size = batch_size
        self._attempts = attempts
        self._backoff = backoff
        self._positions = positions or Positions()
        self._iterators: dict[str, str | None] = {}
        self._shards: list[Record] | None = None
        self._listed_at = 0.0
        self._then = then
        self.parked: list[Record] = []

    def skip(self) -> int:
        """Drops all waiting records, as a stream does after 24 hours; returns their number."""
        with self._polling:
            lost = 0
            for shard in self._open_shards():
                while records := self._read(shard):
                    lost += len(records)
                    self._positions.set(shard, records[-1]["dynamodb"]["SequenceNumber"])
            return lost

    def _poll(self) -> int:
        moved = 0
        for shard in self._open_shards():
            records = self._read(shard)
            if not records:
                continue
            moved += len(records)
            requested = [self._lambda_record(record) for record in records if record["eventName"] in self._events]
            for start in range(0, len(requested), self._batch_size):
                self._deliver(requested[start : start + self._batch_size], self._attempts)
                for pump in self._then:
                    pump.nudge()
                if self._killed:
                    # Records that were read but not processed must be read again.
                    self._iterators.pop(shard, None)
                    return moved
            self._positions.set(shard, records[-1]["dynamodb"]["SequenceNumber"])
        return moved

    def _open_shards(self) -> list[str]:
        """The shards with remaining records, parents before children."""
        finished = {shard for shard, iterator in self._iterators.items() if iterator is None}
        if self._shards is None or finished or time.monotonic() - self._listed_at >= SHARDS_SECONDS:
            self._shards, self._listed_at = self._list_shards(), time.monotonic()
        shards = self._shards
        known = {shard["ShardId"] for shard in shards}
        blocked = {
            shard["ShardId"]
            for shard in shards
            if shard.get("ParentShardId") in known and shard["ParentShardId"] not in finished
        }
        return [shard["ShardId"] for shard in shards if shard["ShardId"] not in finished | blocked]

    def _list_shards(self) -> list[Record]:
        shards: list[Record] = []
        last: dict[str, str] = {}
        while True:
            page = self._streams.describe_stream(StreamArn=self._arn, **last)["StreamDescription"]
            shards += page["Shards"]
            if "LastEvaluatedShardId" not in page:
                return shards
            last = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def _read(self, shard: str) -> list[Record]:
        """The next records of a shard. Pages may be empty before the end; then only the iterator advances."""
        iterator = self._iterators.get(shard) or self._iterator(shard)
        try:
            page = self._streams.get_records(ShardIterator=iterator, Limit=1000)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                raise
            self._iterators.pop(shard, None)
            return []
        self._iterators[shard] = page.get("NextShardIterator")
        return list(page["Records"])

    def _iterator(self, shard: str) -> str:
        after = self._positions.get(shard)
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        return str(self._streams.get_shard_iterator(StreamArn=self._arn, ShardId=shard, **start)["ShardIterator"])

    def _deliver(self, records: list[Record], attempts: int) -> None:
        tried = 0
        while records and not self._killed:
            failed = self._invoke(records)
            if failed is None:
                return
            if failed > 0:
                # Progress: the records before are done, and the rest has its full number of attempts.
                records, tried = records[failed:], 0
            tried += 1
            if tried < attempts:
                self._stopping.wait(min(self._backoff[1], self._backoff[0] * 2**tried))
            elif len(records) == 1:
                LOG.error("pump %s parks record %s", self.name, records[0]["eventID"])
                self.parked.append(records[0])
                return
            else:
                middle = len(records) // 2
                self._deliver(records[:middle], 1)
                records, attempts, tried = records[middle:], 1, 0

    def _invoke(self, records: list[Record]) -> int | None:
        """The index of the first failed record, or None if all succeeded."""
        identifiers = [record["dynamodb"]["SequenceNumber"] for record in records]
        try:
            failed = failed_items(self._function({"Records": records}), identifiers)
        except FunctionFailedError:
            failed = None
        if failed is None:
            return 0
        return min((identifiers.index(identifier) for identifier in failed), default=None)

    def _lambda_record(self, record: Record) -> Record:
        change = record["dynamodb"]
        created = change.get("ApproximateCreationDateTime")
        body = {
            "Keys": _plain(change["Keys"]),
            "SequenceNumber": change["SequenceNumber"],
            "SizeBytes": change["SizeBytes"],
            "StreamViewType": change["StreamViewType"],
            "ApproximateCreationDateTime": created.timestamp() if created is not None else 0.0,
        }
        for image in ("NewImage", "OldImage"):
            if image in change:
                body[image] = _plain(change[image])
        return {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record["eventVersion"],
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": body,
            "eventSourceARN": self._arn,
        }


def _plain(value: Any) -> Any:
    """The value with bytes converted to base64 text, as in Lambda's event."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
