"""Views: the supported ways to list a table, declared in its tables.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.pages import PageQuery
from chalicelib.kernel.tenant import Tenant

T = TypeVar("T")
Q = TypeVar("Q", bound=PageQuery)


@dataclass(frozen=True, slots=True)
class ListRequest(Generic[Q]):
    """The parameters of a view's key condition: tenant, query, and bucket for tables that are bucketed by time."""

    tenant: Tenant
    query: Q
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Buckets(Generic[Q]):
    """The time buckets of a table. newest / oldest: the first and last bucket, from the query and the time of the first
    page. before / after: the neighbours of a bucket."""

    newest: Callable[[Q, str], str]
    oldest: Callable[[Q, str], str]
    before: Callable[[str], str]
    after: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter other than equality of an attribute. matches: whether a row matches the value of the parameter; without
    it, `narrow` of `paginate` decides."""

    name: str
    matches: Callable[[Any, Any], bool] = lambda row, value: True


@dataclass(frozen=True, slots=True)
class View(Generic[Q]):
    """One way to list a table.

    keys: the key condition. needs: the query parameters that select the view, all required. sort: the value of `sort`
    for the view's order; a `-` before it reverses the order. newest_first: whether the order is descending without
    `sort`. index: the keys-only index that is queried. filters: optional parameters, each the name of an attribute that
    must be equal, or a Filter. buckets: for tables bucketed by time. when: the view is selected only for queries for
    which this returns True. visible_through: a row that the keys refer to; the list is empty for callers who may not
    see it.
    """

    keys: Callable[[ListRequest[Q]], Condition]
    needs: frozenset[str] = frozenset()
    sort: str = "created_at"
    newest_first: bool = False
    index: str | None = None
    filters: tuple[str | Filter, ...] = ()
    buckets: Buckets[Q] | None = None
    when: Callable[[Q], bool] | None = None
    visible_through: Callable[[ListRequest[Q]], Ref] | None = None

    @property
    def filter_names(self) -> frozenset[str]:
        """The names of the optional filters."""
        return frozenset(each if isinstance(each, str) else each.name for each in self.filters)

    def describe(self) -> str:
        """The supported combination as text, for an error message."""
        base = " + ".join(sorted(name.rstrip("_") for name in self.needs)) or "no filter"
        extra = ", ".join(sorted(name.rstrip("_") for name in self.filter_names))
        return f"{base}, sorted by {self.sort}" + (f" (with {extra})" if extra else "")


def required(value: T | None) -> T:
    """The value of a required parameter of the view. TypeError when it is None."""
    if value is None:
        raise TypeError("a view was chosen without what it needs")
    return value
