"""How Keycloak's admin REST API is asked: as the service account `novex-admin`, whose token is kept for its life.

The account has manage-users and manage-organizations, nothing else (docs/identity.md).
"""

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from chalicelib.egress import service as egress
from chalicelib.egress.service import Destination, Reply, Unreachable
from chalicelib.kernel import clock, config, secrets
from chalicelib.kernel.call import Call

PAGE = 100
_SPARE_SECONDS = 10
"""A token is not used in its last seconds."""


class Unavailable(Exception):
    """Keycloak did not answer, failed, or does not know us: nothing is known, and the same may be said again."""


class Refused(Exception):
    """Keycloak will never take this; `status` says what kind of no it was."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class _Token(NamedTuple):
    text: str
    until: float


_lock = threading.Lock()
_tokens: dict[str, _Token] = {}


def forget() -> None:
    """Drops the token."""
    with _lock:
        _tokens.clear()


def pages(call: Call, path: str, kind: type[Any], **query: str) -> Iterator[Any]:
    """Every entry of a list, page after page."""
    first = 0
    while True:
        asked = {"first": str(first), "max": str(PAGE), **query}
        found = decoded(ask(call, "GET", path, query=asked), list[kind])  # type: ignore[valid-type]
        yield from found
        first += PAGE
        if len(found) < PAGE:
            return


def ask(call: Call, method: str, path: str, *, allowed: tuple[int, ...] = (200, 201, 204), **content: Any) -> Reply:
    for is_last in (False, True):
        reply = _send(call, method, path, bearer=_token(call), **content)
        if reply.status != 401 or is_last:
            break
        forget()  # the realm's keys, or its opinion of us, have changed
    if reply.status in allowed:
        return reply
    if reply.status in (401, 403, 429) or reply.status >= 500:
        raise Unavailable(f"status {reply.status}")
    raise Refused(reply.status)


def _send(call: Call, method: str, path: str, **content: Any) -> Reply:
    issuer = config.current().token_issuer
    base, realm = issuer.rsplit("/realms/", 1)
    admin = Destination(
        "keycloak",
        f"{base}/admin/realms/{realm}",
        frozenset({"email", "firstName", "lastName"}),
        "The account with which the person logs in",
    )
    try:
        return egress.send(call, admin, method, path, **content)
    except Unreachable as error:
        raise Unavailable(str(error)) from error


def decoded(reply: Reply, kind: Any) -> Any:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("an answer of another shape") from error


def _token(call: Call) -> str:
    """An access token of the service account, kept until shortly before its end."""
    issuer = config.current().token_issuer
    with _lock:
        held = _tokens.get(issuer)
    if held is None or held.until <= clock.monotonic():
        held = _fetch_token(call, issuer)
        with _lock:
            _tokens[issuer] = held
    return held.text


def _fetch_token(call: Call, issuer: str) -> _Token:
    """With the newest secret that works: while it is being rotated two are stored, and one of them does."""
    tokens = Destination("keycloak", issuer, frozenset(), "")
    for fresh in (False, True):
        stored = secrets.read(secrets.name("keycloak-admin"), fresh=fresh) or {}
        for secret in stored.get("secrets", []):
            form = {"grant_type": "client_credentials", "client_id": stored["client_id"], "client_secret": secret}
            try:
                reply = egress.send(call, tokens, "POST", "/protocol/openid-connect/token", form=form)
            except Unreachable as error:
                raise Unavailable(str(error)) from error
            if reply.status == 200:
                given = reply.json()
                return _Token(given["access_token"], clock.monotonic() + given["expires_in"] - _SPARE_SECONDS)
            if reply.status >= 500:
                raise Unavailable(f"status {reply.status}")
    raise Unavailable("no secret of novex-admin that Keycloak takes")
