"""What an announced logout writes: the end of the session, and that its token was used."""

import hashlib

from chalicelib.identity.logout import tables
from chalicelib.kernel import clock, ids
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Contention


def end_session(jti: str, end: store.Action) -> None:
    """Writes the end of a session, once for each token. Contention when the store is busy or does not answer."""
    try:
        store.transact([_use_once(jti), end], ids.new("tok"))
    except store.Cancelled as cancelled:
        if "ConditionalCheckFailed" not in cancelled.reasons:
            raise Contention(retry_after=1) from cancelled
    except (store.Busy, store.Unknown) as error:
        raise Contention(retry_after=1) from error


def _use_once(jti: str) -> store.Action:
    """The action that fails when the token was used before."""
    name = hashlib.sha256(jti.encode()).hexdigest()
    row = tables.LogoutToken(partition=tables.partition(name), received_at=clock.now())
    return store.put(row, tables.LogoutToken.partition.does_not_exist())
