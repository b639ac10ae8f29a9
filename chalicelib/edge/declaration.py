"""What a route declares: the decorator's words, and the view's own signature."""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Required, TypedDict, TypeVar

import msgspec

from chalicelib.access import permissions
from chalicelib.access.scope import Scope
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.request import Request
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.idempotency import Answer

B = TypeVar("B")


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route without query parameters."""


class NoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route without a body; nothing, or an empty object, may be sent."""


@dataclass(frozen=True, slots=True)
class ExtraPermission(Generic[B]):
    """A permission that a request needs besides its route's own, when its body asks for more. `meaning` says when."""

    permission: str
    meaning: str
    applies: Callable[[B], bool]


class Words(TypedDict, total=False):
    """What a route's decorator may say.

    permission: what the caller's roles must hold. scope: what the route does about limited callers. status: of a
    success. media_type: of an answer that is text. location: the path of a new thing. change: a POST that needs If-
    Match. dangerous: needs a recent login of a person; access is looked up fresh and a refusal journaled. asynchronous:
    may answer 202 while a job goes on. errors: refusals beyond the ones that the declaration itself implies. rows: the
    field of a bulk body whose bad rows may be skipped. extra_permissions: what some bodies need besides.
    hidden_without: permission to the fields of the answer that are null for callers who do not hold it.
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
    errors: Sequence[type[DomainError]]
    rows: str
    extra_permissions: Sequence[ExtraPermission[Any]]
    hidden_without: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route. body / query / returns: msgspec types, None for none. command: needs an Idempotency-Key. change: needs
    If-Match. The others are as in `Words`."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    tag: str
    permission: str
    body: Any = None
    query: Any = None
    returns: Any = None
    scope: Scope = Scope.UNRESTRICTED_ONLY
    status: int = 200
    media_type: str = "text/plain"
    location: str | None = None
    command: bool = False
    change: bool = False
    dangerous: bool = False
    asynchronous: bool = False
    errors: Sequence[type[DomainError]] = ()
    rows: str | None = None
    extra_permissions: Sequence[ExtraPermission[Any]] = ()
    hidden_without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether it needs no token."""
        return self.permission == permissions.PUBLIC

    @property
    def may_be_dry_run(self) -> bool:
        """Whether it writes, and so can be asked what it would do."""
        return self.command or self.change


def read(method: str, path: str, view: Callable[..., object], tag: str, words: Words) -> Endpoint:
    """The endpoint that a view's signature, docstring and decorator declare.

    TypeError for a view without a docstring or annotations, or whose first parameter is neither a Request nor, on a
    public route, the Incoming request.
    """
    where = f"{method} {path}"
    summary, _, description = (view.__doc__ or "").strip().partition("\n")
    if not summary:
        raise TypeError(f"{where} has no docstring: it is the operation's summary")
    hints = typing.get_type_hints(view)
    first = next(iter(inspect.signature(view).parameters), "")
    body, query = _asked(hints.get(first), where, is_public=words["permission"] == permissions.PUBLIC)
    if "return" not in hints:
        raise TypeError(f"{where} does not say what it answers")
    return Endpoint(
        method,
        path,
        view.__name__,
        summary.rstrip("."),
        " ".join(description.split()),
        tag,
        body=body,
        query=query,
        returns=_answered(hints["return"]),
        **words,
    )


def _asked(hint: Any, where: str, *, is_public: bool) -> tuple[Any, Any]:
    """Body and query of `Request[body, query]`; None for those that say none."""
    if is_public:
        if hint is not Incoming:
            raise TypeError(f"{where} is public: its view takes the Incoming request")
        return None, None
    if typing.get_origin(hint) is not Request:
        raise TypeError(f"{where}: the first parameter of its view is a Request[body, query]")
    body, query = typing.get_args(hint)
    return None if body is NoBody else body, None if query is NoQuery else query


def _answered(hint: Any) -> Any:
    """The type of the answer's body; None for none."""
    if typing.get_origin(hint) is Answer:
        (hint,) = typing.get_args(hint)
    return None if hint is type(None) else hint
