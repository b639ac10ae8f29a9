"""Strict decoding of the two encodings of a token: RFC 7515 base64url, and JSON."""

import base64
import binascii
import json
import math
from typing import Any, NoReturn


class MalformedError(ValueError):
    """The text is not valid, or not in the canonical encoding."""


def decode_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url (RFC 7515 section 2).

    Raises MalformedError for padding, other characters, white space and unused trailing bits that are not zero: one
    value has one encoding, so a token cannot be re-encoded to bypass a cache or a deny list.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise MalformedError("not base64url") from error
    # The decoder ignores unknown characters; encoding the result again reveals it.
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != text:
        raise MalformedError("not canonical base64url")
    return data


def parse_object(data: bytes) -> dict[str, Any]:
    """The JSON object in UTF-8 `data`.

    Raises MalformedError for anything but an object, for duplicate names at any depth (RFC 8725 section 2.4: two
    parsers may use different values), for NaN and infinities (such as 1e400), and for nesting that is too deep.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    if not isinstance(value, dict):
        raise MalformedError("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise MalformedError("a name occurs twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise MalformedError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise MalformedError("a number is too large")
    return value
