"""What ends by itself: secrets of connections that ended or never came to be, old secrets, pending connections."""

from chalicelib.access import sandbox
from chalicelib.integrations.connections import service, tables, vault
from chalicelib.integrations.connections.schemas import ConnectionStatus
from chalicelib.kernel import clock, log
from chalicelib.kernel.call import Call
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.errors import Conflict, TransitionRefused
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.use_case import commit


def run() -> int:
    """Deletes the secrets of connections that never came to be or have ended, ends old secrets and pending connections
    whose time is over. Returns how many it touched; safe to repeat."""
    touched = 0
    for connection_id in vault.orphans():
        vault.settle(connection_id)
        touched += 1
    for entry in store.query_all(tables.IndexEntry, tables.IndexEntry.partition == tables.INDEX):
        if entry.old_secret_until or entry.pending_until:
            with sandbox.time_of(Tenant(entry.tenant)):
                touched += _end(entry)
    return touched


def _end(entry: tables.IndexEntry) -> bool:
    """Ends what of the connection is over at the time of its tenant."""
    if entry.status is ConnectionStatus.CONNECTED and vault.is_old_secret_over(entry):
        return _drop_old_secret(entry)
    if entry.status is ConnectionStatus.PENDING and entry.pending_until and entry.pending_until <= clock.now():
        return _expire(entry)
    return False


def _drop_old_secret(entry: tables.IndexEntry) -> bool:
    try:
        commit(Call.system(Tenant(entry.tenant), "secret_expiry"), service.drop_old, entry.connection_id)
    except TransitionRefused:  # somebody was faster
        return False
    except Conflict:
        log.logger().warning("a new client secret never arrived", connection=entry.connection_id)
        return False
    vault.settle(entry.connection_id)
    return True


def _expire(entry: tables.IndexEntry) -> bool:
    try:
        commit(Call.system(Tenant(entry.tenant), "connection_expiry"), service.expire, entry.connection_id)
    except TransitionRefused:  # it was connected or disconnected meanwhile
        return False
    vault.settle(entry.connection_id)
    return True
