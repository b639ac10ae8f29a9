"""Simulates eventually consistent indexes, which DynamoDB has and DynamoDB Local has not."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from types import TracebackType
from typing import Any, Self

from infra.local.shim import Key, Keys, request_body, request_parts


class IndexLag:
    """Hides rows from index queries of a client that the client wrote less than `seconds` ago.

    For rows that a write adds to an index: DynamoDB would return the earlier version of a row that was in the index
    already, this class returns none. indexes: limits it to these indexes. seconds: may be changed at any time. Use it
    as a context manager.
    """

    def __init__(self, client: Any, seconds: float, indexes: Collection[str] | None = None) -> None:
        self._client = client
        self.seconds = seconds
        self._indexes = indexes
        self._keys = Keys(client)
        self._lock = threading.Lock()
        self._written: dict[Key, float] = {}
        self._mark = f"novex_lag_{id(self)}"
        self.hidden = 0
        events = client.meta.events
        events.register_last("before-call.dynamodb.*", self._before, unique_id=f"{self._mark}_before")
        events.register_first("after-call.dynamodb.*", self._after, unique_id=f"{self._mark}_after")

    def close(self) -> None:
        """Removes the hooks from the client."""
        events = self._client.meta.events
        events.unregister("before-call.dynamodb.*", unique_id=f"{self._mark}_before")
        events.unregister("after-call.dynamodb.*", unique_id=f"{self._mark}_after")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if model.name in ("TransactWriteItems", "PutItem", "UpdateItem"):
            context[self._mark] = [self._keys.of(part) for part in request_parts(model.name, request_body(params))]
        elif model.name == "Query":
            body = request_body(params)
            index = body.get("IndexName")
            if index is not None and (self._indexes is None or index in self._indexes):
                context[self._mark] = body["TableName"]

    def _after(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        found = context.pop(self._mark, None)
        now = time.monotonic()
        if isinstance(found, list):
            with self._lock:
                self._written.update(dict.fromkeys(found, now))
        elif found is not None and "Items" in parsed:
            with self._lock:
                recent = {key for key, at in self._written.items() if now - at < self.seconds}
            shown = [item for item in parsed["Items"] if self._keys.named(found, item) not in recent]
            self.hidden += len(parsed["Items"]) - len(shown)
            parsed["Items"], parsed["Count"] = shown, len(shown)
