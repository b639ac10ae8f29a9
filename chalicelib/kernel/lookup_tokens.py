"""Lookup tokens: find a person by an address without storing it in a key. Keyed, so nobody can guess values."""

import hashlib
import hmac

from chalicelib.kernel import secrets
from chalicelib.kernel.tenant import Tenant


def lookup_token(tenant: Tenant, kind: str, value: str) -> str:
    """HMAC-SHA256 of the folded value under the platform's lookup key, bound to tenant and kind; 40 hex digits."""
    message = "\n".join((tenant.id, kind, value.strip().casefold())).encode()
    return hmac.new(secrets.platform("lookup_key"), message, hashlib.sha256).hexdigest()[:40]
