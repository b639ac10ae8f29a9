"""Pages of lists, and the query parameters that all lists have."""

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.kernel.names import Included
from chalicelib.kernel.texts import line

T = TypeVar("T")
DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query parameters of every list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT, description="Documents per page; 25 by default.")] = (
        DEFAULT_LIMIT
    )
    cursor: Annotated[str, msgspec.Meta(max_length=2000, description="`next_cursor` of the previous page.")] | None = (
        None
    )


class CreationSort(StrEnum):
    """By time of creation; `-` puts the newest first."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"


Ids = Annotated[
    list[Annotated[str, line(128)]],
    msgspec.Meta(
        min_length=1,
        max_length=MAX_LIMIT,
        description="Only the documents with these ids, separated by commas, in this order and without those that are "
        "not there. Cannot be combined with filters, `sort` or `cursor`.",
    ),
]


class DocumentQuery(PageQuery, frozen=True, kw_only=True):
    """Query parameters of every list of documents."""

    ids: Ids | None = None


class CreationQuery(DocumentQuery, frozen=True, kw_only=True):
    """Query parameters of lists of documents that can only be sorted by time of creation."""

    sort: (
        Annotated[CreationSort, msgspec.Meta(description="The sort order; see the list's own description.")] | None
    ) = None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. Only the last page has no `next_cursor`. Other pages are full, unless a filter has few
    matches among very many documents."""

    data: Annotated[list[T], msgspec.Meta(description="The documents of this page.")]
    next_cursor: Annotated[str | None, msgspec.Meta(description="The next page's `cursor`; null on the last.")] = None
    included: Included | UnsetType = UNSET
