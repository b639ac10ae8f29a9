"""Search over all kinds of documents, and of the documents of a list."""

from typing import TypeVar

import msgspec

from chalicelib.access import permissions
from chalicelib.kernel import declaration, lists
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, FieldError
from chalicelib.kernel.pages import DocumentQuery
from chalicelib.search.index import retrieval, terms
from chalicelib.search.index.schemas import MatchKind, SearchAnswer, SearchHit, SearchQuery

Q = TypeVar("Q", bound=DocumentQuery)


def search(call: Call, query: SearchQuery) -> SearchAnswer:
    """The documents that a text asks for, of the kinds that the caller may read. BadRequest for an unknown kind."""
    searchables = declaration.searchables()
    unknown = [each for each in query.kinds or () if each not in searchables]
    if unknown:
        detail = f"Unknown kinds: {', '.join(unknown)}. Supported: {', '.join(searchables)}."
        raise BadRequest(detail, errors=[FieldError("/query/kinds", "unknown_kind", "See detail.")])
    kinds = [
        kind
        for kind, (_, each) in searchables.items()
        if kind in (query.kinds or searchables) and permissions.is_allowed(call.roles, each.permission)
    ]
    found = retrieval.find(call, kinds, terms.asked(query.q), query.limit)
    return SearchAnswer(data=[_hit(each) for each in found.hits], is_partial=found.is_partial)


def narrowed(call: Call, kind: str, query: Q) -> Q:
    """A list's query: one with `q`, a `ListSearch`, becomes one for the ids of what is found, in this order. BadRequest
    when other parameters are given that choose documents too."""
    text = getattr(query, "q", None)
    if text is None:
        return query
    lists.require_alone(query, "q")
    found = retrieval.find(call, [kind], terms.asked(text), query.limit)
    return msgspec.structs.replace(query, q=None, ids=[hit.document.id for hit in found.hits])


def _hit(hit: retrieval.Hit) -> SearchHit:
    document = hit.document
    return SearchHit(
        kind=hit.kind,
        id=document.id,
        name=document.title,
        code=document.code,
        status=document.status,
        match=MatchKind[hit.match.name],
    )
