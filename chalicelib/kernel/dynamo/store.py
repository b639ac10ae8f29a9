"""All DynamoDB calls of the product: strongly consistent batch reads, queries, conditional writes and transactions.

Models and expressions are PynamoDB's. Requests use the shared botocore client directly, because PynamoDB reorders the
actions of a transaction, so that cancellation reasons cannot be assigned to actions (#1284), and does not retry
conflicts (#1264).
"""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from chalicelib.kernel import clock, entropy
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.dynamo.actions import (
    MAX_ACTIONS,
    MAX_BYTES,
    Action,
    OnConditionFailed,
    Ref,
    check,
    delete,
    insert,
    never,
    put,
    ref_of,
    size_of,
    update,
)
from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.dynamo.reads import (
    THROTTLES,
    UNPROCESSED_TRIES,
    Page,
    ask,
    count,
    full,
    get,
    get_many,
    query,
    query_all,
    scan,
)
from chalicelib.kernel.errors import Contention

__all__ = [
    "MAX_ACTIONS",
    "MAX_BYTES",
    "Action",
    "Busy",
    "Cancelled",
    "OnConditionFailed",
    "Page",
    "Ref",
    "Unknown",
    "check",
    "count",
    "delete",
    "full",
    "get",
    "get_many",
    "increment",
    "insert",
    "never",
    "put",
    "put_many",
    "query",
    "query_all",
    "ref_of",
    "scan",
    "size_of",
    "tally",
    "transact",
    "update",
    "write",
]

BATCH_WRITE_LIMIT = 25
_CONFLICT_TRIES = 5


class Cancelled(Exception):
    """The transaction was cancelled. The reasons are in the order of the actions."""

    def __init__(self, reasons: Sequence[dict[str, Any]]) -> None:
        super().__init__("transaction cancelled")
        self.reasons = [str(reason.get("Code") or "None") for reason in reasons]
        self.images: list[Item | None] = [reason.get("Item") for reason in reasons]


class Busy(Exception):
    """The transaction was throttled or is still in progress; the same request may be sent again."""


class Unknown(Exception):
    """The reply was lost, so the transaction may be committed; only the same request with the same token may be sent
    again."""


def transact(actions: Sequence[Action], token: str) -> None:
    """Commits all actions or none. Raises Cancelled, Busy or Unknown; the token makes it idempotent for 10 minutes."""
    items = [{action.kind: action.request} for action in actions]
    try:
        client.dynamodb().transact_write_items(TransactItems=items, ClientRequestToken=token)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "TransactionCanceledException":
            raise Cancelled(list(map(dict, error.response.get("CancellationReasons", [])))) from error
        if code in THROTTLES or code == "TransactionInProgressException":
            raise Busy from error
        if error.response["ResponseMetadata"].get("HTTPStatusCode", 500) >= 500:
            raise Unknown from error
        raise
    except BotoCoreError as error:
        raise Unknown from error


def write(action: Action) -> bool:
    """Writes one row outside a transaction (projections, counters, leases). False when its condition failed.

    After a lost reply botocore sends the request again, so the condition may fail because the first request succeeded:
    read the row before acting on False. Retries while a transaction is writing the row.
    """
    send = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[action.kind]
    for attempt in range(_CONFLICT_TRIES):
        try:
            getattr(client.dynamodb(), send)(**action.request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                return False
            if code != "TransactionConflictException" or attempt == _CONFLICT_TRIES - 1:
                raise
            clock.sleep(entropy.uniform(0.01, 0.05) * 2**attempt)
        else:
            break
    return True


def put_many(rows: Sequence[Row], removed: Sequence[Ref] = ()) -> None:
    """Writes rows of one table without conditions, and removes others of the same table, 25 in a round trip; for writes
    that may safely be repeated.

    The rows must have different keys. Contention when throttling continues; some rows may be written then.
    """
    requests: list[dict[str, Any]] = [{"PutRequest": {"Item": row.item()}} for row in rows]
    requests += [{"DeleteRequest": {"Key": ref.key()}} for ref in removed]
    for begin in range(0, len(requests), BATCH_WRITE_LIMIT):
        model = type(rows[0]) if rows else removed[0].model
        request: Any = {model.table_name(): requests[begin : begin + BATCH_WRITE_LIMIT]}
        for attempt in range(UNPROCESSED_TRIES):
            request = client.dynamodb().batch_write_item(RequestItems=request).get("UnprocessedItems")
            if not request:
                break
            clock.sleep(entropy.uniform(0.01, 0.05) * 2**attempt)
        else:
            raise Contention("The store is throttling writes; try again.", retry_after=1)


def increment(ref: Ref, attribute: str) -> int:
    """Adds one to a counter row and returns the new value. A lost reply may skip a value, but no value is returned
    twice."""
    reply = ask(
        "update_item",
        TableName=ref.model.table_name(),
        Key=ref.key(),
        UpdateExpression="ADD #n :one",
        ExpressionAttributeNames={"#n": attribute},
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    return int(reply["Attributes"][attribute]["N"])


def tally(action: Action, attribute: str) -> int:
    """Sends an update of a counter with a short timeout and returns the attribute's new value. The update may have
    happened even when it raises."""
    request = {**action.request, "ReturnValues": "UPDATED_NEW"}
    try:
        reply = client.impatient().update_item(**request)
    except ConnectionClosedError:  # the keep-alive connection was closed while the function was frozen
        reply = client.impatient().update_item(**request)
    return int(reply["Attributes"][attribute]["N"])
