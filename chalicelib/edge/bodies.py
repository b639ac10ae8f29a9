"""The body of a request as its endpoint declares it."""

from typing import Any

from chalicelib.edge import decode
from chalicelib.edge.declaration import Endpoint, NoBody
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel.errors import FieldError, UnsupportedMediaType


def read(endpoint: Endpoint, asked: Incoming) -> tuple[Any, dict[int, list[FieldError]]]:
    """The body, and the errors of rows that are to be skipped, by index. Nothing at all counts as an empty object.

    UnsupportedMediaType, BadRequest, Invalid with every field error.
    """
    if endpoint.body is None:
        if asked.body.strip() not in (b"", b"{}"):
            decode.body(NoBody, asked.body)
        return NoBody(), {}
    if asked.media_type != "application/json":
        raise UnsupportedMediaType("Send application/json.")
    raw = asked.body or b"{}"
    if endpoint.rows:
        return decode.rows(endpoint.body, raw, endpoint.rows)
    return decode.body(endpoint.body, raw), {}
