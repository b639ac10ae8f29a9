"""Measures the capacity units that operations would use on DynamoDB.

DynamoDB Local reports wrong units, so they are computed from the images before and after each write, by the rules in
DynamoDB's documentation (kernel/dynamo/units.py): a transactional write costs twice its size; each index entry that is
added, changed or removed costs its own size once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from chalicelib.kernel.dynamo import client, units
from chalicelib.kernel.dynamo.model import Item, Row


@dataclass
class Bill:
    """The measured usage: write and read units, calls by name, and the write units of each table and index, and of each
    table's rows by the last part of their keys."""

    write_units: float = 0
    read_units: float = 0
    calls: Counter[str] = field(default_factory=Counter)
    by_table: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    by_row: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    @property
    def reads(self) -> int:
        """The number of read calls."""
        return sum(self.calls[name] for name in ("GetItem", "BatchGetItem", "Query", "Scan"))

    @property
    def transactions(self) -> int:
        return self.calls["TransactWriteItems"]


class Meter:
    """Measures the product's shared client, or another client. Use `with meter.measure() as bill:`; only one
    measurement at a time."""

    def __init__(self, tables: tuple[type[Row], ...], watched: Any = None) -> None:
        self._models = {model.table_name(): model for model in tables}
        self._own = boto3.client("dynamodb")
        self._bill: Bill | None = None
        self._before: list[Item | None] = []
        events = (watched or client.dynamodb()).meta.events
        events.register_first("provide-client-params.dynamodb.*", self._starts)
        events.register("after-call.dynamodb.*", self._ends)
        self._params: dict[str, Any] = {}

    @contextmanager
    def measure(self) -> Iterator[Bill]:
        """Collects the usage inside the context."""
        self._bill = Bill()
        try:
            yield self._bill
        finally:
            self._bill = None

    def _starts(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._bill is None:
            return
        self._params = params
        self._before = [self._image(*target) for target in _targets(model.name, params)]

    def _ends(self, model: Any, parsed: dict[str, Any], http_response: Any, **_: Any) -> None:
        bill = self._bill
        if bill is None:
            return
        bill.calls[model.name] += 1
        if http_response.status_code >= 300:
            return
        transactional = model.name == "TransactWriteItems"
        for (table, key), before in zip(_targets(model.name, self._params), self._before, strict=True):
            after = self._image(table, key)
            used = self._charge(bill, table, before, after, transactional=transactional)
            bill.by_row[_short(table), str(next(reversed([*key.values()][-1].values())))] += used
        bill.read_units += _read_units(model.name, parsed, self._params)

    def _charge(self, bill: Bill, table: str, before: Item | None, after: Item | None, *, transactional: bool) -> float:
        used = float(units.write_units(before, after, transactional=transactional))
        name = _short(table)
        bill.by_table[name] += used
        for index in self._models[table].indexes():
            entry = _index_units(self._models[table], index, before, after)
            bill.by_table[f"{name}.{index.Meta.index_name}"] += entry
            used += entry
        bill.write_units += used
        return used

    def _image(self, table: str, key: Item) -> Item | None:
        item: Item | None = self._own.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return item


def _short(table: str) -> str:
    """A table's name without prefix."""
    return table.rpartition("-")[2]


def _targets(operation: str, params: dict[str, Any]) -> list[tuple[str, Item]]:
    """The table names and keys of the rows that a call writes."""
    if operation == "TransactWriteItems":
        parts = [next(iter(part.items())) for part in params["TransactItems"]]
        return [(request["TableName"], _key(request)) for _, request in parts]
    if operation == "BatchWriteItem":
        return [
            (table, _key({"TableName": table, **next(iter(part.values()))}))
            for table, parts in params["RequestItems"].items()
            for part in parts
        ]
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        return [(params["TableName"], _key(params))]
    return []


def _key(request: dict[str, Any]) -> Item:
    if "Key" in request:
        key: Item = request["Key"]
        return key
    from chalicelib import modules

    model = next(model for model in modules.tables() if model.table_name() == request["TableName"])
    return {name: request["Item"][name] for name in model.key_names()}


def _index_units(model: type[Row], index: Any, before: Item | None, after: Item | None) -> int:
    """The write units of a keys-only index: an entry whose keys change is removed and added; an unchanged one is
    free."""
    names = {attribute.attr_name for attribute in index.Meta.attributes.values()} | set(model.key_names())
    hash_and_range = [attribute.attr_name for attribute in index.Meta.attributes.values()]

    def entry(item: Item | None) -> Item | None:
        if item is None or any(name not in item for name in hash_and_range):
            return None
        return {name: item[name] for name in names}

    old, new = entry(before), entry(after)
    if old == new:
        return 0
    return sum(units.write_units(image, None, transactional=False) for image in (old, new) if image is not None)


def _read_units(operation: str, parsed: dict[str, Any], params: dict[str, Any]) -> float:
    if operation == "GetItem":
        return units.read_units(units.item_size(parsed.get("Item")), consistent=bool(params.get("ConsistentRead")))
    if operation == "BatchGetItem":
        found = [item for items in parsed["Responses"].values() for item in items]
        # A strongly consistent read of a missing item costs one unit.
        missing = sum(len(requested["Keys"]) for requested in params["RequestItems"].values()) - len(found)
        return missing + sum(units.read_units(units.item_size(item), consistent=True) for item in found)
    if operation in ("Query", "Scan"):
        size = sum(units.item_size(item) for item in parsed["Items"])
        return units.read_units(size, consistent=bool(params.get("ConsistentRead")))
    return 0.0
