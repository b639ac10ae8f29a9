"""Reads of the store: by key, strongly consistent and in batches; queries; scans for sweeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock, entropy
from chalicelib.kernel.dynamo import client
from chalicelib.kernel.dynamo.actions import Ref
from chalicelib.kernel.dynamo.model import Item, RangeKey, Row
from chalicelib.kernel.errors import Contention

R = TypeVar("R", bound=Row)
BATCH_GET_LIMIT = 100
UNPROCESSED_TRIES = 6
THROTTLES = frozenset(
    {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingError"}
)


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one query or scan, and the start key of the next page, if any."""

    items: list[Item]
    next_key: Item | None


def ask(operation: str, **request: Any) -> Any:
    """Calls DynamoDB with an operation that may be repeated. Contention when it is throttled or the store does not
    answer, after botocore's own retries."""
    try:
        return getattr(client.dynamodb(), operation)(**request)
    except ClientError as error:
        is_throttled = error.response["Error"]["Code"] in THROTTLES
        if not is_throttled and error.response["ResponseMetadata"].get("HTTPStatusCode", 500) < 500:
            raise
        raise Contention("The store is busy; try again.", retry_after=1) from error
    except BotoCoreError as error:
        raise Contention("The store did not answer; try again.", retry_after=1) from error


def get(model: type[R], hash_key: str, range_key: RangeKey = None) -> R | None:
    """One row by key, strongly consistent."""
    item = get_many([Ref(model, hash_key, range_key)]).popitem()[1]
    return None if item is None else model.read(item)


def get_many(refs: Iterable[Ref]) -> dict[Ref, Item | None]:
    """Rows of any tables by key, strongly consistent: one round trip for each 100."""
    requested = list(dict.fromkeys(refs))
    found: dict[Ref, Item | None] = dict.fromkeys(requested)
    if len(requested) == 1:
        ref = requested[0]
        reply = ask("get_item", TableName=ref.model.table_name(), Key=ref.key(), ConsistentRead=True)
        return {ref: reply.get("Item")}
    for start in range(0, len(requested), BATCH_GET_LIMIT):
        _get_batch(requested[start : start + BATCH_GET_LIMIT], found)
    return found


def _get_batch(refs: Sequence[Ref], found: dict[Ref, Item | None]) -> None:
    by_key: dict[tuple[Any, ...], Ref] = {}
    request: dict[str, Any] = {}
    names = {model.table_name(): model.key_names() for model in {ref.model for ref in refs}}
    for ref in refs:
        name, key = ref.model.table_name(), ref.key()
        by_key[_identity(name, key, names)] = ref
        request.setdefault(name, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
    for attempt in range(UNPROCESSED_TRIES):
        reply = ask("batch_get_item", RequestItems=request)
        for table_name, items in reply["Responses"].items():
            for item in items:
                found[by_key[_identity(table_name, item, names)]] = item
        request = reply.get("UnprocessedKeys") or {}
        if not request:
            return
        clock.sleep(entropy.uniform(0.01, 0.05) * 2**attempt)
    raise Contention("The store is throttling reads; try again.", retry_after=1)


def _identity(table_name: str, item: Item, names: Mapping[str, Sequence[str]]) -> tuple[Any, ...]:
    """The hashable identity of the row of a key or an item."""
    return (table_name, *(next(iter(item[name].values())) for name in names[table_name]))


def query(
    model: type[Row],
    key_condition: Condition,
    *,
    index: str | None = None,
    where: Condition | None = None,
    limit: int | None = None,
    start: Item | None = None,
    newest_first: bool = False,
    consistent: bool = True,
) -> Page:
    """One page of a query; strongly consistent on a table, eventually consistent on an index."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {
        "TableName": model.table_name(),
        "KeyConditionExpression": key_condition.serialize(names, values),
        "ScanIndexForward": not newest_first,
    }
    if where is not None:
        request["FilterExpression"] = where.serialize(names, values)
    if index:
        request["IndexName"] = index
    else:
        request["ConsistentRead"] = consistent
    if limit:
        request["Limit"] = limit
    if start:
        request["ExclusiveStartKey"] = start
    request["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    request["ExpressionAttributeValues"] = values
    reply = ask("query", **request)
    return Page(reply["Items"], reply.get("LastEvaluatedKey"))


def count(model: type[Row], key_condition: Condition, *, index: str | None = None, limit: int) -> int:
    """How many rows a query finds, at most `limit`; eventually consistent."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {
        "TableName": model.table_name(),
        "KeyConditionExpression": key_condition.serialize(names, values),
        "Select": "COUNT",
        "Limit": limit,
        **({"IndexName": index} if index else {}),
    }
    request["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    request["ExpressionAttributeValues"] = values
    return int(ask("query", **request)["Count"])


def query_all(model: type[R], key_condition: Condition, **options: Any) -> Iterable[R]:
    """All rows of a query, page by page; with an index, the rows are then read by key."""
    start: Item | None = None
    while True:
        page = query(model, key_condition, start=start, **options)
        items = page.items if not options.get("index") else full(model, page.items)
        for item in items:
            yield model.read(item)
        start = page.next_key
        if start is None:
            return


def full(model: type[Row], keys: Sequence[Item]) -> list[Item]:
    """The items of the entries of a keys-only index, in their order, without items that no longer exist."""
    hash_name, *range_name = model.key_names()
    attributes = {attribute.attr_name: attribute for attribute in model.get_attributes().values()}
    refs = []
    for entry in keys:
        range_key = (
            attributes[range_name[0]].deserialize(next(iter(entry[range_name[0]].values()))) if range_name else None
        )
        refs.append(Ref(model, entry[hash_name]["S"], range_key))
    if not refs:
        return []
    found = get_many(refs)
    return [item for ref in refs if (item := found[ref]) is not None]


def scan(model: type[Row], where: Condition, *, start: Item | None, limit: int) -> Page:
    """One page of a scan of the table, for sweeps only."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {
        "TableName": model.table_name(),
        "FilterExpression": where.serialize(names, values),
        "Limit": limit,
        "ExpressionAttributeNames": {placeholder: name for name, placeholder in names.items()},
        "ExpressionAttributeValues": values,
    }
    if start:
        request["ExclusiveStartKey"] = start
    reply = ask("scan", **request)
    return Page(reply["Items"], reply.get("LastEvaluatedKey"))
