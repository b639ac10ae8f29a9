"""Logout tokens as Keycloak sends them, and what is wrong with others."""

import time
import urllib.parse
import uuid
from typing import Any

from chalicelib.access.logout import EVENT
from tests.world import Reply, World

PATH = "/oidc/backchannel-logout"


def claims(world: World, **changes: Any) -> dict[str, Any]:
    """The claims of a good logout token; a change of None takes one away."""
    now = int(time.time())
    good = {
        "iss": world.issuer.issuer,
        "aud": "novex-web",
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
        "typ": "Logout",
        "sub": str(uuid.uuid4()),
        "sid": str(uuid.uuid4()),
        "events": {EVENT: {}},
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def token(world: World, header: dict[str, Any] | None = None, **changes: Any) -> str:
    return world.issuer.keys.sign(claims(world, **changes), {"typ": "logout+jwt", **(header or {})})


def send(world: World, body: bytes) -> Reply:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Reply(*world.gateway.handle("POST", PATH, headers, body))


def told(world: World, **changes: Any) -> Reply:
    """The answer to a logout token."""
    return send(world, urllib.parse.urlencode({"logout_token": token(world, **changes)}).encode())
