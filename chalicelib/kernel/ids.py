"""Prefixed ids that sort by creation time: `so_` + 10 characters of milliseconds + 16 random ones.

Crockford's base 32 in lower case, 26 characters as in the ULID specification, so the month of a document can be read
from its id and high-rate tables need no index by time.
"""

import re
from datetime import UTC, datetime

import msgspec

from chalicelib.kernel import clock, entropy
from chalicelib.kernel.texts import formatted

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: index for index, letter in enumerate(_ALPHABET)}
_TIME_LENGTH = 10
_RANDOM_LENGTH = 16
BODY = f"[0-7][{_ALPHABET}]{{25}}"


def pattern(prefix: str) -> str:
    """The regular expression of ids with the prefix."""
    return f"^{prefix}_{BODY}$"


def described(prefix: str, what: str) -> msgspec.Meta:
    """The annotation of a field that holds an id: `ThingId = Annotated[str, ids.described("thg", "the thing")]`."""
    example = f"{prefix}_01k9zq3v5e7r2t8y4w6x1c9b3n"
    says = f"Use the id of {what}, such as {example}."
    return formatted(pattern(prefix), says, description=f"The id of {what}.", examples=[example])


def new(prefix: str) -> str:
    """A new id such as `so_01k9…`."""
    milliseconds = int(clock.now().timestamp() * 1000)
    return f"{prefix}_{_encode(milliseconds, _TIME_LENGTH)}{encode_bytes(entropy.token_bytes(10))}"


def derived(prefix: str, digest: bytes) -> str:
    """An id of the same format made from a digest (16 bytes or more): equal digests make equal ids."""
    number = int.from_bytes(digest[:16], "big")
    return f"{prefix}_{_encode(number, _TIME_LENGTH + _RANDOM_LENGTH)}"


def first_at(prefix: str, moment: datetime) -> str:
    """The lowest possible id of `moment`, as a bound for range queries."""
    return f"{prefix}_{_encode(int(moment.timestamp() * 1000), _TIME_LENGTH)}{'0' * _RANDOM_LENGTH}"


def moment(identifier: str) -> datetime:
    """When the id was created, to the millisecond."""
    body = identifier.rpartition("_")[2]
    milliseconds = 0
    for letter in body[:_TIME_LENGTH]:
        milliseconds = milliseconds * 32 + _VALUE[letter]
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def month(identifier: str) -> str:
    """The month bucket of a document by its id: `2026-11`."""
    return moment(identifier).strftime("%Y-%m")


def is_valid(prefix: str, identifier: str) -> bool:
    """Whether it has the format of an id with the prefix, and contains a valid time."""
    if not re.fullmatch(f"{prefix}_{BODY}", identifier):
        return False
    try:
        moment(identifier)
    except (ValueError, OverflowError):
        return False
    return True


def encode_bytes(data: bytes) -> str:
    """Base 32 of bytes whose bit count is a multiple of five."""
    return _encode(int.from_bytes(data, "big"), len(data) * 8 // 5)


def _encode(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))
