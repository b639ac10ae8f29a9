"""The tenants in which something may be unfinished. Only these are visited by the reconciler.

A commit marks its tenant before it writes, once in a while for each process, so that a lost event of the commit is
found; the reconciler marks it again while something is open. An idle tenant has no mark and costs nothing.
"""

import zlib
from collections.abc import Iterator
from datetime import timedelta

from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.dynamo.attributes import Moment, Text
from chalicelib.kernel.dynamo.model import Row, meta
from chalicelib.kernel.privacy import BUSINESS, USAGE, Retention
from chalicelib.kernel.tenant import PLATFORM, Tenant
from chalicelib.kernel.ttl_cache import TtlCache

OPEN_FOR = timedelta(hours=1)
RENEWED_AFTER = timedelta(minutes=20)
"""A process marks a tenant again after this time; what is left of OPEN_FOR then is longer than any commit."""
_SHARDS = 8
"""Partitions, because one takes 1,000 writes a second."""
_CACHED = 10_000
_marked: TtlCache[str, None] = TtlCache(RENEWED_AFTER.total_seconds(), _CACHED)


class OpenTenant(Row):
    """A mark, which counts for OPEN_FOR. Access: all, shard by shard."""

    Meta = meta("open_tenants")
    partition = Text(BUSINESS, hash_key=True)
    tenant = Text(BUSINESS, range_key=True)
    marked_at = Moment(USAGE)
    retention = Retention(
        rule="open_tenants",
        days=1,
        since="marked_at",
        basis="A mark counts for an hour",
        by_ttl=True,
    )


def mark(tenant: Tenant) -> None:
    """Marks the tenant, unless this process has done so a moment ago. ClientError when the store refuses."""
    if _marked.get(tenant.id) is None:
        since = clock.wall()
        row = OpenTenant(partition=_partition(tenant), tenant=tenant.id, marked_at=clock.real())
        store.write(store.put(row))
        _marked.put(tenant.id, None, since)


def marked() -> Iterator[Tenant]:
    """The tenants with a mark that counts."""
    oldest = clock.real() - OPEN_FOR
    for shard in range(_SHARDS):
        for row in store.query_all(OpenTenant, OpenTenant.partition == _shard(shard)):
            if row.marked_at > oldest:
                yield Tenant(row.tenant)


def _partition(tenant: Tenant) -> str:
    return _shard(zlib.crc32(tenant.id.encode()) % _SHARDS)


def _shard(number: int) -> str:
    return PLATFORM.key("open", str(number))
