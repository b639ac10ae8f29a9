"""RFC 9457 problem documents: the format of all errors of the API, including the gateway's own."""

from typing import Annotated, Any, Literal

import msgspec
from chalice.app import Response
from msgspec import Meta

from chalicelib.access.errors import RateLimited
from chalicelib.edge.headers import CHALLENGE
from chalicelib.edge.incoming import Incoming
from chalicelib.kernel.errors import (
    BadRequest,
    DomainError,
    FieldError,
    Forbidden,
    Internal,
    NotFound,
    PayloadTooLarge,
    Unauthorized,
    UnsupportedMediaType,
)
from chalicelib.kernel.struct_types import TypeForm

CONTENT_TYPE = "application/problem+json"
TYPE_BASE = "https://novexerp.dev/problems/"

ClientRequestId = Annotated[str, Meta(description="Your own id of the request, if you sent one in `X-Request-Id`.")]


def type_of(kind: type[DomainError]) -> type[msgspec.Struct]:
    """The type of the problem documents of an error. `status` and `code` are constants, by which clients distinguish
    the problems of an operation."""
    fields: list[tuple[str, TypeForm, Any] | tuple[str, TypeForm]] = [
        ("type", Annotated[str, Meta(description="A URI that names the kind of problem; it ends with `code`.")]),
        (
            "title",
            Annotated[str, Meta(description="The kind of problem in words, the same for all problems of a code.")],
        ),
        ("status", Annotated[Literal[kind.status], Meta(description="The HTTP status of the response.")]),
        (
            "code",
            Annotated[Literal[kind.code], Meta(description="The kind of problem, for programs; it stays the same.")],
        ),
        ("request_id", Annotated[str, Meta(description="The id of the request; name it when you ask for support.")]),
        *kind.extra.items(),
        ("client_request_id", ClientRequestId, ""),
        (
            "detail",
            Annotated[str, Meta(description="What is wrong with this request, in words that can be shown.")],
            "",
        ),
        (
            "errors",
            Annotated[
                list[FieldError], Meta(description="Every invalid field; absent when the problem is not about fields.")
            ],
            [],
        ),
    ]
    return msgspec.defstruct(
        f"{kind.__name__}Problem",
        fields,
        namespace={"__doc__": f"{kind.title}."},
        module=kind.__module__,
        omit_defaults=True,
        kw_only=True,
    )


_BY_STATUS: dict[int, type[DomainError]] = {
    kind.status: kind
    for kind in (BadRequest, Unauthorized, Forbidden, NotFound, PayloadTooLarge, UnsupportedMediaType, RateLimited)
}
"""The errors that Chalice reports by their status alone."""


def of_error(error: DomainError, request: Incoming) -> Response:
    """The response for an error."""
    problem = _document(error.status, error.code, error.title, request)
    problem["detail"] = error.detail
    if error.errors:
        problem["errors"] = [msgspec.to_builtins(entry) for entry in error.errors]
    headers = dict(error.headers)
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorized) and error.challenge:
        headers["WWW-Authenticate"] = headers[CHALLENGE] = error.challenge
    return _response(error.status, {**problem, **error.members()}, headers)


def of_status(status: int, request: Incoming) -> Response:
    """The response for a status without an error of the product."""
    kind = _BY_STATUS.get(status, Internal)
    return _response(status, _document(status, kind.code, kind.title, request), {})


def _document(status: int, code: str, title: str, request: Incoming) -> dict[str, Any]:
    document = {"type": TYPE_BASE + code, "title": title, "status": status, "code": code}
    document["request_id"] = request.request_id
    if request.client_request_id:
        document["client_request_id"] = request.client_request_id
    return document


def _response(status: int, document: dict[str, Any], headers: dict[str, str]) -> Response:
    body = msgspec.json.encode(document).decode()
    return Response(body=body, status_code=status, headers={"Content-Type": CONTENT_TYPE, **headers})
