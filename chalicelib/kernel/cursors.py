"""Cursors: where a list goes on, for nobody to read or change.

A position names the store's own keys, those of rows that its holder may not see included, so it is not only signed but
hidden: the signature is the nonce of a key stream (a synthetic IV, as in RFC 5297, made of HMAC-SHA256).
"""

import base64
import binascii
import hmac
from typing import TypeVar

import msgspec

from chalicelib.kernel import clock, secrets
from chalicelib.kernel.errors import BadRequest, FieldError

T = TypeVar("T")
CURSOR_DAYS = 7
_MAC_BYTES = 16
_BLOCK_BYTES = 32


def seal(position: object, binding: bytes) -> str:
    """The position as text that only `unseal` with the same binding understands, for a week."""
    expires = int(clock.now().timestamp()) + CURSOR_DAYS * 86400
    body = msgspec.json.encode([expires, position])
    mac = _mac(body, binding)
    return base64.urlsafe_b64encode(mac + _masked(body, mac)).decode().rstrip("=")


def unseal(cursor: str, binding: bytes, kind: type[T]) -> T:
    """The position. BadRequest for a cursor that was made for something else, changed, or is a week old."""
    refused = BadRequest(
        "The cursor is not valid for this list.",
        errors=[FieldError("/query/cursor", "invalid_cursor", "Use next_cursor of the page before, unchanged.")],
    )
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise refused from None
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        # The decoder skips what it does not know; a cursor has one spelling.
        raise refused
    mac = raw[:_MAC_BYTES]
    body = _masked(raw[_MAC_BYTES:], mac)
    if not hmac.compare_digest(mac, _mac(body, binding)):
        raise refused
    expires, position = msgspec.json.decode(body, type=tuple[int, kind])  # type: ignore[valid-type]
    if expires < clock.now().timestamp():
        raise refused
    return position


def _mac(body: bytes, binding: bytes) -> bytes:
    return _keyed(b"mac\n" + binding + b"\n" + body)[:_MAC_BYTES]


def _masked(body: bytes, mac: bytes) -> bytes:
    """The body under the key stream; masked twice, it is itself again."""
    blocks = (_keyed(b"stream\n" + mac + start.to_bytes(4)) for start in range(0, len(body), _BLOCK_BYTES))
    return bytes(one ^ other for one, other in zip(body, b"".join(blocks), strict=False))


def _keyed(message: bytes) -> bytes:
    return hmac.digest(secrets.platform("cursor_key"), message, "sha256")
