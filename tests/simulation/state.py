"""What commands leave in the store, in a form in which two tenants who did the same are equal."""

import json
import re
from collections import defaultdict
from typing import Any

import msgspec

from chalicelib import modules
from chalicelib.kernel.dynamo import client, store
from infra.local.shim import request_body, request_parts
from tests.world import Client

PACKAGES = ("inventory", "sales", "fulfilment", "catalog", "identity.users", "kernel.uniques")
"""Whose tables are looked at: the others hold what technology needs, such as stored answers and positions."""
_ID = re.compile(r"(?<![a-z0-9])([a-z]{2,5})_([0-9a-hjkmnp-tv-z]{26})\b")
_VARIES = {
    "at": re.compile(r"\b\d{4}-\d\d-\d\d(T[\d:.]+(Z|\+00:00)?)?"),
    "who": re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{40}\b"),
    "number": re.compile(r"\b[A-Z]{2,3}-\d{4}-\d+\b", re.IGNORECASE),
    "sku": re.compile(r"\b(SKU-|Item |W)\d+\b", re.IGNORECASE),
}
"""What is different in two runs: times and days, users, tenants and their hashes, numbers (a lost reply may skip one),
names that tests count."""


def alike(text: str) -> str:
    """The text with everything that varies from run to run replaced; ids are numbered in the order of their making."""
    made: defaultdict[str, list[str]] = defaultdict(list)
    for prefix, body in sorted(set(_ID.findall(text))):
        made[prefix].append(body)
    text = _ID.sub(lambda found: f"<{found[1]} {made[found[1]].index(found[2])}>", text)
    for name, pattern in _VARIES.items():
        text = pattern.sub(f"<{name}>", text)
    return text


class Written:
    """The rows that are written in its context. For one tenant at a time."""

    def __init__(self) -> None:
        models = {model.table_name(): model for model in modules.tables()}
        roots = tuple(f"chalicelib.{name}" for name in PACKAGES)
        self._models = {name: model for name, model in models.items() if model.__module__.startswith(roots)}
        self._keys: set[tuple[str, str]] = set()

    def __enter__(self) -> "Written":
        client.dynamodb().meta.events.register("before-call.dynamodb.*", self._note, unique_id="novex_written")
        return self

    def __exit__(self, *_: object) -> None:
        client.dynamodb().meta.events.unregister("before-call.dynamodb.*", unique_id="novex_written")

    def _note(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name not in ("TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
            return
        body = request_body(params)
        batches = [
            {"TableName": table, **next(iter(part.values()))}
            for table, parts in body.get("RequestItems", {}).items()
            for part in parts
        ]
        for part in batches or request_parts(model.name, body):
            found = self._models.get(part["TableName"])
            if found is not None:
                values = part.get("Key") or part["Item"]
                key = {name: values[name] for name in found.key_names()}
                self._keys.add((part["TableName"], json.dumps(key, sort_keys=True)))

    def rows(self, tenant: str) -> list[str]:
        """The tenant's rows as they are now, comparable, with their tables."""
        refs = []
        for table, text in self._keys:
            if tenant in text:
                model, key = self._models[table], json.loads(text)
                refs.append(store.Ref(model, *(next(iter(key[name].values())) for name in model.key_names())))
        found = []
        for ref, item in store.get_many(refs).items():
            if item is not None:
                row = ref.model.read(item).attribute_values
                values = {name: value for name, value in row.items() if name != "answers"}
                values = msgspec.to_builtins(values, str_keys=True, enc_hook=str)
                found.append(f"{ref.model.__name__} {json.dumps(values, sort_keys=True, default=str)}")
        return alike("\n".join(found)).splitlines()


def story(client: Client) -> list[str]:
    """What the change feed has told, without the order; AssertionError when it has gaps."""
    changes: list[Any] = []
    while page := client.get(f"/v1/changes?limit=100&after={len(changes)}").ok()["data"]:
        changes += page
    assert [change["number"] for change in changes] == list(range(1, len(changes) + 1))
    return sorted(change["event"] for change in changes)
