"""Calls to Keycloak's admin REST API, made as the service account `novex-admin`; its token is kept until it expires.

The account has the rights manage-users and manage-organizations, nothing else (docs/identity.md).
"""

import threading
from collections.abc import Iterator
from typing import NamedTuple, TypeVar, Unpack

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.egress import service as egress
from chalicelib.egress.service import Destination, Reply, SendOptions, Unreachable
from chalicelib.kernel import clock, config, secrets
from chalicelib.kernel.call import Call

T = TypeVar("T")

PAGE = 100
_SPARE_SECONDS = 10
"""A token is not used in its last seconds: it would expire on the way."""


class Unavailable(Exception):
    """Keycloak did not answer, failed, or did not take our credentials: the outcome is unknown, the call may be
    repeated."""


class Refused(Exception):
    """Keycloak refused the call and would do so again; `status` is its answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class _Secret(msgspec.Struct, frozen=True):
    """The stored secret of `novex-admin`: the client secrets that may be valid, the newest first."""

    client_id: str = ""
    secrets: list[str] = []


class _TokenAnswer(msgspec.Struct, frozen=True):
    """The token endpoint's answer, with the fields that are read."""

    access_token: str
    expires_in: int


class _Token(NamedTuple):
    """An access token, and until when it is used (clock.wall)."""

    text: str
    until: float


_lock = threading.Lock()
_tokens: dict[str, _Token] = {}


def forget() -> None:
    """Drops the tokens that are kept."""
    with _lock:
        _tokens.clear()


def pages(call: Call, path: str, kind: type[list[T]], **query: str) -> Iterator[T]:
    """Every entry of a list of this kind, read page by page."""
    first = 0
    while True:
        asked = {"first": str(first), "max": str(PAGE), **query}
        found = decoded(ask(call, "GET", path, query=asked), kind)
        yield from found
        first += PAGE
        if len(found) < PAGE:
            return


def keycloak() -> Destination:
    """The admin REST API of the realm whose tokens are accepted."""
    base, realm = config.current().token_issuer.rsplit("/realms/", 1)
    return Destination.of("keycloak", f"{base}/admin/realms/{realm}")


def ask(
    call: Call,
    method: str,
    path: str,
    *,
    allowed: tuple[int, ...] = (200, 201, 204),
    refused: tuple[int, ...] = (),
    **options: Unpack[SendOptions],
) -> Reply:
    """The answer, if its status is `allowed`. Refused for other statuses of 400 to 499 and for those of `refused`;
    Unavailable for 401, 403, 429 and 500 to 599, which may be different next time."""
    for is_last in (False, True):
        reply = _send(call, keycloak(), method, path, bearer=_token(call), **options)
        if reply.status != 401 or is_last:
            break
        forget()  # the realm's keys or our client secret have changed
    if reply.status in allowed:
        return reply
    if reply.status not in refused and (reply.status in (401, 403, 429) or reply.status >= 500):
        raise Unavailable(f"status {reply.status}")
    raise Refused(reply.status)


def decoded(reply: Reply, kind: type[T]) -> T:
    """The body as `kind`. Unavailable for another shape: a proxy, not Keycloak, has answered."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("an answer of another shape") from error


def new_id(reply: Reply) -> str:
    """The id of what the call has made, from the answer's Location."""
    return reply.location.rpartition("/")[2]


def _send(
    call: Call, to: Destination, method: str, path: str, bearer: str | None = None, **options: Unpack[SendOptions]
) -> Reply:
    try:
        return egress.send(call, to, method, path, bearer=bearer, **options)
    except Unreachable as error:
        raise Unavailable(str(error)) from error


def _token(call: Call) -> str:
    """An access token of the service account: the one that is kept, or a new one shortly before it expires."""
    issuer = config.current().token_issuer
    with _lock:
        held = _tokens.get(issuer)
    if held is None or held.until <= clock.wall():
        held = _fetch_token(call, issuer)
        with _lock:
            _tokens[issuer] = held
    return held.text


def _fetch_token(call: Call, issuer: str) -> _Token:
    """A new token, with the newest secret that works: while the secret is rotated two are stored, and one works."""
    endpoint = Destination.of("keycloak", issuer)
    for fresh in (False, True):
        stored = _secret(fresh=fresh)
        for secret in stored.secrets:
            form = {"grant_type": "client_credentials", "client_id": stored.client_id, "client_secret": secret}
            reply = _send(call, endpoint, "POST", "/protocol/openid-connect/token", form=form)
            if reply.status == 200:
                given = decoded(reply, _TokenAnswer)
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
