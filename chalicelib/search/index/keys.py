"""The keys under which personal words are found: tokens, made with a key that changes from time to time.

The secret `search` holds `key_<generation>`, and `key_<generation>_from` for a key that is not used before that time.
All are read; the newest one that is used already is written with.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
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
    found = of(secrets.read(secrets.name("search")) or {})
    if not found:
        raise RuntimeError("there is no secret for search: run the bootstrap")
    return found


def of(value: Mapping[str, str]) -> list[Generation]:
    """The keys in the value of the secret, the newest first."""
    numbers = (int(name.removeprefix(_KEY)) for name in value if not name.endswith(_FROM))
    found = [Generation(number, value[f"{_KEY}{number}"].encode(), _moment(value, number)) for number in numbers]
    return sorted(found, key=lambda each: -each.number)


def value_of(found: Collection[Generation]) -> dict[str, str]:
    """The value of the secret with these keys, the reverse of `of`."""
    value = {f"{_KEY}{each.number}": each.key.decode() for each in found}
    dates = {f"{_KEY}{each.number}{_FROM}": each.used_from for each in found}
    return value | {name: moment.isoformat() for name, moment in dates.items() if moment is not None}


def current() -> Generation:
    """The key that is written with."""
    now = clock.real()
    return next(each for each in generations() if each.used_from is None or each.used_from <= now)


def _moment(value: Mapping[str, str], number: int) -> datetime | None:
    text = value.get(f"{_KEY}{number}{_FROM}")
    return None if text is None else datetime.fromisoformat(text)
