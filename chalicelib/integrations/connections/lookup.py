"""What a webhook receiver needs to know of a connection, at most a minute old."""

from dataclasses import dataclass

from chalicelib.integrations.connections import tables, vault
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.kernel import clock, ids, outages
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.kernel.ttl_cache import TtlCache

CACHE_SECONDS = 60.0
_CACHE_ENTRIES = 2000
_cache: TtlCache[str, "LiveConnection | None"] = TtlCache(CACHE_SECONDS, _CACHE_ENTRIES)


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
    """The connection; None when there is none of that platform, or it is disconnected. Contention in an outage."""
    if not ids.is_valid("con", connection_id):
        return None
    cached = _cache.get(connection_id)
    if cached is None:
        now = clock.wall()
        cached = _cache.put(connection_id, _load(connection_id), now)
    found = cached.value
    return found if found is not None and found.platform is platform else None


def _load(connection_id: str) -> LiveConnection | None:
    entry = store.get(tables.IndexEntry, tables.INDEX, connection_id)
    if entry is None or not entry.is_active:
        return None
    secrets = tuple(secret.encode() for secret in vault.valid(entry))
    return LiveConnection(connection_id, Tenant(entry.tenant), entry.platform, entry.account, secrets)


def forget() -> None:
    """Drops the cache."""
    _cache.clear()
