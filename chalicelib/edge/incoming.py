"""The incoming request: parsed from the gateway's event, with validated headers."""

import base64
import re
import zlib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.edge import etags, router
from chalicelib.kernel import clock, entropy
from chalicelib.kernel.call import Call, IfMatch
from chalicelib.kernel.errors import BadRequest, FieldError, PayloadTooLarge, Unauthorized, UnsupportedEncoding
from chalicelib.kernel.tenant import Tenant

MAX_BODY_BYTES = 1024 * 1024
MAX_LARGE_BODY_BYTES = 4 * MAX_BODY_BYTES
"""Of routes that say so. A Lambda function gets 6 MB at most, in which each quote takes two bytes."""
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_PARAMETER = re.compile(r"{(\w+)\+?}")
_JSON = frozenset({"application/json", "application/json;charset=utf-8", 'application/json;charset="utf-8"'})
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request."""

    method: str
    path: str
    """As routes declare it, in one spelling, because stored answers of commands are found by it."""
    headers: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes
    authorizer: Mapping[str, Any]
    request_id: str
    """The gateway's id, which no caller can choose."""
    client_request_id: str
    """The caller's own X-Request-Id; empty when it is missing or not valid."""
    traceparent: str
    now: datetime
    answered: dict[str, str] = field(default_factory=dict)
    """Headers to add to the response, also when it is an error."""

    @property
    def is_json(self) -> bool:
        """Whether the body is said to be JSON in UTF-8."""
        return self.headers.get("content-type", "").replace(" ", "").lower() in _JSON

    @property
    def sends_gpc(self) -> bool:
        """Whether the browser sent the Global Privacy Control signal; its only value is 1."""
        return self.headers.get("sec-gpc") == "1"

    @property
    def idempotency_key(self) -> str | None:
        """The Idempotency-Key header. BadRequest when it is not 1 to 255 printable characters."""
        key = self.headers.get("idempotency-key")
        if key is None or _IDEMPOTENCY_KEY.fullmatch(key):
            return key
        raise _header("Idempotency-Key", "Expected 1 to 255 printable ASCII characters.")

    @property
    def if_match(self) -> IfMatch | None:
        """The versions in `If-Match: "7"`, or `*`. BadRequest when it is no list of entity tags."""
        value = self.headers.get("if-match")
        if value is None:
            return None
        tags = etags.parse(value)
        if tags is None:
            raise _header("If-Match", 'Expected the ETag that you were given, such as "7", or *.')
        return etags.versions(tags)

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
                client_request_id=self.client_request_id,
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
    headers = _headers(event)
    incoming = Incoming(
        method=context["httpMethod"],
        path=_path(context["resourcePath"], event.get("pathParameters") or {}),
        headers=headers,
        query=event.get("multiValueQueryStringParameters") or {},
        body=_body(event),
        authorizer=context.get("authorizer") or {},
        # Callers can choose `requestId`, by the header x-amzn-RequestId; nobody can choose this one.
        request_id=str(context["extendedRequestId"]),
        client_request_id=_client_request_id(headers),
        traceparent=_traceparent(headers),
        now=clock.real(),
    )
    _current.set(incoming)
    return incoming


_LISTS = frozenset({"if-match", "if-none-match"})
"""Several lines of such a header are one list (RFC 9110 5.3)."""


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers by name in lower case; of one that is there several times and is no list, the last line."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        if values and name.lower() in _LISTS:
            headers[name.lower()] = ", ".join(values)
        elif values:
            headers.setdefault(name.lower(), values[-1])
    return headers


def _path(resource: str, parameters: Mapping[str, str]) -> str:
    """The path as routes declare it: the gateway's path for the request, with its parameters. The raw path may begin
    with the stage or with the base path of a custom domain."""
    return router.canonical(_PARAMETER.sub(lambda found: parameters[found[1]], resource))


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")


def _client_request_id(headers: Mapping[str, str]) -> str:
    given = headers.get("x-request-id", "")
    return given if _CLIENT_REQUEST_ID.fullmatch(given) else ""


def _traceparent(headers: Mapping[str, str]) -> str:
    """The caller's W3C trace with a new span, or a new trace."""
    given = headers.get("traceparent", "")
    trace = given[3:35] if _TRACEPARENT.fullmatch(given) else entropy.token_bytes(16).hex()
    flags = given[-2:] if _TRACEPARENT.fullmatch(given) else "01"
    return f"00-{trace}-{entropy.token_bytes(8).hex()}-{flags}"


def _header(name: str, message: str) -> BadRequest:
    return BadRequest(message, errors=[FieldError(f"/headers/{name}", "invalid", message)])


def unpack(incoming: Incoming) -> None:
    """Makes the request with its body decompressed the current one. PayloadTooLarge above what any route takes;
    UnsupportedEncoding for another encoding than gzip; BadRequest when it cannot be decompressed."""
    check_size(incoming.body)
    encoding = incoming.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise UnsupportedEncoding("Send the body as it is, or compressed with gzip.")
    # API Gateway decompresses, and passes the header on.
    if encoding == "gzip" and incoming.body.startswith(_GZIP_MAGIC):
        _current.set(replace(incoming, body=_decompressed(incoming.body)))


def _decompressed(body: bytes) -> bytes:
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: with the header of gzip
    try:
        found = reader.decompress(body, MAX_LARGE_BODY_BYTES + 1)
    except zlib.error:
        raise _header("Content-Encoding", "The body is not compressed with gzip.") from None
    check_size(found)
    if not reader.eof or reader.unused_data:
        raise _header("Content-Encoding", "The body is not one whole stream of gzip.")
    return found


def check_size(body: bytes, *, is_large: bool = True) -> None:
    """PayloadTooLarge for a body that is larger than its route takes."""
    most = MAX_LARGE_BODY_BYTES if is_large else MAX_BODY_BYTES
    if len(body) > most:
        raise PayloadTooLarge(f"The body may have {most // MAX_BODY_BYTES} MB.")
