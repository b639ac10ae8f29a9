"""Lists: pages of a table by the views that it declares.

Any combination of parameters that no view supports is refused with a 400 that lists the supported ones. Values are
compared by type: flags as booleans, numbers as numbers, times as times.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.kernel import clock, cursors, ids, visibility
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.model import Item, Row
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.pages import DocumentQuery, PageQuery
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.views import Filter, ListRequest, Q, View

R = TypeVar("R", bound=Row)
Narrow = Callable[[list[R]], list[R]]
T = TypeVar("T")
P = TypeVar("P", int, str)
_FILTERED_PAGE = 200
"""Rows read by one query when filters or visibility may omit some of them."""
_MOST_ROUNDS = 50
"""Maximum queries for one page. A filter with few matches among 10,000 rows returns a short page and a cursor."""


_NO_FILTERS = frozenset({*PageQuery.__struct_fields__, "ids", "sort", "fields", "include"})
"""Parameters that neither select nor filter."""


def paginate(
    model: type[R], views: Sequence[View[Q]], call: Call, query: Q, *, narrow: Narrow[R] | None = None
) -> tuple[list[R], str | None]:
    """One page of the rows that the caller may see, and the next cursor. narrow: which of some rows belong to the list,
    where that depends on other tables. BadRequest for combinations that no view supports, for times out of range, and
    for cursors of another list."""
    values = _query_values(query)
    order = getattr(query, "sort", None)
    if isinstance(query, DocumentQuery) and query.ids is not None:
        require_alone(query, "ids")
        return _with_ids(model, views, call, query.ids), None
    view = _select_view(views, query, values, order)
    binding = _binding(call, model, values, order)
    now = clock.text(clock.now())
    reader = _PageReader(model, view, call, query, values, is_descending=_is_descending(view, order), narrow=narrow)
    start = reader.start(now) if query.cursor is None else cursors.unseal(query.cursor, binding, _Position)
    if call.scope_ids is not None and view.visible_through:
        through = view.visible_through(ListRequest(call.tenant, query))
        if visibility.find(call, through.model, through.hash_key, through.range_key) is None:
            return [], None
    rows, next_position = reader.collect(start)
    return rows, None if next_position is None else cursors.seal(next_position, binding)


def paginate_positions(
    call: Call, name: str, query: PageQuery, after: Callable[[P], Iterator[tuple[P, T | None]]], first: P
) -> tuple[list[T], str | None]:
    """One page of things that have positions, which are numbers or texts, and the next cursor. after: gives those after
    a position, each with its own; None for each round trip that found nothing, of which one page makes as many as any
    other. first: the position before all. name: of the list, for its cursors."""
    binding = msgspec.json.encode([call.tenant.id, call.actor, name, sorted(map(str, _query_values(query).items()))])
    last = first if query.cursor is None else cursors.unseal(query.cursor, binding, type(first))
    shown: list[T] = []
    in_vain = 0
    for position, thing in after(last):
        if in_vain == _MOST_ROUNDS or (thing is not None and len(shown) == query.limit):
            return shown, cursors.seal(last, binding)
        last = position
        if thing is None:
            in_vain += 1
        else:
            shown.append(thing)
    return shown, None


def require_alone(query: DocumentQuery, name: str) -> None:
    """BadRequest when other parameters than this one are given that choose documents, or their order."""
    given = [
        *_query_values(query),
        *(each for each in ("ids", "sort", "cursor") if getattr(query, each, None) is not None),
    ]
    others = [each.rstrip("_") for each in given if each != name]
    if others:
        problems = [FieldError(f"/query/{each}", "unsupported_combination", f"Not with `{name}`.") for each in others]
        raise BadRequest(f"`{name}` cannot be combined with other parameters.", errors=problems)


def _with_ids(model: type[R], views: Sequence[View[Q]], call: Call, identifiers: Sequence[str]) -> list[R]:
    """The rows with these ids that the caller may see."""
    is_by_month = any(view.buckets for view in views)
    keys = {each: _partition_of_id(call.tenant, each) if is_by_month else call.tenant.key() for each in identifiers}
    return visibility.find_many(call, model, [Ref(model, key, each) for each, key in keys.items() if key])


def _partition_of_id(tenant: Tenant, identifier: str) -> str | None:
    """The partition by month of the document with an id; None for what is no id."""
    try:
        return tenant.key(ids.month(identifier))
    except (ValueError, KeyError, OverflowError):
        return None


class _Position(msgspec.Struct, array_like=True):
    """Where the next page starts: the bucket, and the store's start key. now: the time of the first page, which bounds
    all pages of the list."""

    now: str
    bucket: str = ""
    key: dict[str, dict[str, str]] | None = None


def _query_values(query: PageQuery) -> dict[str, Any]:
    """The values of the parameters that select and filter. BadRequest for times out of range and empty time ranges."""
    values = {}
    for name in query.__struct_fields__:
        value = getattr(query, name)
        if name not in _NO_FILTERS and value is not None:
            if isinstance(value, datetime):
                _check_time(name, value)
            values[name] = value
    if "from_" in values and "to" in values and values["from_"] >= values["to"]:
        error = FieldError("/query/from", "empty_range", "Must be before `to`.")
        raise BadRequest("The time range is empty.", errors=[error])
    return values


def require_range(query: PageQuery) -> None:
    """BadRequest for times out of range and empty time ranges, for lists that are not chosen by the query itself."""
    _query_values(query)


def _check_time(name: str, value: datetime) -> None:
    """BadRequest for a time whose text does not sort in the order of times, or that may not exist in UTC."""
    if not 1971 <= value.year < 9999:
        error = FieldError(f"/query/{name.rstrip('_')}", "out_of_range", "Expected a year from 1971 to 9998.")
        raise BadRequest("A time is out of range.", errors=[error])


def _select_view(views: Sequence[View[Q]], query: Q, values: Mapping[str, Any], order: str | None) -> View[Q]:
    names = frozenset(values)
    for view in sorted(views, key=lambda view: -len(view.needs)):
        fits = view.needs <= names and names - view.needs <= view.filter_names
        if fits and (view.when is None or view.when(query)) and order in (None, view.sort, f"-{view.sort}"):
            return view
    supported = "; ".join(view.describe() for view in views)
    names_used = sorted(names) + (["sort"] if order else [])
    raise BadRequest(
        f"This combination of filters has no index. Supported: {supported}.",
        errors=[FieldError(f"/query/{n.rstrip('_')}", "unsupported_combination", "See detail.") for n in names_used],
    )


def _is_descending(view: View[Any], order: str | None) -> bool:
    return view.newest_first if order is None else order.startswith("-")


@dataclass(slots=True)
class _PageReader(Generic[R, Q]):
    """Reads one page: sends queries until the page is full or the list has ended."""

    model: type[R]
    view: View[Q]
    call: Call
    query: Q
    values: Mapping[str, Any]
    is_descending: bool
    narrow: Narrow[R] | None
    _filters: list[Callable[[Row], bool]] = field(init=False)

    def __post_init__(self) -> None:
        self._filters = list(_predicates(self.view, self.values))

    def start(self, now: str) -> _Position:
        """The position at the beginning of the list."""
        buckets = self.view.buckets
        if buckets is None:
            return _Position(now)
        bound = buckets.newest if self.is_descending else buckets.oldest
        return _Position(now, bound(self.query, now))

    def collect(self, start: _Position) -> tuple[list[R], _Position | None]:
        """The rows of the page, and the position of the next page; None at the end of the list."""
        rows: list[R] = []
        current: _Position | None = start
        for _ in range(_MOST_ROUNDS):
            if current is None or len(rows) >= self.query.limit:
                break
            batch, current = self._read_batch(current, self.query.limit - len(rows))
            rows += batch
        return rows, current

    def _read_batch(self, position: _Position, missing: int) -> tuple[list[R], _Position | None]:
        """Sends one query. The end of a row's time, filters and the caller's scope are applied to the whole documents
        afterwards, so that `limit` and the cursor stay exact."""
        page = store.query(
            self.model,
            self.view.keys(ListRequest(self.call.tenant, self.query, position.bucket)),
            index=self.view.index,
            limit=_FILTERED_PAGE if self._may_omit_rows() else missing,
            start=position.key,
            newest_first=self.is_descending,
        )
        items = store.full(self.model, page.items) if self.view.index else page.items
        now = clock.now()
        present = [row for row in map(self.model.read, items) if not row.is_over(now)]
        rows = [row for row in present if all(matches(row) for matches in self._filters)]
        rows = visibility.visible(self.call, rows)
        rows = rows if self.narrow is None else self.narrow(rows)
        if len(rows) > missing:
            rows = rows[:missing]
            return rows, _Position(position.now, position.bucket, _key_after(rows[-1], self.view, page.items))
        if page.next_key is not None:
            return rows, _Position(position.now, position.bucket, page.next_key)
        bucket = self._next_bucket(position)
        return rows, None if bucket is None else _Position(position.now, bucket)

    def _may_omit_rows(self) -> bool:
        is_limited = not self.call.sees_all and visibility.has_visibility(self.model)
        return bool(self._filters) or is_limited or self.narrow is not None

    def _next_bucket(self, position: _Position) -> str | None:
        buckets = self.view.buckets
        if buckets is None:
            return None
        if self.is_descending:
            bucket = buckets.before(position.bucket)
            return bucket if bucket >= buckets.oldest(self.query, position.now) else None
        bucket = buckets.after(position.bucket)
        return bucket if bucket <= buckets.newest(self.query, position.now) else None


def _predicates(view: View[Any], values: Mapping[str, Any]) -> list[Callable[[Row], bool]]:
    found: list[Callable[[Row], bool]] = []
    for each in view.filters:
        name = each if isinstance(each, str) else each.name
        if name in values and name not in view.needs:
            found.append(_equal(name, values[name]) if isinstance(each, str) else _matching(each, values[name]))
    return found


def _equal(name: str, value: object) -> Callable[[Row], bool]:
    return lambda row: bool(getattr(row, name) == value)


def _matching(each: Filter, value: object) -> Callable[[Row], bool]:
    return lambda row: each.matches(row, value)


def _key_after(row: Row, view: View[Any], entries: Sequence[Item]) -> Item:
    """The store's start key for reading on after `row`: the keys of its index entry, or the row's."""
    key = row.key()
    if view.index is None:
        return key
    return next(entry for entry in entries if all(entry[name] == value for name, value in key.items()))


def _binding(call: Call, model: type[Row], values: Mapping[str, Any], order: str | None) -> bytes:
    """The binding of a cursor: tenant, caller, list, filters, order."""
    shown = sorted((name, str(value)) for name, value in values.items())
    return msgspec.json.encode([call.tenant.id, call.actor, model.table_name(), shown, order])
