"""What a transaction is made of: rows named by key, and what shall happen to each under which condition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action as UpdateAction
from pynamodb.expressions.update import Update

from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one row: its model and keys."""

    model: type[Row]
    hash_key: str
    range_key: Any = None

    def key(self) -> Item:
        return self.model.key_of(self.hash_key, self.range_key)


Refusal = Callable[[Item | None], DomainError | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a transaction. `refusal` turns a failed condition into what the caller is told, given the row as it
    is; without one a failed condition means that the decision was stale and is made again."""

    kind: str
    ref: Ref
    request: dict[str, Any]
    refusal: Refusal | None = None


def put(row: Row, condition: Condition | None = None, refusal: Refusal | None = None) -> Action:
    """Writes the whole row."""
    item = row.item()
    return Action("Put", ref_of(row), {"Item": item, **_conditions(type(row), condition)}, refusal)


def ref_of(row: Row) -> Ref:
    """The row's own name."""
    model = type(row)
    range_key = getattr(row, model._range_keyname) if model._range_keyname else None
    return Ref(model, getattr(row, model._hash_keyname or ""), range_key)


def update(
    ref: Ref, actions: Iterable[UpdateAction], condition: Condition | None = None, refusal: Refusal | None = None
) -> Action:
    """Changes attributes of a row in place."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    expression = Update(*actions).serialize(names, values)
    request = {"Key": ref.key(), "UpdateExpression": expression}
    return Action("Update", ref, request | _conditions(ref.model, condition, names, values), refusal)


def delete(ref: Ref, condition: Condition | None = None, refusal: Refusal | None = None) -> Action:
    return Action("Delete", ref, {"Key": ref.key(), **_conditions(ref.model, condition)}, refusal)


def check(ref: Ref, condition: Condition, refusal: Refusal | None = None) -> Action:
    """Only asserts; for documents with few writers."""
    return Action("ConditionCheck", ref, {"Key": ref.key(), **_conditions(ref.model, condition)}, refusal)


def _conditions(
    model: type[Row],
    condition: Condition | None,
    names: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> dict[str, Any]:
    names = {} if names is None else names
    values = {} if values is None else values
    request: dict[str, Any] = {"TableName": model.table_name()}
    if condition is not None:
        request["ConditionExpression"] = condition.serialize(names, values)
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if names:
        request["ExpressionAttributeNames"] = {placeholder: name for name, placeholder in names.items()}
    if values:
        request["ExpressionAttributeValues"] = values
    return request
