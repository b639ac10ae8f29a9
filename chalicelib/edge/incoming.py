"""The incoming request: parsed from the gateway's event, with validated headers."""

import base64
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.kernel import clock, entropy
from chalicelib.kernel.call import Call
from chalicelib.kernel.errors import BadRequest, FieldError, PayloadTooLarge, Unauthorized
from chalicelib.kernel.tenant import Tenant

MAX_BODY_BYTES = 1024 * 1024
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG = re.compile(r'"(\d{1,12})"')


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes
    authorizer: Mapping[str, Any]
    request_id: str
    traceparent: str
    now: datetime
    answered: dict[str, str] = field(default_factory=dict)
    """Headers to add to the response, also when it is an error."""

    @property
    def media_type(self) -> str:
        """The media type without parameters; JSON when the header is missing, as at the gateway."""
        return self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()

    @property
    def idempotency_key(self) -> str | None:
        """The Idempotency-Key header. BadRequest when it is not 1 to 255 printable characters."""
        key = self.headers.get("idempotency-key")
        if key is None or _IDEMPOTENCY_KEY.fullmatch(key):
            return key
        raise _header("Idempotency-Key", "Expected 1 to 255 printable ASCII characters.")

    @property
    def if_match(self) -> int | None:
        """The version in `If-Match: "7"`. BadRequest for anything else, including weak tags and lists."""
        value = self.headers.get("if-match")
        if value is None:
            return None
        matched = _ETAG.fullmatch(value.strip())
        if matched is None:
            raise _header("If-Match", 'Expected the ETag you were given, such as "7".')
        return int(matched.group(1))

    def principal(self) -> tuple[Call, int]:
        """The caller by the authorizer's context, and when the token expires. Unauthorized without a context."""
        context = self.authorizer
        try:
            expires_at = int(context["exp"])
            call = Call(
                tenant=Tenant(context["tenant"]),
                actor=context["sub"],
                kind=context["kind"],
                sid=context.get("sid") or "",
                roles=frozenset((context.get("roles") or "").split()),
                request_id=self.request_id,
                traceparent=self.traceparent,
                auth_time=int(context["auth_time"]) if context.get("auth_time") else None,
                issued_at=int(context["iat"]),
            )
        except (KeyError, ValueError, TypeError):
            raise Unauthorized() from None
        return call, expires_at


_current: ContextVar[Incoming] = ContextVar("incoming")


def current() -> Incoming:
    """The request that is being processed."""
    return _current.get()


def accept(event: Mapping[str, Any]) -> Incoming:
    """Parses a gateway event and sets the current request."""
    context = event["requestContext"]
    headers = {name.lower(): values[-1] for name, values in (event.get("multiValueHeaders") or {}).items() if values}
    headers |= {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    incoming = Incoming(
        method=context["httpMethod"],
        path=context.get("path") or event.get("path") or "",
        headers=headers,
        query=event.get("multiValueQueryStringParameters") or {},
        body=_body(event),
        authorizer=context.get("authorizer") or {},
        request_id=_request_id(headers, context),
        traceparent=_traceparent(headers),
        now=clock.now(),
    )
    _current.set(incoming)
    return incoming


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")


def _request_id(headers: Mapping[str, str], context: Mapping[str, Any]) -> str:
    """The caller's X-Request-Id if it is valid, else the gateway's."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(context.get("requestId") or "")


def _traceparent(headers: Mapping[str, str]) -> str:
    """The caller's W3C trace with a new span, or a new trace."""
    given = headers.get("traceparent", "")
    trace = given[3:35] if _TRACEPARENT.fullmatch(given) else entropy.token_bytes(16).hex()
    flags = given[-2:] if _TRACEPARENT.fullmatch(given) else "01"
    return f"00-{trace}-{entropy.token_bytes(8).hex()}-{flags}"


def _header(name: str, message: str) -> BadRequest:
    return BadRequest(message, errors=[FieldError(f"/headers/{name}", "invalid", message)])


def check_size(incoming: Incoming) -> None:
    """PayloadTooLarge above 1 MB, checked before the body is decoded."""
    if len(incoming.body) > MAX_BODY_BYTES:
        raise PayloadTooLarge()
