"""Cursors: where a list goes on, for nobody to read or change.

A position names the store's own keys, those of rows that its holder may not see included, so it is not only signed but
hidden: AES-SIV (RFC 5297), which needs no nonce that might come twice.
"""

import base64
import binascii
import hashlib
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from chalicelib.kernel import clock, secrets
from chalicelib.kernel.errors import BadRequest, FieldError

T = TypeVar("T")
CURSOR_DAYS = 7


def seal(position: object, binding: bytes) -> str:
    """The position as text that only `unseal` with the same binding understands, for a week."""
    expires = int(clock.now().timestamp()) + CURSOR_DAYS * 86400
    body = msgspec.json.encode([expires, position])
    return base64.urlsafe_b64encode(_cipher().encrypt(body, [binding])).decode().rstrip("=")


def unseal(cursor: str, binding: bytes, kind: type[T]) -> T:
    """The position. BadRequest for a cursor that was made for something else, changed, or is a week old."""
    refused = BadRequest(
        "The cursor is not valid for this list.",
        errors=[FieldError("/query/cursor", "invalid_cursor", "Use next_cursor of the page before, unchanged.")],
    )
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != cursor:
            # The decoder skips what it does not know; a cursor has one spelling.
            raise refused
        body = _cipher().decrypt(sealed, [binding])
        # One of an older version may have another shape.
        expires, position = msgspec.json.decode(body, type=tuple[int, kind])  # type: ignore[valid-type]  # made at run time
    except (binascii.Error, ValueError, InvalidTag, msgspec.MsgspecError):
        raise refused from None
    if expires < clock.now().timestamp():
        raise refused
    return position


def _cipher() -> AESSIV:
    """Two keys of 256 bits in one; the digest makes them of the platform's, however long that is."""
    return AESSIV(hashlib.sha512(secrets.platform("cursor_key")).digest())
