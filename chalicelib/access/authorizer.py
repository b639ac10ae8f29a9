"""The Lambda authorizer: the first door of every request, and the coldest start of them all.

It is deployed by its own handler string, `chalicelib.access.authorizer.authorize`, and never imports app.py. Keep it
lean: no botocore, nothing of the kernel that needs it, no third-party package beyond chalice, PyJWT and cryptography.

The gateway caches the policy per token for 60 s and for the whole API, so the policy is always Allow on everything
(one per path would lock a token out of the second path it asks for), and permissions are judged behind it from the
context. The cache does not look at `exp`: the endpoint checks that again. A deny is never returned: an exception is
not cached, so that an outage of Keycloak is forgotten as soon as it ends.
"""

import json
import os
import sys
import threading
from typing import NamedTuple

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib.access.claims import Identity, Rules, identity_of
from chalicelib.access.jwks import KeyCache
from chalicelib.access.tokens import Expected, TokenRefusedError, verified_claims
from chalicelib.kernel import clock

CACHE_SECONDS = 60
JWKS_PATH = "/protocol/openid-connect/certs"
"""Keycloak's, below the issuer. Not asked of discovery: a second request in the way of a cold start."""

blueprint = Blueprint(__name__)

if os.environ.get("_HANDLER") == f"{__name__}.authorize":
    # Lambda lends the whole processor to the imports of a cold start, and a part of it to calls: in its own function
    # the authorizer loads PyJWT at once, elsewhere (the API knows it by name only) not at all.
    import chalicelib.access.decoder  # noqa: F401 - for later


class UnauthorizedError(Exception):
    """API Gateway answers 401 when an authorizer fails with exactly this message, and 500 for any other."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class _Door(NamedTuple):
    rules: Rules
    keys: KeyCache


_doors: dict[Rules, _Door] = {}
_doors_lock = threading.Lock()


@blueprint.authorizer(ttl_seconds=CACHE_SECONDS)
def authorize(request: AuthRequest) -> AuthResponse:
    """Allow every route to the bearer of a good token, and tell the endpoint who it is in flat strings.

    Raises UnauthorizedError for a token that is not good, after one security event on stdout that names the reason and
    nothing of the token; KeysUnavailableError (-> 500) when the realm's keys cannot be had and the token's is not
    known; ValueError (-> 500) when the function is not configured.
    """
    door = _door()
    try:
        expected = Expected(door.rules.issuer, door.rules.audience)
        claims = verified_claims(_bearer(request.token), door.keys.key, expected)
        identity = identity_of(claims, door.rules, clock.now().timestamp())
    except TokenRefusedError as refusal:
        _report(refusal)
        raise UnauthorizedError from None
    return AuthResponse(routes=["*"], principal_id=identity.sub, context=_context(identity))


def _bearer(header: object) -> str:
    """The token of `Bearer <token>`, spelled exactly so: whatever else stands there fails as part of the token."""
    if not isinstance(header, str) or not header.startswith("Bearer "):
        raise TokenRefusedError("scheme_refused")
    return header.removeprefix("Bearer ")


def _context(identity: Identity) -> dict[str, str]:
    """Strings only: the gateway turns numbers into strings anyway, and fails on lists."""
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
    """The realm's issuer and its keys, for whatever else has to be believed because the realm has signed it."""
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
    line = {"level": "WARNING", "event": "token_refused", "reason": refusal.reason, "time": clock.text(clock.now())}
    sys.stdout.write(json.dumps(line) + "\n")
