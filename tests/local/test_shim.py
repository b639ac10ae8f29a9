"""The shim answers as the real DynamoDB does where DynamoDB Local never would."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from infra.local.engine import DynamoDBLocal
from infra.local.lag import IndexLag
from infra.local.shim import Conflicts, Crash, Faults


@pytest.fixture(scope="module")
def table() -> Iterator[Any]:
    with DynamoDBLocal() as engine:
        environment = engine.environment()
        client = boto3.client(
            "dynamodb",
            endpoint_url=engine.endpoint,
            region_name=environment["AWS_REGION"],
            aws_access_key_id=engine.access_key,
            aws_secret_access_key=engine.access_key,
        )
        client.create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def put(name: str) -> dict[str, Any]:
    return {"Put": {"TableName": "things", "Item": {"key": {"S": name}, "value": {"N": "1"}}}}


def add(name: str) -> dict[str, Any]:
    update = {"UpdateExpression": "ADD amount :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    return {"Update": {"TableName": "things", "Key": {"key": {"S": name}}, **update}}


def amount(client: Any, name: str) -> int:
    item = client.get_item(TableName="things", Key={"key": {"S": name}}, ConsistentRead=True).get("Item", {})
    return int(item.get("amount", {"N": "0"})["N"])


def refusal(call: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response)


def test_overlapping_transaction_is_cancelled_at_the_position_of_the_held_key(table: Any) -> None:
    with Conflicts(table, hold=(0.3, 0.3)) as shim:
        slow = threading.Thread(target=lambda: table.transact_write_items(TransactItems=[put("a"), add("b")]))
        slow.start()
        time.sleep(0.1)
        overlap = refusal(lambda: table.transact_write_items(TransactItems=[put("c"), add("b"), put("d")]))
        plain = refusal(lambda: table.put_item(TableName="things", Item={"key": {"S": "a"}}))
        table.transact_write_items(TransactItems=[put("e")])
        assert table.get_item(TableName="things", Key={"key": {"S": "a"}}, ConsistentRead=True)
        slow.join()
        table.transact_write_items(TransactItems=[add("b")])
    assert overlap["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in overlap["CancellationReasons"]] == ["None", "TransactionConflict", "None"]
    assert plain["Error"]["Code"] == "TransactionConflictException"
    assert (shim.transactions, shim.cancelled, shim.refused_writes) == (3, 1, 1)
    assert "Item" not in table.get_item(TableName="things", Key={"key": {"S": "c"}})


def test_crash_after_commit_leaves_the_write_and_crash_before_does_not(table: Any) -> None:
    with Faults(table) as faults:
        faults.at(1, "crash_before").at(2, "crash_after").at(3, "reply_lost").at(4, "timeout")
        for error in (Crash, Crash, ReadTimeoutError, ReadTimeoutError):
            with pytest.raises(error):
                table.transact_write_items(TransactItems=[add("counter")])
    assert amount(table, "counter") == 2
    assert [call.fault for call in faults.calls] == ["crash_before", "crash_after", "reply_lost", "timeout"]


def test_throttle_and_conflict_have_the_real_shapes_and_meet_the_planned_operation_only(table: Any) -> None:
    with Faults(table) as faults:
        faults.at(1, "throttle", operation="TransactWriteItems").at(2, "conflict", operation="TransactWriteItems")
        faults.at(1, "throttle", operation="UpdateItem").at(1, "conflict", operation="GetItem")
        table.get_item(TableName="things", Key={"key": {"S": "x"}})
        throttled = refusal(lambda: table.transact_write_items(TransactItems=[add("x"), add("y")]))
        conflict = refusal(lambda: table.transact_write_items(TransactItems=[add("x"), add("y")]))
        plain = refusal(lambda: table.update_item(**add("x")["Update"]))
        table.transact_write_items(TransactItems=[add("x"), add("y")])
    assert [reason["Code"] for reason in throttled["CancellationReasons"]] == ["ThrottlingError", "None"]
    assert [reason["Code"] for reason in conflict["CancellationReasons"]] == ["TransactionConflict", "None"]
    assert plain["Error"]["Code"] == "ThrottlingException"
    assert (amount(table, "x"), amount(table, "y")) == (1, 1)


def test_keys_are_given_back_when_a_fault_follows_the_call(table: Any) -> None:
    with Faults(table) as faults, Conflicts(table, hold=(0.0, 0.0)) as shim:
        faults.at(1, "crash_after").at(2, "crash_before")
        for _ in range(2):
            with pytest.raises(Crash):
                table.transact_write_items(TransactItems=[add("z")])
        table.transact_write_items(TransactItems=[add("z")])
    assert (shim.cancelled, amount(table, "z")) == (0, 2)


def test_lagging_index_shows_a_new_row_later_and_the_table_at_once(table: Any) -> None:
    key = {"AttributeName": "owner", "KeyType": "HASH"}
    table.create_table(
        TableName="owned",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("key", "owner")],
        GlobalSecondaryIndexes=[
            {"IndexName": "by_owner", "KeySchema": [key], "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    query = {
        "TableName": "owned",
        "IndexName": "by_owner",
        "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": {"#o": "owner"},
        "ExpressionAttributeValues": {":o": {"S": "me"}},
    }
    with IndexLag(table, seconds=60, indexes=("by_owner",)) as lag:
        table.put_item(TableName="owned", Item={"key": {"S": "k"}, "owner": {"S": "me"}})
        assert table.query(**query)["Count"] == 0
        assert table.get_item(TableName="owned", Key={"key": {"S": "k"}}, ConsistentRead=True)["Item"]
        lag.seconds = 0
        assert table.query(**query)["Count"] == 1
    assert lag.hidden == 1
