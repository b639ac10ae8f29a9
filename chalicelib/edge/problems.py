"""RFC 9457 problem documents: the format of all errors of the API, including the gateway's own."""

from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.kernel.errors import DomainError, FieldError, Unauthorized

CONTENT_TYPE = "application/problem+json"
TYPE_BASE = "https://novexerp.dev/problems/"


class Problem(msgspec.Struct, omit_defaults=True):
    """A problem document (RFC 9457). `code` is stable, for programs; `errors` lists every invalid field with an RFC
    6901 pointer."""

    type: str
    title: str
    status: int
    code: str
    request_id: str
    detail: str = ""
    errors: list[FieldError] = []


_STATUS_CODES = {
    400: ("bad_request", "The request cannot be processed"),
    401: ("unauthorized", "A valid access token is required"),
    403: ("forbidden", "This is not allowed"),
    404: ("not_found", "There is no such thing"),
    405: ("not_found", "There is no such thing"),
    413: ("payload_too_large", "The body is larger than 1 MB"),
    415: ("unsupported_media_type", "The content type is not supported"),
    429: ("rate_limited", "Too many requests"),
}
_INTERNAL = ("internal", "Something went wrong on our side")


def of_error(error: DomainError, request_id: str) -> Response:
    """The response for an error."""
    problem = _document(error.status, error.code, error.title, request_id)
    problem["detail"] = error.detail
    if error.errors:
        problem["errors"] = [msgspec.to_builtins(entry) for entry in error.errors]
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if isinstance(error, Unauthorized) and error.challenge:
        headers["WWW-Authenticate"] = error.challenge
    return _response(error.status, {**problem, **error.members()}, headers)


def of_status(status: int, request_id: str) -> Response:
    """The response for a status without an error of the product."""
    code, title = _STATUS_CODES.get(status, _INTERNAL)
    shown = 404 if status == 405 else status
    return _response(shown, _document(shown, code, title, request_id), {})


def _document(status: int, code: str, title: str, request_id: str) -> dict[str, Any]:
    return {"type": TYPE_BASE + code, "title": title, "status": status, "code": code, "request_id": request_id}


def _response(status: int, document: dict[str, Any], headers: dict[str, str]) -> Response:
    body = msgspec.json.encode(document).decode()
    return Response(body=body, status_code=status, headers={"Content-Type": CONTENT_TYPE, **headers})
