"""The pumps deliver as Lambda's event sources do: in order, again after a failure, and past a poison record."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from infra.local.aws import LocalAws
from infra.local.engine import DynamoDBLocal
from infra.local.pumps import AccessLogPump, drain
from infra.local.queue_pump import QueuePump
from infra.local.stream_pump import Positions, StreamPump

Handler = Callable[[dict[str, Any], Any], Any]


@pytest.fixture(scope="module")
def engine() -> Iterator[DynamoDBLocal]:
    with DynamoDBLocal() as running:
        yield running


class Stream:
    """A table with a stream, and a function that stands in for a deployed one."""

    def __init__(self, engine: DynamoDBLocal) -> None:
        keys = {"region_name": "eu-west-1", "endpoint_url": engine.endpoint}
        keys |= {"aws_access_key_id": engine.access_key, "aws_secret_access_key": engine.access_key}
        self.table = f"t-{uuid.uuid4()}"
        self.dynamodb = boto3.client("dynamodb", **keys)
        self.streams = boto3.client("dynamodbstreams", **keys)
        made = self.dynamodb.create_table(
            TableName=self.table,
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.arn = made["TableDescription"]["LatestStreamArn"]

    def put(self, *names: str, **more: Any) -> None:
        for name in names:
            self.dynamodb.put_item(TableName=self.table, Item={"key": {"S": name}, **more})

    def pump(self, handler: str, **options: Any) -> StreamPump:
        return StreamPump(self.streams, self.arn, handler, backoff=(0.0, 0.0), **options)


@pytest.fixture
def stream(engine: DynamoDBLocal) -> Stream:
    return Stream(engine)


@pytest.fixture
def deploy() -> Iterator[Callable[[Handler], str]]:
    """Makes a function reachable by a handler string."""
    names: list[str] = []

    def deployed(handler: Handler) -> str:
        module: Any = ModuleType(f"deployed_{uuid.uuid4().hex}")
        module.handle = handler
        sys.modules[module.__name__] = module
        names.append(module.__name__)
        return f"{module.__name__}.handle"

    yield deployed
    for name in names:
        del sys.modules[name]


def names(event: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["key"]["S"] for record in event["Records"]]


def test_stream_records_have_lambdas_shape_and_pass_the_filter(stream: Stream, deploy: Any) -> None:
    events: list[dict[str, Any]] = []
    pump = stream.pump(deploy(lambda event, context: events.append(event)), events=("MODIFY",))
    stream.put("a")
    stream.put("a", blob={"B": b"\x00\xff"})
    assert drain(pump) == 2
    (record,) = events[0]["Records"]
    assert (record["eventName"], record["eventSource"]) == ("MODIFY", "aws:dynamodb")
    assert record["dynamodb"]["NewImage"] == {"key": {"S": "a"}, "blob": {"B": base64.b64encode(b"\x00\xff").decode()}}
    assert record["dynamodb"]["OldImage"] == {"key": {"S": "a"}}
    json.dumps(events)


def test_partial_failure_is_tried_again_from_the_first_failed_record(stream: Stream, deploy: Any) -> None:
    seen: list[list[str]] = []

    def handler(event: dict[str, Any], context: Any) -> Any:
        seen.append(names(event))
        assert context.get_remaining_time_in_millis() > 0
        failed = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if names({"Records": [r]}) == ["c"]]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed if len(seen) == 1]}

    pump = stream.pump(deploy(handler))
    stream.put("a", "b", "c", "d")
    drain(pump)
    assert seen == [["a", "b", "c", "d"], ["c", "d"]]
    assert pump.parked == []


def test_poison_record_parks_alone_and_the_rest_arrives_in_order(stream: Stream, deploy: Any) -> None:
    done: list[str] = []

    def handler(event: dict[str, Any], context: Any) -> None:
        if "poison" in names(event):
            raise ValueError("cannot")
        done.extend(names(event))

    pump = stream.pump(deploy(handler), attempts=2)
    stream.put("a", "b", "poison", "c", "d", "e")
    drain(pump)
    assert done == ["a", "b", "c", "d", "e"]
    assert [record["dynamodb"]["Keys"]["key"]["S"] for record in pump.parked] == ["poison"]


def test_killed_pump_delivers_the_batch_again_and_lost_records_never(
    stream: Stream, deploy: Any, tmp_path: Path
) -> None:
    seen: list[list[str]] = []
    pumps: list[StreamPump] = []

    def handler(event: dict[str, Any], context: Any) -> None:
        seen.append(names(event))
        if len(seen) == 2:
            pumps[0]._killed = True

    where = deploy(handler)
    pumps.append(stream.pump(where, positions=Positions(tmp_path / "at.json")))
    stream.put("a")
    drain(pumps[0])
    stream.put("b")
    pumps[0].poll()
    again = stream.pump(where, positions=Positions(tmp_path / "at.json"))
    drain(again)
    stream.put("c")
    assert again.skip() == 1
    stream.put("d")
    drain(again)
    assert seen == [["a"], ["b"], ["b"], ["d"]]


def test_queue_keeps_what_failed_and_gives_it_up_to_the_dead_letter_queue(deploy: Any) -> None:
    received: list[tuple[str, str]] = []

    def handler(event: dict[str, Any], context: Any) -> Any:
        received.extend((r["body"], r["attributes"]["ApproximateReceiveCount"]) for r in event["Records"])
        bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}

    with LocalAws(stage="pumps") as aws:
        queues = aws.client("sqs")
        url = aws.environment()["NOVEX_INBOX_QUEUE_URL"]
        pump = QueuePump(queues, url, deploy(handler), retry_seconds=0)
        for body in ("good", "bad"):
            queues.send_message(QueueUrl=url, MessageBody=body)
        drain(pump)
        dead = queues.receive_message(QueueUrl=f"{url}-dead")["Messages"]
    assert [body for body, _ in received].count("good") == 1
    assert [count for body, count in received if body == "bad"] == ["1", "2", "3", "4", "5"]
    assert [message["Body"] for message in dead] == ["bad"]


def test_access_lines_reach_the_intake_once_after_a_failure(deploy: Any) -> None:
    batches: list[list[dict[str, str]]] = []

    def handler(event: dict[str, Any], context: Any) -> None:
        content = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        batches.append([json.loads(entry["message"]) for entry in content["logEvents"]])
        if len(batches) == 1:
            raise ValueError("not now")

    pump = AccessLogPump(deploy(handler))
    lines = [{"request_id": str(number), "time_ms": "1"} for number in range(3)]
    for line in lines:
        pump.add(line)
    drain(pump)
    assert batches == [lines, lines]
    assert pump.parked == []
