"""Decoding of request bodies by the type that the endpoint declares."""

from typing import Any, TypeVar

import msgspec

from chalicelib.edge import decode
from chalicelib.edge.declaration import Endpoint, NoBody
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel.errors import FieldError, UnsupportedMediaType

S = TypeVar("S", bound=msgspec.Struct)


def read(endpoint: Endpoint, request: Incoming) -> tuple[Any, dict[int, list[FieldError]]]:
    """The body, and the errors of rows to skip, by index. A missing body is decoded as an empty object.

    Raises UnsupportedMediaType for a body that is not said to be JSON in UTF-8, BadRequest, Invalid with every field
    error.
    """
    if endpoint.body is None:
        if request.body.strip() not in (b"", b"{}"):
            decode.body(NoBody, request.body)
        return NoBody(), {}
    raw = _json_of(request)
    if endpoint.rows:
        return decode.rows(endpoint.body, raw, endpoint.rows)
    return decode.body(endpoint.body, raw), {}


def of_public(kind: type[S], request: Incoming) -> S:
    """The body of a public route as a struct. UnsupportedMediaType, BadRequest, Invalid with every field error."""
    return decode.body(kind, _json_of(request))


def _json_of(request: Incoming) -> bytes:
    """The JSON of the request; that of an empty object when it has no body. UnsupportedMediaType."""
    if request.body and not request.is_json:
        raise UnsupportedMediaType("Send `Content-Type: application/json`, in UTF-8.")
    return request.body or b"{}"
