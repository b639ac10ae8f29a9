"""How Keycloak's admin REST API is asked: as the service account `novex-admin`, whose token is kept for its life.

The account has manage-users and manage-organizations, nothing else (docs/identity.md).
"""

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

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


class _Secret(msgspec.Struct, frozen=True):
    """What Secrets Manager holds: the secrets that may be in force, the newest first."""

    client_id: str = ""
    secrets: list[str] = []


class _Given(msgspec.Struct, frozen=True):
    """The token endpoint's answer, as far as it concerns us."""

    access_token: str
    expires_in: int


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
        found = decoded(ask(call, "GET", path, query=asked), list[kind])  # type: ignore[valid-type]  # made at run time
        yield from found
        first += PAGE
        if len(found) < PAGE:
            return


def keycloak() -> Destination:
    """The admin REST API of the realm whose tokens we take."""
    base, realm = config.current().token_issuer.rsplit("/realms/", 1)
    told = frozenset({"email", "firstName", "lastName"})
    return Destination("keycloak", f"{base}/admin/realms/{realm}", told, "The account with which the person logs in")


def ask(
    call: Call,
    method: str,
    path: str,
    *,
    allowed: tuple[int, ...] = (200, 201, 204),
    refused: tuple[int, ...] = (),
    **content: Any,
) -> Reply:
    """The answer, if its status is `allowed`. Refused for other 4xx and for statuses of `refused`; Unavailable for what
    may be otherwise next time."""
    for is_last in (False, True):
        reply = _send(call, keycloak(), method, path, bearer=_token(call), **content)
        if reply.status != 401 or is_last:
            break
        forget()  # the realm's keys, or its opinion of us, have changed
    if reply.status in allowed:
        return reply
    if reply.status not in refused and (reply.status in (401, 403, 429) or reply.status >= 500):
        raise Unavailable(f"status {reply.status}")
    raise Refused(reply.status)


def decoded(reply: Reply, kind: Any) -> Any:
    """The body as `kind`. Unavailable for another shape: something else has answered."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("an answer of another shape") from error


def new_id(reply: Reply) -> str:
    """The id of what an answer says was made."""
    return reply.location.rpartition("/")[2]


def _send(call: Call, to: Destination, method: str, path: str, **content: Any) -> Reply:
    try:
        return egress.send(call, to, method, path, **content)
    except Unreachable as error:
        raise Unavailable(str(error)) from error


def _token(call: Call) -> str:
    """An access token of the service account, kept until shortly before its end."""
    issuer = config.current().token_issuer
    with _lock:
        held = _tokens.get(issuer)
    if held is None or held.until <= clock.wall():
        held = _fetch_token(call, issuer)
        with _lock:
            _tokens[issuer] = held
    return held.text


def _fetch_token(call: Call, issuer: str) -> _Token:
    """With the newest secret that works: while it is being rotated two are stored, and one of them does."""
    door = Destination("keycloak", issuer, frozenset(), "")
    for fresh in (False, True):
        stored = _secret(fresh=fresh)
        for secret in stored.secrets:
            form = {"grant_type": "client_credentials", "client_id": stored.client_id, "client_secret": secret}
            reply = _send(call, door, "POST", "/protocol/openid-connect/token", form=form)
            if reply.status == 200:
                given = decoded(reply, _Given)
                return _Token(given.access_token, clock.wall() + given.expires_in - _SPARE_SECONDS)
            if reply.status >= 500:
                raise Unavailable(f"status {reply.status}")
    raise Unavailable("no secret of novex-admin that Keycloak takes")


def _secret(*, fresh: bool) -> _Secret:
    try:
        stored = secrets.read(secrets.name("keycloak-admin"), fresh=fresh)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("the secret of novex-admin cannot be read") from error
    return msgspec.convert(stored, _Secret) if stored is not None else _Secret()
