"""The Lambda authorizer: verifies the token of every request. Its cold start delays the request.

It is deployed with its own handler string, `chalicelib.access.authorizer.authorize`, and never imports app.py. Keep its
imports small: no botocore, no kernel module that needs it, no third-party package except chalice, PyJWT and
cryptography.

The gateway caches the policy by token for 60 s and for the whole API, so the policy always allows all routes (a policy
for one path would refuse the token's second path), and the endpoint checks permissions from the context. The cache
ignores `exp`, so the endpoint checks that again. The authorizer raises instead of returning a deny, because exceptions
are not cached: requests succeed as soon as an outage of Keycloak ends.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NamedTuple

from chalice.app import AuthRequest, AuthResponse, Blueprint, ChaliceAuthorizer

from chalicelib.access.claims import Identity, Rules, identity_of
from chalicelib.access.expected import Expected, TokenRefusedError
from chalicelib.access.jwks import KeyCache
from chalicelib.access.tokens import verified_claims
from chalicelib.kernel import clock

CACHE_SECONDS = 60
JWKS_PATH = "/protocol/openid-connect/certs"
"""Keycloak's path below the issuer. Reading it from the discovery document would add a request to the cold start."""


class _Identified(ChaliceAuthorizer):
    """Chalice's authorizer, which forgets the id of the invocation: the one thing that its log lines and the gateway's
    access log (`$context.authorizer.requestId`) have in common. The event holds neither request id nor address."""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # Chalice's own signature
        _invocation.set(getattr(context, "aws_request_id", ""))
        return super().__call__(event, context)


class _Authorizers(Blueprint):
    """A blueprint whose authorizers are `_Identified`."""

    def _wrap_handler(
        self, handler_type: str, handler_name: str, user_handler: Callable[[AuthRequest], AuthResponse]
    ) -> _Identified:
        return _Identified(handler_name, user_handler)


_invocation: ContextVar[str] = ContextVar("invocation", default="")
blueprint = _Authorizers(__name__)

if os.environ.get("_HANDLER") == f"{__name__}.authorize":
    # Lambda gives imports of a cold start the whole processor, and calls only a part of it. So the authorizer's own
    # function imports PyJWT here; other functions (the API only refers to the authorizer by name) do not need it.
    import chalicelib.access.decoder  # noqa: F401 - imported for later calls


class UnauthorizedError(Exception):
    """API Gateway responds with 401 when an authorizer fails with exactly this message, and with 500 for any other."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class _Door(NamedTuple):
    rules: Rules
    keys: KeyCache


_doors: dict[Rules, _Door] = {}
_doors_lock = threading.Lock()


@blueprint.authorizer(ttl_seconds=CACHE_SECONDS)
def authorize(request: AuthRequest) -> AuthResponse:
    """Allow all routes for a valid token, with the caller's identity as strings in the context.

    Raises UnauthorizedError for an invalid token, after logging one security event with the reason and no part of the
    token; KeysUnavailableError (-> 500) when the token's key is not cached and the realm's keys cannot be fetched;
    ValueError (-> 500) when the function is not configured.
    """
    door = _door()
    try:
        expected = Expected(door.rules.issuer, door.rules.audience)
        claims = verified_claims(_bearer(request.token), door.keys.key, expected)
        identity = identity_of(claims, door.rules)
    except TokenRefusedError as refusal:
        _report(refusal)
        raise UnauthorizedError from None
    return AuthResponse(routes=["*"], principal_id=identity.sub, context=_context(identity))


def _bearer(header: object) -> str:
    """The token of `Bearer <token>`, in capitals or not (RFC 9110 section 11.1), with one space; any other text is
    verified as part of the token."""
    scheme, space, token = header.partition(" ") if isinstance(header, str) else ("", "", "")
    if not space or scheme.lower() != "bearer":
        raise TokenRefusedError("scheme_refused")
    return token


def _context(identity: Identity) -> dict[str, str]:
    """The context as strings only: the gateway converts numbers to strings, and fails on lists."""
    return {
        "tenant": identity.tenant,
        "sub": identity.sub,
        "sid": identity.sid,
        "azp": identity.azp,
        "kind": identity.kind,
        "iat": str(identity.iat),
        "exp": str(identity.exp),
        "auth_time": "" if identity.auth_time is None else str(identity.auth_time),
        "roles": " ".join(identity.roles),
    }


def realm() -> tuple[str, KeyCache]:
    """The realm's issuer and its keys, for verifying other tokens of the realm."""
    door = _door()
    return door.rules.issuer, door.keys


def _door() -> _Door:
    rules = _rules()
    with _doors_lock:
        if rules not in _doors:
            _doors[rules] = _Door(rules, KeyCache(rules.issuer + JWKS_PATH))
        return _doors[rules]


def _rules() -> Rules:
    issuer = os.environ.get("NOVEX_TOKEN_ISSUER", "")
    audience = os.environ.get("NOVEX_TOKEN_AUDIENCE", "novex-api")
    listed = os.environ.get("NOVEX_TOKEN_CLIENTS", "novex-web").split(",")
    clients = tuple(client.strip() for client in listed if client.strip())
    if not issuer or not audience or not clients or "*" in clients:
        raise ValueError("NOVEX_TOKEN_ISSUER, _AUDIENCE or _CLIENTS is missing, or lets every client in")
    return Rules(issuer, audience, clients)


def _report(refusal: TokenRefusedError) -> None:
    line = {
        "level": "WARNING",
        "event": "token_refused",
        "reason": refusal.reason,
        "authorizer_id": _invocation.get(),
        "time": clock.text(clock.now()),
    }
    sys.stdout.write(json.dumps(line) + "\n")
