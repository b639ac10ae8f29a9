"""What a browser may send to the API and read of its answers (CORS)."""

import functools

from chalice.app import CORSConfig

from chalicelib.edge import headers
from chalicelib.kernel import config

ALLOWED_HEADERS = [
    "Content-Encoding",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Novex-Sandbox-Error",
    "Novex-Version",
    "X-Request-Id",
    "traceparent",
]
"""The request headers besides those that Chalice allows itself, such as Authorization and Content-Type."""


@functools.cache
def cors() -> CORSConfig:
    """The CORS configuration, with the one configured origin."""
    return CORSConfig(
        allow_origin=config.current().web_origin,
        allow_headers=ALLOWED_HEADERS,
        expose_headers=list(headers.EXPOSED),
        max_age=600,
    )
