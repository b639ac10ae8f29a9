"""What a caller who is limited to warehouses sees: rows that lie elsewhere are cut out of every read and list of his.

Tables declare where their rows lie (`Row.is_seen_by`, `Row.lies_with`). For callers who are not limited nothing is read
or judged.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.dynamo.store import Ref

R = TypeVar("R", bound=Row)
Read = Callable[[list[Ref]], dict[Ref, Item | None]]


def cut(call: Call, rows: Sequence[R | None], read: Read = store.get_many) -> list[R | None]:
    """The rows with None for each that the caller does not see; `read` gets the rows that these lie with."""
    if call.warehouses is None:
        return list(rows)
    lying = [[] if row is None else list(row.visibility_parents(call.tenant)) for row in rows]
    requested = list(dict.fromkeys(ref for refs in lying for ref in refs))
    items = read(requested) if requested else {}
    found = [None if (item := items[ref]) is None else ref.model.read(item) for ref in requested]
    seen = {ref for ref, row in zip(requested, cut(call, found, read) if found else [], strict=True) if row is not None}
    return [
        row if row is not None and row.is_visible_to(call) and seen.issuperset(refs) else None
        for row, refs in zip(rows, lying, strict=True)
    ]


def seen(call: Call, rows: Iterable[R]) -> list[R]:
    """Those of the rows that the caller sees."""
    return [row for row in cut(call, list(rows)) if row is not None]


def find(call: Call, model: type[R], hash_key: str, range_key: Any = None) -> R | None:
    """One row by key, strongly consistent, if the caller sees it."""
    return cut(call, [store.get(model, hash_key, range_key)])[0]


def has_visibility(model: type[Row]) -> bool:
    """Whether its rows lie in warehouses at all."""
    return model.is_visible_to is not Row.is_visible_to or model.visibility_parents is not Row.visibility_parents
