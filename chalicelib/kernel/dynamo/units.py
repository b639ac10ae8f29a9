"""DynamoDB's capacity arithmetic, from its documentation: sizes of items, units of writes and reads."""

from decimal import Decimal
from math import ceil
from typing import Any

from chalicelib.kernel.dynamo.model import Item

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096


def item_size(item: Item | None) -> int:
    """Bytes of an item: names and values in UTF-8, numbers about two digits a byte."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return ceil(len(Decimal(content).normalize().as_tuple().digits) / 2) + 1
        case "B":
            return len(content)
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(len(name.encode()) + 1 + value_size(member) for name, member in content.items())
        case "L":
            return 3 + sum(1 + value_size(member) for member in content)
        case _:
            return sum(len(str(member)) for member in content)


def write_units(before: Item | None, after: Item | None, *, transactional: bool) -> int:
    """Units of one write: a unit a started KB of the larger image, twice that in a transaction."""
    units = max(1, ceil(max(item_size(before), item_size(after)) / WRITE_UNIT_BYTES))
    return units * 2 if transactional else units


def read_units(size: int, *, consistent: bool) -> float:
    """Units of reading `size` bytes."""
    units = max(1, ceil(size / READ_UNIT_BYTES))
    return float(units) if consistent else units / 2
