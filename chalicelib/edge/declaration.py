"""The declaration of a route: options of its decorator, and the signature and docstring of its view."""

import inspect
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Required, TypedDict, TypeVar

import msgspec

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.request import Request
from chalicelib.edge.router import PROTECTED
from chalicelib.kernel.deprecation import Deprecation
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.idempotency import Answer
from chalicelib.kernel.struct_types import TypeForm

B = TypeVar("B")
_PARAMETER = re.compile(r"{(\w+)}")


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query type of routes without query parameters."""


class NoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body type of routes without a body; the client may send nothing or an empty object."""


@dataclass(frozen=True, slots=True)
class ExtraPermission(Generic[B]):
    """An additional permission that some bodies need. applies: whether a body needs it. meaning: the same in words."""

    permission: str
    meaning: str
    applies: Callable[[B], bool]


class RouteOptions(TypedDict, total=False):
    """The options of a route's decorator.

    permission: the permission that the caller needs. scope: how the route treats limited callers. status: the status of
    a success. media_type: of a response that is text. location: the path of the created document. command: whether the
    route needs an Idempotency-Key. change: whether it needs If-Match. dangerous: needs a recent login of a user; reads
    the access state without the cache, and journals refusals. asynchronous: may respond with 202 while a job continues.
    large: whether the body may have 4 MB instead of 1. errors: errors besides those that the other options imply. rows:
    the field of a bulk body whose invalid rows may be skipped. extra_permissions: additional permissions for some
    bodies. hidden_without: permission to the fields of the response that are null for callers without it.
    takes: the type of the JSON body of a public route, which its view decodes with `taken`.
    takes_version: a public route is answered in the version that Novex-Version names; all others are anyway.
    deprecated: the route is deprecated, and refused after its sunset. before_acceptance: users who have yet to accept
    the privacy policy may call it; all other routes with a token are refused to them.
    """

    permission: Required[str]
    scope: Scope
    status: int
    media_type: str
    location: str
    command: bool
    change: bool
    dangerous: bool
    asynchronous: bool
    large: bool
    errors: Sequence[type[DomainError]]
    rows: str
    extra_permissions: Sequence[ExtraPermission[Any]]
    hidden_without: Mapping[str, tuple[str, ...]]
    takes: type[msgspec.Struct]
    takes_version: bool
    deprecated: Deprecation
    before_acceptance: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """The group of operations, in the document, that a route belongs to. description: empty when the routes of another
    package with the same tag have it."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The declaration of one route. body / query / returns: msgspec types, None for none. path_types: the types of the
    path parameters, by name. The other fields are described in `RouteOptions`."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    tag: Tag
    permission: str
    path_types: Mapping[str, TypeForm] = field(default_factory=dict)
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    returns: TypeForm | None = None
    scope: Scope = Scope.UNRESTRICTED_ONLY
    status: int = 200
    media_type: str = "text/plain"
    location: str | None = None
    command: bool = False
    change: bool = False
    dangerous: bool = False
    asynchronous: bool = False
    large: bool = False
    errors: Sequence[type[DomainError]] = ()
    rows: str | None = None
    extra_permissions: Sequence[ExtraPermission[Any]] = ()
    hidden_without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes_version: bool = False
    deprecated: Deprecation | None = None
    before_acceptance: bool = False

    @property
    def is_public(self) -> bool:
        """Whether the route needs no token."""
        return self.permission == permissions.PUBLIC

    @property
    def versioned(self) -> bool:
        """Whether the route is answered in the version that the caller names or has pinned."""
        return not self.is_public or self.takes_version

    @property
    def may_be_dry_run(self) -> bool:
        """Whether the route writes, and so supports `dry_run`."""
        return self.command or self.change


def read(method: str, path: str, view: Callable[..., object], tag: Tag, options: RouteOptions) -> Endpoint:
    """The endpoint by the view's signature and docstring, and the options of its decorator.

    TypeError for a view without a docstring or annotations, or whose first parameter is not a Request, or on a public
    route not the Incoming request, or whose path parameters have no described type. TypeError also for a public route
    below `/v1/`, or another one elsewhere.
    """
    where = f"{method} {path}"
    summary, _, description = (view.__doc__ or "").strip().partition("\n")
    if path.startswith(PROTECTED) == (options["permission"] == permissions.PUBLIC):
        raise TypeError(f"{where}: public routes lie outside {PROTECTED}, all others inside")
    if not summary:
        raise TypeError(f"{where} has no docstring: it is the operation's summary")
    hints = typing.get_type_hints(view, include_extras=True)
    first, *others = inspect.signature(view).parameters or [""]
    is_public = options["permission"] == permissions.PUBLIC
    body, query = _request_types(hints.get(first), where, is_public=is_public)
    if "takes" in options:
        if not is_public:
            raise TypeError(f"{where} is not public: its view takes a Request with its body")
        body = options["takes"]
    if "return" not in hints:
        raise TypeError(f"{where} has no return annotation")
    return Endpoint(
        method,
        path,
        view.__name__,
        summary.rstrip("."),
        " ".join(description.split()),
        tag,
        path_types=_path_types(path, others, hints, where),
        body=body,
        query=query,
        returns=_response_type(hints["return"]),
        **_without_takes(options),
    )


def _without_takes(options: RouteOptions) -> Mapping[str, Any]:
    """The options that are fields of the endpoint under the same name."""
    return {name: value for name, value in options.items() if name != "takes"}


def _request_types(
    hint: TypeForm, where: str, *, is_public: bool
) -> tuple[type[msgspec.Struct] | None, type[msgspec.Struct] | None]:
    """The types of body and query of `Request[body, query]`; None for NoBody and NoQuery."""
    if is_public:
        if hint is not Incoming:
            raise TypeError(f"{where} is public: its view takes the Incoming request")
        return None, None
    origin: object = typing.get_origin(hint)
    if origin is not Request:
        raise TypeError(f"{where}: the first parameter of its view is a Request[body, query]")
    body, query = typing.get_args(hint)
    return None if body is NoBody else body, None if query is NoQuery else query


def _path_types(path: str, taken: Sequence[str], hints: Mapping[str, TypeForm], where: str) -> dict[str, TypeForm]:
    """The types of the path parameters by name. TypeError when the view takes others, or one has no description."""
    names = _PARAMETER.findall(path)
    if sorted(names) != sorted(taken):
        raise TypeError(f"{where}: its view does not take exactly the parameters of the path")
    for name in names:
        found = [each for each in getattr(hints.get(name), "__metadata__", ()) if isinstance(each, msgspec.Meta)]
        if not any(each.description for each in found):
            raise TypeError(f"{where}: the type of {name} has no description; annotate it with the type of the id")
    return {name: hints[name] for name in names}


def _response_type(hint: TypeForm) -> TypeForm | None:
    """The type of the response's body; None if there is none."""
    origin: object = typing.get_origin(hint)
    if origin is Answer:
        (hint,) = typing.get_args(hint)
    return None if hint is type(None) else hint
