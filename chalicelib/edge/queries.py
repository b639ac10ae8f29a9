"""The query parameters of a route: those of its view, and those that all routes of its kind have."""

from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from chalicelib.edge import inclusion
from chalicelib.edge.declaration import Endpoint, NoQuery
from chalicelib.kernel.pages import Page
from chalicelib.kernel.struct_types import TypeForm

_DRY_RUN = Meta(
    description="If true, the request is checked and the result is returned as usual, but nothing is written."
)
_FIELDS = Meta(
    min_length=1,
    description="Only these fields of each document, separated by commas, and `id`; all fields by default.",
)
_INCLUDE = Meta(
    min_length=1,
    description="Adds `included`: the names of the customers, items, users and so on that the answer refers to, by id. "
    "Several kinds are separated by commas.",
)


class Common(msgspec.Struct, frozen=True):
    """The parameters that all routes of a kind have. dry_run: of those that write; fields and include: of those that
    return documents."""

    dry_run: bool = False
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


def type_of(endpoint: Endpoint) -> type[msgspec.Struct]:
    """The type of all query parameters of the route."""
    returns = endpoint.returns if endpoint.method == "GET" and not endpoint.is_public else None
    name = f"{endpoint.name.title().replace('_', '')}Query"
    return _composed(name, endpoint.query or NoQuery, returns, endpoint.may_be_dry_run)


def common(query: msgspec.Struct) -> Common:
    """The common parameters of a decoded query."""
    given = {name: getattr(query, name, None) for name in Common.__struct_fields__}
    return Common(**{name: value for name, value in given.items() if value})


@cache
def _composed(name: str, query: type[msgspec.Struct], returns: TypeForm, may_be_dry_run: bool) -> type[msgspec.Struct]:
    more: list[tuple[str, Any, Any]] = []  # as defstruct takes them
    if may_be_dry_run:
        more.append(("dry_run", Annotated[bool, _DRY_RUN], False))
    if fields := fields_of(returns):
        more.append(("fields", _some_of(fields, _FIELDS), None))
    if kinds := inclusion.kinds(returns) if fields else ():
        more.append(("include", _some_of(kinds, _INCLUDE), None))
    if not more:
        return query
    return msgspec.defstruct(name, more, bases=(query,), frozen=True, kw_only=True, forbid_unknown_fields=True)


def _some_of(names: tuple[str, ...], described: Meta) -> TypeForm:
    """The type of a parameter that is a list of some of the names."""
    choice: TypeForm = Literal[names]
    return Annotated[list[choice], described] | None


def fields_of(returns: TypeForm) -> tuple[str, ...]:
    """The names of the fields of a document that is returned, or of the documents of a page; none for other answers."""
    kind = document_type(returns)
    if not isinstance(kind, type) or not issubclass(kind, msgspec.Struct):
        return ()
    return tuple(name for name in kind.__struct_encode_fields__ if name != "included")


def document_type(returns: TypeForm) -> TypeForm:
    """The type of the documents of a page; of other answers their own."""
    origin: object = get_origin(returns)
    return get_args(returns)[0] if origin is Page else returns
