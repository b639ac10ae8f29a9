"""Row visibility for callers who are limited to parts of the tenant, or to what has left the house: reads and lists
omit the other rows.

Tables declare to which parts their rows belong (`Row.is_visible_to`, `Row.visibility_parents`). For callers who are not
limited, nothing is read or compared. Every read on behalf of a caller goes through this module or through `Work`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Document, Item, RangeKey, Row
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import NotFound

R = TypeVar("R", bound=Row)
D = TypeVar("D", bound=Document)
Read = Callable[[list[Ref]], dict[Ref, Item | None]]


def cut(call: Call, rows: Sequence[R | None], read: Read = store.get_many) -> list[R | None]:
    """The rows, with None for each that the caller may not see; `read` reads the rows that their visibility depends
    on."""
    if call.sees_all:
        return list(rows)
    parents = [[] if row is None else list(row.visibility_parents(call.tenant)) for row in rows]
    requested = list(dict.fromkeys(ref for refs in parents for ref in refs))
    items = read(requested) if requested else {}
    found = [None if (item := items[ref]) is None else ref.model.read(item) for ref in requested]
    shown = {
        ref for ref, row in zip(requested, cut(call, found, read) if found else [], strict=True) if row is not None
    }
    return [
        row if row is not None and row.is_visible_to(call) and shown.issuperset(refs) else None
        for row, refs in zip(rows, parents, strict=True)
    ]


def visible(call: Call, rows: Iterable[R]) -> list[R]:
    """The rows that the caller may see."""
    return [row for row in cut(call, list(rows)) if row is not None]


def find(call: Call, model: type[R], hash_key: str, range_key: RangeKey = None) -> R | None:
    """One row by key, strongly consistent; None when it does not exist or the caller may not see it."""
    return cut(call, [store.get(model, hash_key, range_key)])[0]


def load_visible(call: Call, model: type[D], hash_key: str, range_key: RangeKey = None) -> D:
    """One document by key, strongly consistent. NotFound when it does not exist or the caller may not see it."""
    return required(model, find(call, model, hash_key, range_key))


def required(model: type[D], row: D | None) -> D:
    """The document; NotFound when it is None."""
    if row is None:
        raise NotFound(f"There is no such {model.entity.replace('_', ' ')}.")
    return row


def find_many(call: Call, model: type[R], refs: Iterable[Ref]) -> list[R]:
    """The rows of one table with these keys that exist and that the caller may see, in this order; strongly
    consistent."""
    requested = list(refs)
    items = store.get_many(requested) if requested else {}
    return visible(call, [model.read(item) for ref in requested if (item := items[ref]) is not None])


def find_all(
    call: Call, model: type[R], key_condition: Condition, *, limit: int | None = None, newest_first: bool = False
) -> list[R]:
    """The rows of a query on a table that the caller may see, or the first `limit` from either end; strongly
    consistent."""
    if limit is None:
        return visible(call, store.query_all(model, key_condition))
    page = store.query(model, key_condition, limit=limit, newest_first=newest_first)
    return visible(call, map(model.read, page.items))


def has_visibility(model: type[Row]) -> bool:
    """Whether the table limits the visibility of its rows to parts of the tenant."""
    return model.is_visible_to is not Row.is_visible_to or model.visibility_parents is not Row.visibility_parents
