"""What a shop's objects are called here. The channel is the shop, not the connection: it survives a reconnect."""

import hashlib

from chalicelib.integrations.connections.schemas import Connection
from chalicelib.integrations.mappings import tables as mappings
from chalicelib.kernel.dynamo.store import Ref
from chalicelib.kernel.external_refs import ExternalRef
from chalicelib.kernel.tenant import Tenant

_MAX_SLUG = 46
"""`shopify:<shop>:customer` must fit into the 64 characters of a system's name."""


def slug(connection: Connection) -> str:
    """The shop's name: its domain without Shopify's part; a digest of it when it is too long."""
    name = connection.shop_domain.partition(".")[0]
    return name if len(name) <= _MAX_SLUG else hashlib.sha256(name.encode()).hexdigest()[:_MAX_SLUG]


def reference(connection: Connection, kind: str, external_id: int | str) -> ExternalRef:
    """The external reference of one of the shop's objects."""
    return ExternalRef(f"shopify:{slug(connection)}:{kind}", str(external_id))


def mapping_ref(tenant: Tenant, connection: Connection, kind: str, external_id: str) -> Ref:
    """Names the mapping row of one of the shop's objects."""
    return mappings.ref(tenant, connection.platform, connection.shop_domain, kind, external_id)
