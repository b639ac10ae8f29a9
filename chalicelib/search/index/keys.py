"""The keys under which personal words are found: tokens, made with a key that changes from time to time.

The secret `search` holds `key_<generation>`, and `key_<generation>_from` for a key that is not used before that time.
All are read; the newest one that is used already is written with.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from chalicelib.kernel import clock, secrets
from chalicelib.kernel.tenant import Tenant

_KEY, _FROM = "key_", "_from"
_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Generation:
    """One key. number: rises with each new key. used_from: when rows begin to be written with it; None for the
    first."""

    number: int
    key: bytes
    used_from: datetime | None = None

    def token(self, tenant: Tenant, kind: str, text: str) -> str:
        """What stands for a text in keys: HMAC-SHA256, bound to the tenant and the kind of document; 22 letters."""
        message = "\n".join((tenant.id, kind, text)).encode()
        digest = hmac.digest(self.key, message, hashlib.sha256)[:_TOKEN_BYTES]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def generations() -> list[Generation]:
    """All keys, the newest first. RuntimeError when there is none."""
    value = secrets.read(secrets.name("search")) or {}
    found = [
        Generation(int(name.removeprefix(_KEY)), str(value[name]).encode(), _moment(value.get(name + _FROM)))
        for name in value
        if not name.endswith(_FROM)
    ]
    if not found:
        raise RuntimeError("there is no secret for search: run the bootstrap")
    return sorted(found, key=lambda each: -each.number)


def current() -> Generation:
    """The key that is written with."""
    now = clock.real()
    return next(each for each in generations() if each.used_from is None or each.used_from <= now)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
