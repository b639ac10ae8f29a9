"""Not-before marks: tokens issued earlier are refused, for a whole tenant or for one (sub, sid).

Every request checks both, from a cache of 30 seconds; dangerous operations read them fresh.
"""

import threading
from datetime import datetime

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.errors import Unauthorized
from chalicelib.kernel.privacy import USAGE
from chalicelib.kernel.tenant import PLATFORM, Tenant, compound

CACHE_SECONDS = 30.0
_lock = threading.Lock()
_cache: dict[store.Ref, tuple[float, datetime | None]] = {}


class Revocation(Row):
    """Access: by subject of the mark: a tenant, a user of a tenant, or one session of that user."""

    Meta = meta("revocations")
    partition = Text(USAGE, hash_key=True)
    subject = Text(USAGE, range_key=True)
    not_before = Moment(USAGE)


def _ref(*subject: str) -> store.Ref:
    return store.Ref(Revocation, PLATFORM.key("revocations"), compound(*subject))


def refs(tenant: Tenant, sub: str, sid: str) -> list[store.Ref]:
    """The marks that concern a token."""
    marks = [_ref("tenant", tenant.id), _ref("user", tenant.id, sub)]
    return [*marks, _ref("session", tenant.id, sub, sid)] if sid else marks


def check(tenant: Tenant, sub: str, sid: str, issued_at: int, *, fresh: bool = False) -> None:
    """Unauthorized when the token was issued before a mark."""
    for not_before in _marks(refs(tenant, sub, sid), fresh):
        if not_before is not None and issued_at < not_before.timestamp():
            raise Unauthorized("The token has been revoked; sign in again.")


def _marks(wanted: list[store.Ref], fresh: bool) -> list[datetime | None]:
    now = clock.monotonic()
    with _lock:
        held = {ref: _cache[ref] for ref in wanted if ref in _cache and now - _cache[ref][0] < CACHE_SECONDS}
    missing = wanted if fresh else [ref for ref in wanted if ref not in held]
    if missing:
        found = store.get_many(missing)
        for ref, item in found.items():
            held[ref] = (now, None if item is None else Revocation.read(item).not_before)
        with _lock:
            if len(_cache) > 10_000:
                _cache.clear()
            _cache.update(held)
    return [held[ref][1] for ref in wanted]


def forget() -> None:
    """Drops the cache."""
    with _lock:
        _cache.clear()
