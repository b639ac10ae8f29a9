"""Reads what a tenant has accepted."""

from chalicelib.kernel.dynamo import store
from chalicelib.kernel.tenant import Tenant
from chalicelib.privacy.processors.tables import Acceptance


def acceptances(tenant: Tenant) -> list[Acceptance]:
    """The versions of the terms that the tenant has accepted, newest first."""
    found = store.query_all(Acceptance, Acceptance.partition == tenant.key())
    return sorted(found, key=lambda row: row.accepted_at, reverse=True)
