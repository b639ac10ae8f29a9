"""API Gateway's own responses, for requests that do not reach the application.

The packaged template uses `template_responses()`, and the local gateway renders the same entries. Every response is
application/problem+json in the format of the application's errors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from chalicelib.edge.headers import CHALLENGE, EXPOSED
from chalicelib.kernel.errors import Unauthorized

PROBLEM_BASE = "https://novexerp.dev/problems/"
CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class GatewayResponse:
    """One response: HTTP status, error code, title, and additional headers."""

    status: int
    code: str
    title: str
    headers: dict[str, str] = field(default_factory=dict)


_BAD_REQUEST = GatewayResponse(400, "bad_request", "The request could not be read.")
# The gateway has one response for a token that is refused and for none, so both are told `invalid_token`.
_UNAUTHORIZED = GatewayResponse(
    401,
    "unauthorized",
    "A valid access token is required.",
    {"WWW-Authenticate": Unauthorized.challenge, CHALLENGE: Unauthorized.challenge},
)
_FORBIDDEN = GatewayResponse(403, "forbidden", "Access is denied.")
_NOT_FOUND = GatewayResponse(404, "not_found", "There is no such resource.")
_RATE_LIMITED = GatewayResponse(429, "rate_limited", "Too many requests.", {"Retry-After": "1"})
_INTERNAL = GatewayResponse(500, "internal", "Something went wrong on our side.")
_TIMEOUT = GatewayResponse(504, "timeout", "The request took too long.")

# Keys are API Gateway's response types. Unknown routes and methods are MISSING_AUTHENTICATION_TOKEN, also for requests
# with a token.
GATEWAY_RESPONSES: dict[str, GatewayResponse] = {
    "BAD_REQUEST_BODY": _BAD_REQUEST,
    "BAD_REQUEST_PARAMETERS": _BAD_REQUEST,
    "DEFAULT_4XX": _BAD_REQUEST,
    "UNAUTHORIZED": _UNAUTHORIZED,
    "ACCESS_DENIED": _FORBIDDEN,
    "EXPIRED_TOKEN": _FORBIDDEN,
    "INVALID_API_KEY": _FORBIDDEN,
    "INVALID_SIGNATURE": _FORBIDDEN,
    "WAF_FILTERED": _FORBIDDEN,
    "MISSING_AUTHENTICATION_TOKEN": _NOT_FOUND,
    "RESOURCE_NOT_FOUND": _NOT_FOUND,
    "REQUEST_TOO_LARGE": GatewayResponse(413, "payload_too_large", "The request is too large."),
    "UNSUPPORTED_MEDIA_TYPE": GatewayResponse(415, "unsupported_media_type", "The content type is not supported."),
    "THROTTLED": _RATE_LIMITED,
    "QUOTA_EXCEEDED": _RATE_LIMITED,
    "API_CONFIGURATION_ERROR": _INTERNAL,
    "AUTHORIZER_CONFIGURATION_ERROR": _INTERNAL,
    "AUTHORIZER_FAILURE": _INTERNAL,
    "DEFAULT_5XX": _INTERNAL,
    "INTEGRATION_FAILURE": _TIMEOUT,
    "INTEGRATION_TIMEOUT": _TIMEOUT,
}


def problem(response: GatewayResponse, request_id: str) -> dict[str, object]:
    """The body of a gateway response."""
    return {
        "type": PROBLEM_BASE + response.code,
        "title": response.title,
        "status": response.status,
        "code": response.code,
        "request_id": request_id,
    }


def headers(response: GatewayResponse, origin: str) -> dict[str, str]:
    """The fixed headers of a gateway response: type, CORS, security, caching. X-Request-Id is added for each
    request."""
    fixed = {
        "Content-Type": CONTENT_TYPE,
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        # API Gateway puts static values in single quotes, so they cannot contain quotes, such as in 'none'.
        "Content-Security-Policy": "sandbox",
    }
    if origin:
        fixed |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": ", ".join(EXPOSED),
            "Vary": "Origin",
        }
    return fixed | response.headers


def template_responses(origin: str) -> dict[str, dict[str, object]]:
    """`GatewayResponses` of an AWS::Serverless::Api: each type with its status, headers and body template."""
    rendered: dict[str, dict[str, object]] = {}
    for kind, response in GATEWAY_RESPONSES.items():
        values = {name: f"'{value}'" for name, value in headers(response, origin).items()}
        rendered[kind] = {
            "StatusCode": response.status,
            "ResponseParameters": {"Headers": values | {"X-Request-Id": "context.extendedRequestId"}},
            "ResponseTemplates": {"application/json": json.dumps(problem(response, "$context.extendedRequestId"))},
        }
    return rendered
