"""Cursors: the encrypted position at which a list continues.

A position contains keys of the store, also keys of rows that the caller may not see, so it is encrypted and not only
signed: with AES-SIV (RFC 5297), which needs no unique nonce.
"""

import base64
import binascii
import hashlib
from types import GenericAlias
from typing import TYPE_CHECKING, TypeVar

import msgspec

from chalicelib.kernel import clock, secrets
from chalicelib.kernel.errors import BadRequest, FieldError

if TYPE_CHECKING:  # imported by the first cursor, because few requests have one
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

T = TypeVar("T")
CURSOR_DAYS = 7


def seal(position: object, binding: bytes) -> str:
    """The encrypted position; `unseal` decrypts it with the same binding, for a week."""
    expires = int(clock.now().timestamp()) + CURSOR_DAYS * 86400
    body = msgspec.json.encode([expires, position])
    return base64.urlsafe_b64encode(_cipher().encrypt(body, [binding])).decode().rstrip("=")


def unseal(cursor: str, binding: bytes, kind: type[T]) -> T:
    """The position. BadRequest when the cursor was made with another binding, was changed, or is a week old."""
    refused = BadRequest(
        "The cursor is not valid for this list.",
        errors=[FieldError("/query/cursor", "invalid_cursor", "Use next_cursor of the page before, unchanged.")],
    )
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above

    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != cursor:
            # The decoder ignores unknown characters; only the canonical spelling is accepted.
            raise refused
        body = _cipher().decrypt(sealed, [binding])
        # A cursor of an older version may have another structure.
        made: tuple[int, T] = msgspec.json.decode(body, type=GenericAlias(tuple, (int, kind)))
    except (binascii.Error, ValueError, InvalidTag, msgspec.MsgspecError):
        raise refused from None
    expires, position = made
    if expires < clock.now().timestamp():
        raise refused
    return position


def _cipher() -> "AESSIV":
    """AES-SIV takes two keys of 256 bits; SHA-512 derives them from the platform's key of any length."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - see above

    return AESSIV(hashlib.sha512(secrets.platform("cursor_key")).digest())
