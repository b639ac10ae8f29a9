"""Simulates behaviour of DynamoDB that DynamoDB Local does not have: conflicts, throttling, lost replies.

Both classes add hooks to one botocore client (that of PynamoDB's shared connection is `connection.client`) and respond
in its place, in the format of the real service. The hooks are outside botocore's retries, so an injected error is the
caller's result after all retries.

Both can be used together, created in any order: faults are applied first, and keys of conflicts are released first.
"""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

Answer = tuple[AWSResponse, dict[str, Any]]
Key = tuple[str, str, str]
Kind = Literal["crash_before", "crash_after", "reply_lost", "timeout", "throttle", "conflict"]

_CONFLICT = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
_THROTTLED = {
    "Code": "ThrottlingError",
    "Message": "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling "
    "your table or index so please try again shortly.",
}
_NONE = {"Code": "None"}
_ACTIONS = ("Put", "Update", "Delete", "ConditionCheck", "Get")
_PLAIN_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_TRANSACTIONS = ("TransactWriteItems", "TransactGetItems")
_READS = ("GetItem", "BatchGetItem", "Query", "Scan")
_DATA_CALLS = (*_TRANSACTIONS, *_PLAIN_WRITES, *_READS, "BatchWriteItem")

# The keys of running transactions of all clients in the process, so that they conflict with each other.
_held: dict[Key, object] = {}
_held_lock = threading.Lock()


class Crash(BaseException):
    """Simulates a crash of the process. A BaseException, so that the product's exception handlers do not catch it."""


def _refusal(code: str, message: str, **members: Any) -> Answer:
    parsed = {"Error": {"Code": code, "Message": message}, "message": message, **members}
    parsed["ResponseMetadata"] = {"HTTPStatusCode": 400, "HTTPHeaders": {}, "RequestId": "shim", "RetryAttempts": 0}
    return AWSResponse("shim:", 400, HTTPHeaders(), None), parsed


def _cancelled(reasons: list[dict[str, str]]) -> Answer:
    """The response of a cancelled transaction: one reason for each item, in the order of the request."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return _refusal("TransactionCanceledException", message, Message=message, CancellationReasons=reasons)


def request_body(params: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(params["body"])
    return body


def request_parts(operation: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The requests of a call for single items, each with TableName and Key or Item."""
    if operation in _TRANSACTIONS:
        return [item[action] for item in body["TransactItems"] for action in _ACTIONS if action in item]
    return [body]


class Keys:
    """Returns the keys of requests and items; reads each table's key schema once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._schemas: dict[str, list[str]] = {}

    def of(self, part: dict[str, Any]) -> Key:
        """The key of a request for a single item, which has TableName, and Key or Item."""
        return self.named(part["TableName"], part["Key"] if "Key" in part else part["Item"])

    def named(self, table: str, values: dict[str, Any]) -> Key:
        """The key in `values`, which are a key or an item."""
        if table not in self._schemas:
            described = self._client.describe_table(TableName=table)["Table"]["KeySchema"]
            self._schemas[table] = [part["AttributeName"] for part in described]
        key = {name: values[name] for name in self._schemas[table]}
        return (self._client.meta.endpoint_url, table, json.dumps(key, sort_keys=True, default=str))


class Conflicts:
    """Locks the keys of every TransactWriteItems of this client for a while and refuses overlapping calls.

    As in DynamoDB: an overlapping transaction, reading or writing, gets TransactionCanceledException with
    TransactionConflict for the items in conflict and None for others; a single write of a locked key gets
    TransactionConflictException; single reads succeed. A transaction takes as long as its keys are locked (a random
    time in the range `hold`, in seconds). Remove the hooks with `close()`, or use it as a context manager.
    """

    def __init__(self, client: Any, hold: tuple[float, float] = (0.005, 0.025), seed: int | None = None) -> None:
        self._client = client
        self._hold = hold
        self._random = random.Random(seed)
        self._keys = Keys(client)
        self._mark = f"novex_conflicts_{id(self)}"
        self.transactions = 0
        self.cancelled = 0
        self.refused_writes = 0
        events = client.meta.events
        events.register_last("before-call.dynamodb.*", self._before, unique_id=f"{self._mark}_before")
        events.register_first("after-call.dynamodb.*", self._after, unique_id=f"{self._mark}_after")
        events.register_first("after-call-error.dynamodb.*", self._after, unique_id=f"{self._mark}_error")

    def close(self) -> None:
        """Takes the hooks off the client."""
        events = self._client.meta.events
        events.unregister("before-call.dynamodb.*", unique_id=f"{self._mark}_before")
        events.unregister("after-call.dynamodb.*", unique_id=f"{self._mark}_after")
        events.unregister("after-call-error.dynamodb.*", unique_id=f"{self._mark}_error")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Answer | None:
        if model.name not in (*_TRANSACTIONS, *_PLAIN_WRITES):
            return None
        keys = [self._keys.of(part) for part in request_parts(model.name, request_body(params))]
        mine = object()
        with _held_lock:
            overlapping = [key in _held for key in keys]
            if not any(overlapping):
                if model.name == "TransactWriteItems":
                    self.transactions += 1
                    _held.update(dict.fromkeys(keys, mine))
                    context[self._mark] = (keys, mine, time.monotonic() + self._random.uniform(*self._hold))
                return None
            if model.name in _PLAIN_WRITES:
                self.refused_writes += 1
                return _refusal("TransactionConflictException", "Transaction is ongoing for the item")
            self.cancelled += 1
        return _cancelled([_CONFLICT if taken else _NONE for taken in overlapping])

    def _after(self, context: dict[str, Any], **_: Any) -> None:
        if self._mark not in context:
            return
        keys, mine, until = context.pop(self._mark)
        time.sleep(max(0.0, until - time.monotonic()))
        with _held_lock:
            for key in keys:
                if _held.get(key) is mine:
                    del _held[key]


@dataclass(frozen=True)
class Call:
    """One data call of the client: its number (from 1), operation, tables, and the injected fault, if any."""

    number: int
    operation: str
    tables: tuple[str, ...]
    fault: Kind | None


@dataclass
class _Plan:
    number: int
    kind: Kind
    operation: str | None
    times: int


class Faults:
    """Injects a fault into the n-th data call of a client, and records all calls.

    Kinds: `crash_before` (Crash, nothing sent), `crash_after` (the call is executed, then Crash), `reply_lost` (the
    call is executed, then ReadTimeoutError), `timeout` (ReadTimeoutError, nothing sent), `throttle` and `conflict`
    (refused as by DynamoDB; a conflict is possible only for writes and transactions). Table management calls are not
    counted.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._plans: list[_Plan] = []
        self._numbers: dict[str | None, int] = {}
        self._mark = f"novex_faults_{id(self)}"
        self.calls: list[Call] = []
        events = client.meta.events
        events.register_first("before-call.dynamodb.*", self._before, unique_id=f"{self._mark}_before")
        events.register_last("after-call.dynamodb.*", self._after, unique_id=f"{self._mark}_after")

    def at(self, number: int, kind: Kind, operation: str | None = None, times: int = 1) -> Self:
        """Plans a fault for call `number` (1 is the next call after a reset) and the `times - 1` calls after it; with
        `operation`, only calls of it are counted."""
        self._plans.append(_Plan(number, kind, operation, times))
        return self

    def reset(self) -> None:
        """Removes all plans and recorded calls, and restarts counting at 1."""
        with self._lock:
            self._plans.clear()
            self._numbers.clear()
            self.calls.clear()

    def close(self) -> None:
        """Takes the hooks off the client."""
        events = self._client.meta.events
        events.unregister("before-call.dynamodb.*", unique_id=f"{self._mark}_before")
        events.unregister("after-call.dynamodb.*", unique_id=f"{self._mark}_after")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> Answer | None:
        if model.name not in _DATA_CALLS:
            return None
        body = request_body(params)
        kind = self._record(model.name, body)
        if kind == "crash_before":
            raise Crash(f"before {model.name}")
        if kind == "timeout":
            raise self._timeout()
        if kind in ("throttle", "conflict"):
            return _refused(kind, model.name, body)
        if kind is not None:
            context[self._mark] = kind
        return None

    def _after(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        kind = context.pop(self._mark, None)
        if kind == "crash_after":
            raise Crash(f"after {model.name}")
        if kind == "reply_lost":
            raise self._timeout()

    def _record(self, operation: str, body: dict[str, Any]) -> Kind | None:
        parts = [{"TableName": name} for name in body["RequestItems"]] if "RequestItems" in body else None
        tables = tuple(part["TableName"] for part in parts or request_parts(operation, body))
        with self._lock:
            for counter in (None, operation):
                self._numbers[counter] = self._numbers.get(counter, 0) + 1
            kind = next((plan.kind for plan in self._plans if self._meets(plan, operation)), None)
            if kind == "conflict" and operation not in (*_TRANSACTIONS, *_PLAIN_WRITES):
                kind = None
            self.calls.append(Call(self._numbers[None], operation, tables, kind))
        return kind

    def _meets(self, plan: _Plan, operation: str) -> bool:
        if plan.operation not in (None, operation):
            return False
        return plan.number <= self._numbers[plan.operation] < plan.number + plan.times

    def _timeout(self) -> ReadTimeoutError:
        return ReadTimeoutError(endpoint_url=self._client.meta.endpoint_url, error="injected")


def _refused(kind: Kind, operation: str, body: dict[str, Any]) -> Answer:
    """The response of a throttle or conflict for the first item of the call."""
    if operation in _TRANSACTIONS:
        first = _THROTTLED if kind == "throttle" else _CONFLICT
        return _cancelled([first, *[_NONE] * (len(body["TransactItems"]) - 1)])
    if kind == "throttle":
        return _refusal("ThrottlingException", _THROTTLED["Message"])
    return _refusal("TransactionConflictException", _CONFLICT["Message"])
