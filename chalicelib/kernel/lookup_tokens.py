"""Lookup tokens: find a row by a personal value without storing the value in a key. The hash is keyed, so values cannot
be guessed from tokens."""

import hashlib
import hmac

from chalicelib.kernel import secrets
from chalicelib.kernel.codes import folded
from chalicelib.kernel.tenant import Tenant


def lookup_token(tenant: Tenant, kind: str, value: str) -> str:
    """HMAC-SHA256 of the folded value with the platform's lookup key, bound to tenant and kind; 40 hex digits."""
    message = "\n".join((tenant.id, kind, folded(value))).encode()
    return hmac.new(secrets.platform("lookup_key"), message, hashlib.sha256).hexdigest()[:40]
