"""Tenants as the product knows them."""

from chalicelib.audit import heads
from chalicelib.identity.tenants import tables
from chalicelib.kernel import clock
from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant


def ensure(tenant_id: str, name: str) -> bool:
    """Makes the tenant known, by name and to the reconciler and the sweep; True when it is new. May be repeated."""
    heads.register(Tenant(tenant_id))
    row = tables.Tenant(
        partition=tables.PARTITION, id=tenant_id, name=name, status=tables.Status.ACTIVE, created_at=clock.now()
    )
    return store.write(store.put(row, tables.Tenant.id.does_not_exist()))
