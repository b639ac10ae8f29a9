"""Strict JSON: what `json` accepts beyond the standard, and what no text of the API may contain, is refused."""

import json
import re
from typing import NoReturn

from chalicelib.kernel.errors import BadRequest

MAX_DEPTH = 20


def parse(raw: bytes) -> object:
    """The value of strict JSON: no duplicate keys, no NaN, no unpaired surrogates, at most 20 levels. BadRequest
    otherwise."""
    try:
        text = raw.decode()
        value: object = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer)
        _check_depth(value, MAX_DEPTH)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    return value


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadRequest("A JSON object has the same key twice.")
    return value


def _constant(name: str) -> NoReturn:
    raise BadRequest(f"{name} is not JSON.")


def _integer(digits: str) -> int:
    if len(digits) > 19:
        raise BadRequest("A number has too many digits; write decimals as strings.")
    return int(digits)


def _check_depth(value: object, left: int) -> None:
    if left == 0:
        raise BadRequest(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict):
        for key, member in value.items():
            _check_text(key)
            _check_depth(member, left - 1)
    elif isinstance(value, list):
        for member in value:
            _check_depth(member, left - 1)
    elif isinstance(value, str):
        _check_text(value)


# The gateway replaces bytes that are not UTF-8 with U+FFFD.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


def _check_text(value: str) -> None:
    if _FORBIDDEN.search(value):
        raise BadRequest("A text holds a control character, an unpaired surrogate or what is not UTF-8.")
