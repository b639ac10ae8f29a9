"""Raw bodies, exactly as they came, in the raw bucket: `<tenant>/<connection>/<delivery>`.

The key is made from the delivery alone, so a body that is stored again after a crash replaces the one before. A body
whose row was never written is deleted by the lifecycle rule of the bucket (infra/stack/storage.py).
"""

from chalicelib.kernel import objects
from chalicelib.kernel.tenant import Tenant


def keep(tenant: Tenant, connection_id: str, delivery: str, body: bytes) -> str:
    """Stores a body and returns its key."""
    key = "/".join((tenant.id, connection_id, delivery))
    objects.put(key, body, "application/json")
    return key
