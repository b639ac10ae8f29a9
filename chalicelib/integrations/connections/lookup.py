"""What a webhook receiver needs to know of a connection, at most a minute old."""

import threading
from dataclasses import dataclass

from chalicelib.integrations.connections import tables, vault
from chalicelib.integrations.connections.schemas import Platform
from chalicelib.kernel import clock, ids, outages
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant

CACHE_SECONDS = 60.0
_MAX_ENTRIES = 2000
_lock = threading.Lock()
_cache: dict[str, "tuple[float, Live | None]"] = {}


@dataclass(frozen=True, slots=True)
class Live:
    """A connection that deliveries are taken for. `account` is the shop's domain."""

    id: str
    tenant: Tenant
    platform: Platform
    account: str
    secrets: tuple[bytes, ...]


@outages.as_contention()
def live(platform: Platform, connection_id: str) -> Live | None:
    """The connection; None when there is none of that platform, or it is disconnected. Contention in an outage."""
    if not ids.is_valid("con", connection_id):
        return None
    with _lock:
        held = _cache.get(connection_id)
    if held is None or not clock.is_within(held[0], CACHE_SECONDS):
        held = (clock.wall(), _load(connection_id))
        with _lock:
            if len(_cache) >= _MAX_ENTRIES:
                _cache.clear()
            _cache[connection_id] = held
    found = held[1]
    return found if found is not None and found.platform is platform else None


def _load(connection_id: str) -> Live | None:
    entry = store.get(tables.IndexEntry, tables.INDEX, connection_id)
    if entry is None or not entry.is_active:
        return None
    secrets = tuple(secret.encode() for secret in vault.valid(entry))
    return Live(connection_id, Tenant(entry.tenant), entry.platform, entry.account, secrets)


def forget() -> None:
    """Drops the cache."""
    with _lock:
        _cache.clear()
