"""DynamoDB's capacity rules, from its documentation: sizes of items, units of writes and reads."""

from collections.abc import Callable
from decimal import Decimal
from math import ceil
from typing import Any

from chalicelib.kernel.dynamo.model import Item

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096


def item_size(item: Item | None) -> int:
    """The size of an item in bytes: names and values in UTF-8, numbers with about two digits per byte."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: dict[str, Any]) -> int:
    """The size of one attribute value in bytes."""
    ((kind, content),) = value.items()
    return _SIZES.get(kind, _set_size)(content)


def _map_size(content: dict[str, Any]) -> int:
    return 3 + sum(len(name.encode()) + 1 + value_size(member) for name, member in content.items())


def _list_size(content: list[Any]) -> int:
    return 3 + sum(1 + value_size(member) for member in content)


def _number_size(content: str) -> int:
    return ceil(len(Decimal(content).normalize().as_tuple().digits) / 2) + 1


def _set_size(content: Any) -> int:
    return sum(len(str(member)) for member in content)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": lambda content: len(content.encode()),
    "N": _number_size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "M": _map_size,
    "L": _list_size,
}


def write_units(before: Item | None, after: Item | None, *, transactional: bool) -> int:
    """Write units of one write: one for each started KB of the larger image, twice that in a transaction."""
    units = max(1, ceil(max(item_size(before), item_size(after)) / WRITE_UNIT_BYTES))
    return units * 2 if transactional else units


def read_units(size: int, *, consistent: bool) -> float:
    """Read units of reading `size` bytes."""
    units = max(1, ceil(size / READ_UNIT_BYTES))
    return float(units) if consistent else units / 2
