"""Names of response headers that the application and the gateway's own responses share."""

CHALLENGE = "Auth-Challenge"
"""A copy of WWW-Authenticate (RFC 6750) on every 401: API Gateway renames the original of an application's response, so
this is the one name that a browser can always read."""
REMAPPED_CHALLENGE = "x-amzn-remapped-www-authenticate"
"""What API Gateway makes of WWW-Authenticate in an application's response."""
EXPOSED = (
    "Allow",
    CHALLENGE,
    "Deprecation",
    "Dry-Run",
    "ETag",
    "Idempotent-Replayed",
    "Link",
    "Location",
    "Novex-Policy-Notice",
    "Novex-Version",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Client-Request-Id",
    "X-Request-Id",
    "traceparent",
    REMAPPED_CHALLENGE,
)
"""The headers that a browser lets the frontend read (CORS)."""
