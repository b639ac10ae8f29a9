"""Telephone numbers as people type them, and whether two of them are one.

A number is compared by its last digits, because nobody types it the same way twice: with + or 00 and the code of the
country, or with the 0 that a country puts before numbers at home. The code of the country need not be known for that.
"""

import re

TAIL = 7
"""So many last digits two spellings of one number have in common, in all countries with numbers of that length."""
_TRUNK = re.compile(r"\(\s*0\s*\)")
_EXTENSION = re.compile(r"(?:ext|x|#|;|,).*$", re.IGNORECASE)


def digits(number: str) -> str:
    """The digits that count: without extension, and without the +, 00 or 0 in front."""
    plain = re.sub(_EXTENSION, "", re.sub(_TRUNK, "", number))
    found = "".join(str(int(each)) for each in plain if each.isdecimal())
    return found.lstrip("0")


def tail(number: str) -> str:
    """The last digits, by which numbers are looked up; empty for what has no digit."""
    return digits(number)[-TAIL:]


def is_same(one: str, other: str) -> bool:
    """Whether both may be the same number: one of them is the other with something in front, such as the code of a
    country. A short number, without the code of its area, is only the same as itself."""
    shorter, longer = sorted((digits(one), digits(other)), key=len)
    return shorter == longer if len(shorter) < TAIL else longer.endswith(shorter)
