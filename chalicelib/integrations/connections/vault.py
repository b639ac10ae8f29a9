"""The client secrets of connections, in Secrets Manager and nowhere else.

Which secrets are valid is decided by the keyed tokens in the table; `settle` makes the stored secrets follow them, and
may be called at any time and any number of times.
"""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.access import sandbox
from chalicelib.integrations.connections import tables
from chalicelib.integrations.connections.schemas import ConnectionStatus
from chalicelib.kernel import clock, secrets
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.lookup_tokens import lookup_token
from chalicelib.kernel.tenant import PLATFORM, Tenant

ORPHAN_AGE = timedelta(hours=1)
"""Longer than any request: a younger secret may belong to a connection that is being made."""
_FOLDER = "connections"
_TRIES = 3


def token(secret: str) -> str:
    """The keyed HMAC of a secret, which tables hold in its place."""
    return lookup_token(PLATFORM, "client_secret", secret)


def put(connection_id: str, tenant: Tenant, secret: str) -> None:
    """Stores the first secret of a connection that does not exist yet."""
    secrets.write(_name(connection_id), {"secrets": [secret]}, tenant.id)


def settle(connection_id: str, added: str | None = None) -> None:
    """Makes what is stored follow the connection: adds `added` if its token is valid there, drops what is not valid any
    more, deletes everything of a connection that is disconnected or never came to be. As long as the newest one is
    missing, nothing is dropped."""
    for _ in range(_TRIES):
        entry = _entry(connection_id)
        if entry is None or entry.status is ConnectionStatus.DISCONNECTED:
            secrets.delete(_name(connection_id))
            return
        stored = _stored(connection_id, fresh=True)
        offered = [added, *stored] if added else stored
        tokens = {secret: token(secret) for secret in offered}
        keeps_all = entry.secret_tokens[0] not in tokens.values()
        kept = [each for each in tokens if tokens[each] in entry.secret_tokens or (keeps_all and each in stored)]
        if kept == stored:
            return
        secrets.write(_name(connection_id), {"secrets": kept}, entry.tenant)


def valid(entry: tables.IndexEntry) -> list[str]:
    """The secrets that verify deliveries now, the newest first. The old one is left out when its time is over, if the
    new one is stored."""
    stored = _stored(entry.connection_id)
    by_token = {token(secret): secret for secret in stored}
    if not set(entry.secret_tokens) <= by_token.keys():
        by_token = {token(secret): secret for secret in _stored(entry.connection_id, fresh=True)}
    found = [by_token[each] for each in entry.secret_tokens if each in by_token]
    return found[:1] if is_old_secret_over(entry) else found


def secret_of(connection_id: str, token_of_it: str) -> str | None:
    """The stored secret with this token; None when it is not stored."""
    return next((secret for secret in _stored(connection_id, fresh=True) if token(secret) == token_of_it), None)


def newest(connection_id: str, tokens: Sequence[str]) -> str:
    """The first of the tokens whose secret is stored; the first of all when none is."""
    stored = {token(secret) for secret in _stored(connection_id, fresh=True)}
    return next((each for each in tokens if each in stored), tokens[0])


def orphans() -> list[str]:
    """The ids of connections that are disconnected and still have a secret, and of secrets whose connection did not
    come to be within ORPHAN_AGE."""
    before = clock.real() - ORPHAN_AGE
    prefix = secrets.name(_FOLDER, "")
    found = []
    for name, changed_at in secrets.listed(prefix):
        entry = _entry(name.removeprefix(prefix))
        gone = entry is not None and entry.status is ConnectionStatus.DISCONNECTED
        if gone or (entry is None and changed_at < before):
            found.append(name.removeprefix(prefix))
    return found


def is_old_secret_over(entry: tables.IndexEntry) -> bool:
    """Whether the time of the old secret is over."""
    if entry.old_secret_until is None:
        return False
    with sandbox.time_of(Tenant(entry.tenant)):
        return entry.old_secret_until <= clock.now()


def _stored(connection_id: str, *, fresh: bool = False) -> list[str]:
    return list((secrets.read(_name(connection_id), fresh=fresh) or {}).get("secrets", []))


def _name(connection_id: str) -> str:
    return secrets.name(_FOLDER, connection_id)


def _entry(connection_id: str) -> tables.IndexEntry | None:
    return store.get(tables.IndexEntry, tables.INDEX, connection_id)
