"""Lists: the ways a table can be walked, declared in its tables.py.

A `View` is one access pattern: the query parameters that choose it, the index that serves it, and the bounded filters
that may narrow it. Any other combination is a 400 that names the supported ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from pynamodb.expressions.condition import Condition

from chalicelib.kernel import clock, cursors, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.tenant import Tenant

T = TypeVar("T")
R = TypeVar("R", bound=Row)
DEFAULT_LIMIT = 25
MAX_LIMIT = 100
_FILTER_ROUNDS = 4
_BUCKET_ROUNDS = 24
"""Two years of empty months cost one request 12 read units; then the page is short and the cursor goes on."""
_FILTER_PAGE = 200


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query parameters of every list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT, description="Documents a page; 25 by default.")] = (
        DEFAULT_LIMIT
    )
    cursor: Annotated[str, msgspec.Meta(max_length=2000, description="`next_cursor` of the page before.")] | None = None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """`next_cursor` is null on the last page. A page may be short, even empty, and still have a next one: when it is
    filtered, or cut to the warehouses of a caller who is limited to them."""

    data: list[T]
    next_cursor: str | None = None


Values = Mapping[str, str]
"""What a view is chosen and served by: the query's parameters as text, the bucket that a cursor is in, and NOW."""
NOW = "now"


@dataclass(frozen=True, slots=True)
class View:
    """One way to walk a table.

    needs: the query parameters that choose the view (all given). keys: the key condition, from tenant and values.
    index: the keys-only index that serves it. filters: optional parameters, each the name of an attribute it must
    equal. older: for tables bucketed by time, the bucket to go on with when one is exhausted, or None at the end.
    visible_through: the row that the keys name; who does not see it finds nothing.
    """

    keys: Callable[[Tenant, Values], Condition]
    needs: frozenset[str] = frozenset()
    index: str | None = None
    filters: tuple[str, ...] = ()
    newest_first: bool = False
    older: Callable[[Values], dict[str, str] | None] | None = None
    visible_through: Callable[[Tenant, Values], store.Ref] | None = None

    def describe(self) -> str:
        base = " + ".join(sorted(name.rstrip("_") for name in self.needs)) or "no filter"
        extra = ", ".join(sorted(self.filters))
        return f"{base} (with {extra})" if extra else base


def paginate(model: type[R], views: Sequence[View], call: Call, query: PageQuery) -> tuple[list[R], str | None]:
    """One page of the rows that the caller sees and the next cursor. BadRequest for combinations no view serves and for
    foreign cursors."""
    values = _values(query)
    view = _choose(views, values)
    binding = _binding(call, model, values)
    start = _Position(clock.text(clock.now()))
    if query.cursor is not None:
        start = cursors.unseal(query.cursor, binding, _Position)
    if (
        call.warehouses is not None
        and view.visible_through
        and not _sees(call, view.visible_through(call.tenant, values))
    ):
        return [], None
    rows, following = _collect(model, view, call, values, query.limit, start)
    return rows, None if following is None else cursors.seal(following, binding)


def _sees(call: Call, ref: store.Ref) -> bool:
    return visibility.find(call, ref.model, ref.hash_key, ref.range_key) is not None


class _Position(msgspec.Struct, array_like=True):
    """Where the next page starts: overriding values of a time bucket, and the store's own key. `now` is the time of
    the first page: the walk began in that month, whenever it goes on."""

    now: str
    bucket: dict[str, str] | None = None
    key: dict[str, dict[str, str]] | None = None


def _values(query: PageQuery) -> dict[str, str]:
    values = {}
    for name in query.__struct_fields__:
        value = getattr(query, name)
        if name not in PageQuery.__struct_fields__ and value is not None:
            values[name] = _time(name, value) if isinstance(value, datetime) else str(value)
    if "from_" in values and "to" in values and values["from_"] > values["to"]:
        error = FieldError("/query/to", "out_of_range", "Expected a time after `from`.")
        raise BadRequest("`to` is before `from`.", errors=[error])
    return values


def _time(name: str, value: datetime) -> str:
    """The time as it is stored. BadRequest for one that does not sort as text does, or cannot be told in UTC."""
    if not 1971 <= value.year < 9999:
        raise BadRequest(
            "A time is out of range.",
            errors=[FieldError(f"/query/{name.rstrip('_')}", "out_of_range", "Expected a year from 1971 to 9998.")],
        )
    return clock.text(value)


def _choose(views: Sequence[View], values: Values) -> View:
    given = frozenset(values)
    for view in sorted(views, key=lambda view: -len(view.needs)):
        if view.needs <= given and given - view.needs <= frozenset(view.filters):
            return view
    supported = "; ".join(view.describe() for view in views)
    raise BadRequest(
        f"This combination of filters has no index. Supported: {supported}.",
        errors=[FieldError(f"/query/{n.rstrip('_')}", "unsupported_combination", "See detail.") for n in sorted(given)],
    )


def _collect(
    model: type[R], view: View, call: Call, values: Values, limit: int, position: _Position
) -> tuple[list[R], _Position | None]:
    """Reads until the page is full, the view is exhausted or the rounds are used up."""
    requested = {name: values[name] for name in view.filters if name in values}
    rows: list[R] = []
    rounds = _FILTER_ROUNDS if requested or _is_cut(model, call) else _BUCKET_ROUNDS if view.older else 1
    current: _Position | None = position
    while current is not None and len(rows) < limit and rounds > 0:
        rounds -= 1
        batch, current = _step(model, view, call, values, requested, limit - len(rows), current)
        rows += batch
    return rows, current


def _is_cut(model: type[Row], call: Call) -> bool:
    """Whether rows may be left out because the caller does not see them."""
    return call.warehouses is not None and visibility.has_visibility(model)


def _step(
    model: type[R],
    view: View,
    call: Call,
    values: Values,
    filters: Values,
    requested: int,
    position: _Position,
) -> tuple[list[R], _Position | None]:
    """One query. Filters and the caller's warehouses are held against whole documents after it, so `limit` and the
    cursor stay exact."""
    effective = {NOW: position.now, **values, **(position.bucket or {})}
    page = store.query(
        model,
        view.keys(call.tenant, effective),
        index=view.index,
        limit=_FILTER_PAGE if filters or _is_cut(model, call) else requested,
        start=position.key,
        newest_first=view.newest_first,
        where=None if view.index else _where(model, filters),
    )
    items = store.full(model, page.items) if view.index else page.items
    rows = [row for row in map(model.read, items) if all(str(getattr(row, n)) == v for n, v in filters.items())]
    rows = visibility.seen(call, rows)
    if len(rows) > requested:
        rows = rows[:requested]
        return rows, _Position(position.now, position.bucket, _key_after(rows[-1], view, page.items))
    if page.next_key is not None:
        return rows, _Position(position.now, position.bucket, page.next_key)
    older = view.older(effective) if view.older else None
    return rows, None if older is None else _Position(position.now, older)


def _key_after(row: Row, view: View, entries: Sequence[Item]) -> Item:
    """The store key to go on from after `row`: an index entry's own keys, or the row's."""
    key = row.key()
    if view.index is None:
        return key
    return next(entry for entry in entries if all(entry[name] == value for name, value in key.items()))


def _where(model: type[Row], filters: Values) -> Condition | None:
    """The filters as the store's own, so that a bucket's unwanted rows are not sent."""
    where: Condition | None = None
    for name, value in filters.items():
        condition = model.get_attributes()[name] == value
        where = condition if where is None else where & condition
    return where


def _binding(call: Call, model: type[Row], values: Values) -> bytes:
    """What a cursor is bound to: tenant, caller, list, filters."""
    return msgspec.json.encode([call.tenant.id, call.actor, model.table_name(), sorted(values.items())])
