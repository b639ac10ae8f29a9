"""The actions of transactions: put, update, delete or check of a row, each with an optional condition."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action as UpdateAction
from pynamodb.expressions.update import SetAction, Update

from chalicelib.kernel import clock
from chalicelib.kernel.decimals import plain
from chalicelib.kernel.dynamo import pynamodb_internals, units
from chalicelib.kernel.dynamo.model import Item, RangeKey, Row
from chalicelib.kernel.errors import DomainError

MAX_ACTIONS = 100
"""The maximum number of actions of one TransactWriteItems."""
MAX_BYTES = 4 * 1024 * 1024
"""The maximum size of one TransactWriteItems."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The reference to a row: its model and keys."""

    model: type[Row]
    hash_key: str
    range_key: RangeKey = None

    def key(self) -> Item:
        return self.model.key_of(self.hash_key, self.range_key)


OnConditionFailed = Callable[[Item | None], DomainError | None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a transaction. on_condition_failed: gets the current row when the condition fails, and returns the
    error for the caller. Without it, or when it returns None, the decision was made on stale rows and runs again."""

    kind: str
    ref: Ref
    request: dict[str, Any]
    on_condition_failed: OnConditionFailed | None = None


def put(row: Row, condition: Condition | None = None, on_condition_failed: OnConditionFailed | None = None) -> Action:
    """Writes the whole row."""
    item = row.item()
    return Action("Put", ref_of(row), {"Item": item, **_conditions(type(row), condition)}, on_condition_failed)


def insert(row: Row) -> Action:
    """Writes a row, under the condition that there is none with its key."""
    return Action("Put", ref_of(row), {"Item": row.item(), **_absence(type(row))})


@cache
def _absence(model: type[Row]) -> dict[str, Any]:
    hash_key = model.get_attributes()[pynamodb_internals.hash_name(model)]
    return _conditions(model, hash_key.does_not_exist())


def ref_of(row: Row) -> Ref:
    """The reference to the row."""
    model, values = type(row), row.attribute_values
    range_name = pynamodb_internals.range_name(model)
    return Ref(model, values[pynamodb_internals.hash_name(model)], values[range_name] if range_name else None)


def update(
    ref: Ref,
    actions: Iterable[UpdateAction],
    condition: Condition | None = None,
    on_condition_failed: OnConditionFailed | None = None,
) -> Action:
    """Updates attributes of a row."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    expression = Update(*_with_expiry(ref.model, actions)).serialize(names, values)
    request = {"Key": ref.key(), "UpdateExpression": expression}
    return Action("Update", ref, request | _conditions(ref.model, condition, names, values), on_condition_failed)


def _with_expiry(model: type[Row], changes: Iterable[UpdateAction]) -> Iterable[UpdateAction]:
    """The changes; with a moment that the table's rule by TTL counts from, also the expiry that follows from it.
    TypeError when such a moment is not set to a plain value."""
    rule = model.ttl_rule
    if rule is None:
        return changes
    changes = list(changes)
    since = [str(model.get_attributes()[rule.since].attr_name)]
    for change in [each for each in changes if _path_of(each) == since]:
        value = change.values[-1]
        if not isinstance(change, SetAction) or not isinstance(value, Value):
            raise TypeError(f"{model.__name__}.{rule.since} must be set to a value, for its expiry follows from it")
        changes.append(model.expires_at.set(rule.ends_at(clock.parse(value.value["S"]))))
    return changes


def _path_of(change: UpdateAction) -> list[str]:
    path = change.values[0]
    return path.path if isinstance(path, Path) else []


Values = Mapping[str, Any]


class Prepared:
    """An update whose expression is built once and filled with values for each row.

    PynamoDB takes 0.1 ms to build one expression, so ten updates of one kind would take 1 ms. `build` gets a
    placeholder for each slot and returns update actions and condition; `slots` gives the DynamoDB type of each
    (`quantity="N"`).
    """

    def __init__(
        self, model: type[Row], build: Callable[[Values], tuple[Iterable[UpdateAction], Condition]], **slots: str
    ) -> None:
        stand_ins = {name: {kind: _Slot(name)} for name, kind in slots.items()}
        if model.ttl_rule is not None:
            raise TypeError(f"{model.__name__} has an expiry, which follows from its values: use `update`")
        changes, condition = build(stand_ins)
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        expression = Update(*changes).serialize(names, values)
        self._request = {"UpdateExpression": expression, **_conditions(model, condition, names, values)}
        self._constants = {at: value for at, value in values.items() if not _is_slot(value)}
        self._slots = [(at, *next(iter(value.items()))) for at, value in values.items() if _is_slot(value)]

    def fill(self, ref: Ref, **values: Decimal | int | str) -> Action:
        """The update of one row."""
        filled = {at: {kind: _plain(values[slot.name])} for at, kind, slot in self._slots}
        request = {**self._request, "Key": ref.key(), "ExpressionAttributeValues": {**self._constants, **filled}}
        return Action("Update", ref, request)


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


def _is_slot(value: Mapping[str, Any]) -> bool:
    return isinstance(next(iter(value.values())), _Slot)


def _plain(value: Decimal | int | str) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def delete(
    ref: Ref, condition: Condition | None = None, on_condition_failed: OnConditionFailed | None = None
) -> Action:
    return Action("Delete", ref, {"Key": ref.key(), **_conditions(ref.model, condition)}, on_condition_failed)


def check(ref: Ref, condition: Condition, on_condition_failed: OnConditionFailed | None = None) -> Action:
    """Checks a condition without writing; for rows with few writers."""
    return Action("ConditionCheck", ref, {"Key": ref.key(), **_conditions(ref.model, condition)}, on_condition_failed)


def never(ref: Ref) -> Action:
    """A check that always fails, on a row that does not exist: the store evaluates the transaction and cancels it."""
    hash_name = ref.model.key_names()[0]
    request = {
        "TableName": ref.model.table_name(),
        "Key": ref.key(),
        "ConditionExpression": "attribute_exists(#h)",
        "ExpressionAttributeNames": {"#h": hash_name},
    }
    return Action("ConditionCheck", ref, request)


def size_of(action: Action) -> int:
    """The approximate size of the action in bytes."""
    return units.item_size(action.request.get("Item") or action.request.get("ExpressionAttributeValues"))


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
