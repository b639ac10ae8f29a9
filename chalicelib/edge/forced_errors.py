"""Errors that a caller in a sandbox asks for, to see how the caller's own program copes with them."""

from typing import Any, Never

import msgspec

from chalicelib.edge.declaration import Endpoint
from chalicelib.edge.incoming import Incoming
from chalicelib.edge.refusals import refusals
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, DomainError, FieldError, Invalid

HEADER = "Novex-Sandbox-Error"
_DETAIL = f"{HEADER} asked for this error; nothing was done."
_RETRY_AFTER_SECONDS = 1


def raise_requested(endpoint: Endpoint, received: Incoming, call: Call) -> None:
    """Raises the error whose code the request names. BadRequest for a code that the operation does not list, and in a
    tenant that is no sandbox."""
    code = received.headers.get(HEADER.lower())
    if code is None:
        return
    if call.clock_setting is None:
        _refuse("not_a_sandbox", "Your tenant is no sandbox: send the request without this header.")
    kinds = {kind.code: kind for kind in refusals(endpoint)}
    if code not in kinds:
        _refuse("unknown_code", f"This operation has these: {', '.join(sorted(kinds))}.")
    raise _made(kinds[code])


def _refuse(code: str, message: str) -> Never:
    raise BadRequest(message, errors=[FieldError(f"/headers/{HEADER}", code, message)])


def _made(kind: type[DomainError]) -> DomainError:
    """An error of the kind. Its constructor wants what a real error is about, so that of the base class is called."""
    forced = type(kind.__name__, (kind,), {"__init__": DomainError.__init__, "members": _placeholders})
    errors = [FieldError("", "forced", _DETAIL)] if issubclass(kind, Invalid) else []
    error: DomainError = forced(_DETAIL, errors=errors, retry_after=_retry_after(kind))
    return error


def _retry_after(kind: type[DomainError]) -> int | None:
    return _RETRY_AFTER_SECONDS if kind.status in (429, 503) else None


def _placeholders(error: DomainError) -> dict[str, Any]:
    """Values for the members of a problem document, each as empty as its type allows."""
    return {name: _placeholder(msgspec.inspect.type_info(kind)) for name, kind in error.extra.items()}


def _placeholder(kind: msgspec.inspect.Type) -> object:
    match kind:
        case msgspec.inspect.Metadata():
            return _placeholder(kind.type)
        case msgspec.inspect.UnionType():
            return None if kind.includes_none else _placeholder(kind.types[0])
        case msgspec.inspect.EnumType():
            return next(iter(kind.cls)).value
        case msgspec.inspect.IntType():
            return 0
        case msgspec.inspect.ListType():
            return []
        case msgspec.inspect.StrType():
            return ""
    raise TypeError(f"there is no placeholder for {kind}")
