"""What a webhook receiver needs to know of a connection, at most a minute old.

Ids without a live connection are remembered apart from the others, so that a flood of them pushes no live one out.
"""

from dataclasses import dataclass

from chalicelib.integrations.connections import tables, vault
from chalicelib.integrations.connections.schemas import ConnectionStatus, Platform
from chalicelib.kernel import clock, ids, outages
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.ttl_cache import TtlCache

CACHE_SECONDS = 60.0
_LIVE_ENTRIES = 2000
_UNKNOWN_ENTRIES = 10_000
_live: TtlCache[str, "LiveConnection"] = TtlCache(CACHE_SECONDS, _LIVE_ENTRIES)
_unknown: TtlCache[str, None] = TtlCache(CACHE_SECONDS, _UNKNOWN_ENTRIES)


@dataclass(frozen=True, slots=True)
class LiveConnection:
    """A connection that deliveries are taken for. `account` is the shop's domain."""

    id: str
    tenant: Tenant
    platform: Platform
    account: str
    secrets: tuple[bytes, ...]


@outages.as_contention()
def live(platform: Platform, connection_id: str) -> LiveConnection | None:
    """The connection; None when there is none of that platform, or it is pending or disconnected. Contention in an
    outage."""
    if not ids.is_valid("con", connection_id) or _unknown.get(connection_id) is not None:
        return None
    cached = _live.get(connection_id)
    if cached is not None:
        return _of(platform, cached.value)
    now = clock.wall()
    found = _load(connection_id)
    if found is None:
        _unknown.put(connection_id, None, now)
        return None
    return _of(platform, _live.put(connection_id, found, now).value)


def forget() -> None:
    """Drops what is remembered."""
    _live.clear()
    _unknown.clear()


def _of(platform: Platform, found: LiveConnection) -> LiveConnection | None:
    return found if found.platform is platform else None


def _load(connection_id: str) -> LiveConnection | None:
    """One read for an id that is unknown, pending or disconnected alike."""
    entry = store.get(tables.IndexEntry, tables.INDEX, connection_id)
    if entry is None or entry.status is not ConnectionStatus.CONNECTED:
        return None
    secrets = tuple(secret.encode() for secret in vault.valid(entry))
    return LiveConnection(connection_id, Tenant(entry.tenant), entry.platform, entry.account, secrets)
