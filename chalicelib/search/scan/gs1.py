"""Reading of GS1's codes with several parts: element strings, with or without parentheses, and Digital Links.

Each part begins with an application identifier (AI) of 2 to 4 digits, which also says whether the part has a fixed
length; other parts end at the separator FNC1, which scanners send as the control character GS.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.kernel import urls
from chalicelib.search.scan.check_digits import has_check_digit

_GS = "\x1d"
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
"""What scanners may put before the data to name the kind of barcode."""
_IN_PARENTHESES = re.compile(r"\(([0-9]{2,4})\)((?:(?!\([0-9]{2,4}\)).)*)")
_AI_DIGITS: Mapping[str, int] = {
    **dict.fromkeys(("23", "24", "25", "40", "41", "42", "71"), 3),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"), 4),
}
"""How many digits an AI has, by its first two; all others have two."""
_FIXED: Mapping[str, int] = {
    **{"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2, "41": 13},
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 6),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 6),
}
"""The lengths of the parts that never end in a separator, by the first two digits of their AI."""
_VALUE = re.compile(r"[!-~]{1,90}")
_COUNT = re.compile(r"[0-9]{1,8}")
_LINK_KEYS = ("01", "00")


class ScannedData(msgspec.Struct, frozen=True, kw_only=True):
    """What one of GS1's codes says besides naming a thing."""

    gtin: Annotated[
        str | None, Meta(description="The trade item number (AI 01, or 02 for what a carton holds); null for none.")
    ] = None
    sscc: Annotated[str | None, Meta(description="The number of a pallet or parcel (AI 00); null for none.")] = None
    lot: Annotated[str | None, Meta(description="The lot (AI 10); null for none.")] = None
    serial: Annotated[str | None, Meta(description="The serial number (AI 21); null for none.")] = None
    production: Annotated[date | None, Meta(description="The day of production (AI 11); null for none.")] = None
    best_before: Annotated[date | None, Meta(description="The best-before day (AI 15); null for none.")] = None
    expiry: Annotated[date | None, Meta(description="The expiry date (AI 17); null for none.")] = None
    count: Annotated[int | None, Meta(description="How many pieces (AI 30 or 37); null when nothing is said.")] = None


def read(code: str, today: date) -> ScannedData | None:
    """What the code says; None when it is none of GS1's codes with several parts, or has a wrong check digit, date or
    count. today: dates have two digits for the year, which are those of a year near today."""
    elements = _elements(code)
    if not elements:
        return None
    try:
        return ScannedData(
            gtin=_checked(elements.get("01") or elements.get("02"), 14),
            sscc=_checked(elements.get("00"), 18),
            lot=elements.get("10"),
            serial=elements.get("21"),
            production=_day(elements.get("11"), today),
            best_before=_day(elements.get("15"), today),
            expiry=_day(elements.get("17"), today),
            count=_whole(elements.get("30") or elements.get("37")),
        )
    except ValueError:
        return None


def _elements(code: str) -> dict[str, str] | None:
    """The parts by their AI; None when the code does not consist of such parts."""
    plain = _SYMBOLOGY.sub("", code.strip(" "))
    try:
        if plain.lower().startswith(("https://", "http://")):
            found = dict(_of_link(plain))
        elif plain.startswith("("):
            found = dict(_of_parentheses(plain))
        else:
            found = dict(_of_string(plain.strip(_GS)))
    except ValueError:
        return None
    return found if all(map(_VALUE.fullmatch, found.values())) else None


def _of_parentheses(text: str) -> Iterator[tuple[str, str]]:
    """`(01)04006381333931(10)ABC`, as people write it. ValueError when something is left over."""
    position = 0
    for part in _IN_PARENTHESES.finditer(text):
        if part.start() != position:
            raise ValueError
        position = part.end()
        yield part[1], part[2].strip(_GS)
    if position != len(text):
        raise ValueError


def _of_string(text: str) -> Iterator[tuple[str, str]]:
    """`0104006381333931` `10ABC` `<GS>` `21…`, as scanners send it. ValueError when it does not come out even, or when
    it has no number that is checked."""
    if not (text.startswith(("01", "02", "00")) and len(text) >= 16):
        raise ValueError
    position = 0
    while position < len(text):
        head = text[position : position + 2]
        width = _AI_DIGITS.get(head, 2)
        ai = text[position : position + width]
        if len(ai) < width or not (ai.isascii() and ai.isdigit()):
            raise ValueError
        position += width
        length = _FIXED.get(head)
        end = text.find(_GS, position) if length is None else position + length
        end = len(text) if end < 0 else end
        if end > len(text) or _GS in text[position:end]:
            raise ValueError
        yield ai, text[position:end]
        position = end + 1 if text[end : end + 1] == _GS else end


def _of_link(url: str) -> Iterator[tuple[str, str]]:
    """`https://id.example.com/01/04006381333931/10/ABC?17=271231`, a GS1 Digital Link. ValueError when it is none."""
    segments, query = urls.parts(url)
    # A lot or a serial number may look like a key, and so may what stands before the key.
    rests = (segments[index:] for index, segment in enumerate(segments) if segment in _LINK_KEYS)
    rest = next((rest for rest in rests if len(rest) % 2 == 0 and rest[1].isdigit()), None)
    if rest is None:
        raise ValueError
    for ai, value in [*zip(rest[::2], rest[1::2], strict=True), *query]:
        if ai.isascii() and ai.isdigit() and 2 <= len(ai) <= 4:
            yield ai, value.zfill(14) if ai == "01" else value


def _checked(digits: str | None, length: int) -> str | None:
    if digits is None:
        return None
    if len(digits) != length or not (digits.isascii() and digits.isdigit()) or not has_check_digit(digits):
        raise ValueError
    return digits


def _whole(digits: str | None) -> int | None:
    if digits is None:
        return None
    if not _COUNT.fullmatch(digits):
        raise ValueError
    return int(digits)


def _day(digits: str | None, today: date) -> date | None:
    """The day of YYMMDD: of the year from 49 years ago to 50 years ahead; a day of 00 is the last of the month."""
    if digits is None:
        return None
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise ValueError
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    century = today.year - today.year % 100
    distance = year - today.year % 100
    year += century - 100 if distance > 50 else century + 100 if distance < -49 else century
    if not 1 <= month <= 12:
        raise ValueError
    return date(year, month, day or monthrange(year, month)[1])
